import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { preferencesQuery } from "../api/preferences.ts";
import { meQuery, setupQuery } from "../api/session.ts";
import { fetchCode } from "../kit/page-code.ts";
import { PageFailure, PageMissing } from "../kit/page-states.tsx";
import { hrefs, places } from "../places.ts";
import { parseSearch, pick, printSearch } from "../search-text.ts";
import { Shell } from "./shell.tsx";

const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({});

const login = createRoute({
  getParentRoute: () => root,
  path: places.login,
  validateSearch: pick("next"),
  component: lazyRouteComponent(() => import("../pages/account/login.tsx"), "LoginPage"),
});

const setup = createRoute({
  getParentRoute: () => root,
  path: places.setup,
  component: lazyRouteComponent(() => import("../pages/account/setup.tsx"), "SetupPage"),
});

/** Everything but signing in: whoever is not known signs in first and then comes back to where they wanted to go. */
const inside = createRoute({
  getParentRoute: () => root,
  id: "inside",
  component: Shell,
  beforeLoad: async ({ context: { queryClient }, location, matches }) => {
    // Who looks is asked while the code of the page is on its way.
    const page = pages.find(({ id }) => id === matches.at(-1)?.routeId);
    void page?.options.component?.preload?.();
    // What someone chose is known before a page is drawn, so that nothing changes its place a moment later.
    const [me] = await Promise.all([queryClient.ensureQueryData(meQuery), queryClient.prefetchQuery(preferencesQuery)]);
    if (me !== null) return;
    const { needed } = await queryClient.fetchQuery(setupQuery);
    throw redirect({ href: needed ? places.setup : hrefs.login(location.href), replace: true });
  },
});

const view = pick("q", "sort", "range", "open");

const pages = [
  page("/", () => import("../pages/dashboard/dashboard.tsx"), "DashboardPage", pick("days")),
  page("/findings/$place", () => import("../pages/findings/findings.tsx"), "FindingsPage", view),
  page("/inventory/assets", () => import("../pages/inventory/assets.tsx"), "AssetsPage", view),
  page("/inventory/assets/$id", () => import("../pages/inventory/asset.tsx"), "AssetPage", pick()),
  page("/signals/search", () => import("../pages/signals/signals.tsx"), "SignalsPage", view),
  page("/signals/$id", () => import("../pages/signals/signal.tsx"), "SignalPage", pick()),
  page(
    places.integrations,
    () => import("../pages/integrations/integrations.tsx"),
    "IntegrationsPage",
    pick("q", "connector"),
  ),
  page(
    places.catalogue,
    () => import("../pages/integrations/catalogue.tsx"),
    "CataloguePage",
    pick("tag", "q", "open"),
  ),
  page(
    `${places.integrations}/new`,
    () => import("../pages/integrations/wizard/wizard.tsx"),
    "WizardPage",
    pick("connector", "step"),
  ),
  page(
    `${places.integrations}/$id`,
    () => import("../pages/integrations/integration.tsx"),
    "IntegrationPage",
    pick("tab", "run", "show", "level"),
  ),
  page(places.tags, () => import("../pages/tags/tags.tsx"), "TagsPage", pick("edit", "q")),
  page(places.feeds, () => import("../pages/settings/feeds.tsx"), "FeedsPage", pick()),
  page(places.riskAcceptances, () => import("../pages/settings/risk-acceptances.tsx"), "RiskAcceptancesPage", pick()),
  page(places.policies, () => import("../pages/settings/policies.tsx"), "PoliciesPage", pick()),
  page(places.users, () => import("../pages/settings/users.tsx"), "UsersPage", pick()),
  page(places.tokens, () => import("../pages/settings/tokens.tsx"), "TokensPage", pick()),
  page(places.audit, () => import("../pages/settings/audit.tsx"), "AuditPage", pick("actor", "action", "subject")),
  page(places.account, () => import("../pages/account/account.tsx"), "AccountPage", pick()),
  page(places.help, () => import("../pages/help/help.tsx"), "HelpPage", pick("q")),
  page(`${places.help}/$page`, () => import("../pages/help/help.tsx"), "HelpPage", pick("q")),
  moved("/findings", hrefs.findings("vulnerabilities")),
  moved("/inventory", hrefs.assets()),
  moved("/signals", hrefs.signals()),
  moved("/admin", places.integrations),
  moved("/admin/settings", places.integrations),
];

export function createAppRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree: root.addChildren([login, setup, inside.addChildren(pages)]),
    context: { queryClient },
    parseSearch,
    stringifySearch: printSearch,
    defaultErrorComponent: PageFailure,
    defaultNotFoundComponent: PageMissing,
    // The old page stays until the new one is there.
    defaultPendingMs: 1_000,
    scrollRestoration: true,
  });
}

/** A page that is fetched when someone goes there. */
function page<Module extends Record<string, unknown>, Name extends keyof Module & string>(
  path: string,
  load: () => Promise<Module>,
  name: Name,
  validateSearch: (search: Record<string, unknown>) => Record<string, string | undefined>,
) {
  return createRoute({
    getParentRoute: () => inside,
    path,
    validateSearch,
    component: lazyRouteComponent(() => fetchCode(load) as never, name as never),
  });
}

function moved(path: string, href: string) {
  return createRoute({
    getParentRoute: () => inside,
    path,
    beforeLoad: () => {
      throw redirect({ href, replace: true });
    },
  });
}
