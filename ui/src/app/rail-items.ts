import {
  IconActivity,
  IconBug,
  IconHelpCircle,
  IconLayoutDashboard,
  IconServer2,
  IconSettings,
} from "@tabler/icons-react";
import type { Role } from "../../../src/model.ts";
import { findingPlaces, hrefs, places } from "../places.ts";

export interface RailItem {
  label: string;
  href: string;
  /** Addresses that begin so belong to it. */
  under: string;
  icon?: typeof IconBug;
  role?: Role;
  items?: RailItem[];
}

function findings(place: keyof typeof findingPlaces): RailItem {
  const href = hrefs.findings(place);
  return { label: findingPlaces[place].title, href, under: href };
}

/** The way to everything, in the order of a working day. */
export const railItems: RailItem[] = [
  { label: "Dashboard", href: places.dashboard, under: "=/", icon: IconLayoutDashboard },
  {
    label: "Findings",
    href: hrefs.findings("all"),
    under: "/findings",
    icon: IconBug,
    items: [findings("vulnerabilities"), findings("misconfigurations"), findings("threats"), findings("issues")],
  },
  { label: "Inventory", href: hrefs.assets(), under: "/inventory", icon: IconServer2 },
  { label: "Signals", href: hrefs.signals(), under: "/signals", icon: IconActivity },
  {
    label: "Settings",
    href: places.integrations,
    under: "/admin",
    icon: IconSettings,
    items: [
      { label: "Integrations", href: places.integrations, under: places.integrations },
      { label: "Connectors", href: places.catalogue, under: places.catalogue },
      { label: "Tags", href: places.tags, under: places.tags },
      { label: "Feeds", href: places.feeds, under: places.feeds },
      { label: "Risk acceptances", href: places.riskAcceptances, under: places.riskAcceptances },
      { label: "Policies", href: places.policies, under: places.policies },
      { label: "Users", href: places.users, under: places.users, role: "admin" },
      { label: "API tokens", href: places.tokens, under: places.tokens },
      { label: "Audit log", href: places.audit, under: places.audit, role: "admin" },
    ],
  },
  { label: "Help", href: places.help, under: "/help", icon: IconHelpCircle },
];

export function isUnder(path: string, { under }: RailItem): boolean {
  return under.startsWith("=") ? path === under.slice(1) : path === under || path.startsWith(`${under}/`);
}
