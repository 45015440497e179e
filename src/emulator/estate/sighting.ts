import type { Account } from "../tenant/accounts.ts";
import { fraction } from "../tenant/hash.ts";
import type { HostFacts } from "../tenant/host-facts.ts";
import { hostOf } from "./host.ts";
import { hasAccount, type Link, linkOf, poorView } from "./links.ts";
import { type Machine, machineOf } from "./machines.ts";
import { type EstateOptions, estateKey, type Part, partOf } from "./stories.ts";

/** What a tenant shows of a machine: not all that is true, and not only what is. */
export interface Sighting {
  machine: Machine;
  account: Account | null;
  externalId: string;
  /** Empty: not shown. */
  providerUniqueId: string;
  host: HostFacts;
}

export type Shown =
  | "instance"
  | "provider"
  | "uuid"
  | "serial"
  | "macs"
  | "other_mac"
  | "host"
  | "fqdn"
  | "netbios"
  | "ips";

const everything: readonly Shown[] = [
  "instance",
  "provider",
  "uuid",
  "serial",
  "macs",
  "host",
  "fqdn",
  "netbios",
  "ips",
];

/** What the tenant that knows less shows, by what links the two. */
const poor: Record<Link, readonly Shown[]> = {
  cloud_instance: ["instance", "other_mac", "host", "ips"],
  provider_unique_id: ["provider", "ips"],
  hardware_uuid: ["uuid", "other_mac", "host"],
  serial: ["serial", "other_mac", "host", "ips"],
  mac_hostname: ["macs", "host"],
  fqdn: ["fqdn", "ips"],
  netbios_domain: ["netbios"],
  ip_mac: ["macs", "ips"],
  hostname: ["host", "ips"],
  nothing: ["macs", "host", "ips"],
  contradiction: ["other_mac", "host", "fqdn"],
};

const hardware: readonly Shown[] = ["uuid", "serial", "macs", "host", "ips"];
/** Clones are many, and their hardware is one: what tells them apart must be seen. */
function ofClone({ story, place }: Part, link: Link, isPoor: boolean): readonly Shown[] {
  if (story === "blurred_clone") return isPoor ? ["uuid", "serial"] : ["instance", ...hardware];
  if (story === "split_clone") return place === 0 ? ["instance", ...hardware] : hardware;
  return isPoor && link === "mac_hostname" ? hardware : ["instance", ...hardware];
}

function shownOf(options: EstateOptions, machine: number): readonly Shown[] {
  const key = estateKey(options);
  const part = partOf(options, machine);
  const link = linkOf(options, machine);
  const view = poorView(options, machine);
  const isPoor = view === options.view;
  if (part.story.endsWith("clone")) return ofClone(part, link, isPoor);
  if (part.story === "junk_twin") return [];
  if (part.story === "reused_blurred") return isPoor ? ["fqdn", "ips"] : everything;
  if (part.story === "listed_twice") return hardware;
  if (part.story === "reused" || part.story === "reused_later" || part.story === "recreated") return everything;
  if (view === null) {
    if (part.story === "ordinary" && fraction(key, machine, 140) < 0.4) return poor[link];
    return everything;
  }
  if (isPoor) return poor[link];
  if (link === "nothing") return ["instance", "provider", "uuid", "serial"];
  return everything;
}

/** What this tenant says of a machine; `wizId` is its own id for it. */
export function sightingOf(
  options: EstateOptions,
  accounts: readonly Account[],
  { number, wizId }: { number: number; wizId: string },
): Sighting {
  const machine = machineOf(options, accounts, number);
  const shown = new Set(shownOf(options, number));
  const isOther = options.view === "b";
  const externalId = externalIdOf(machine, { shown, isOther, wizId });
  return {
    machine,
    account: hasAccount(options, number) ? machine.account : null,
    externalId,
    providerUniqueId: shown.has("provider") ? spelling(machine.providerUniqueId, isOther) : "",
    host: hostOf(options, { machine, shown }),
  };
}

/** Wiz wants one from every source: where the tenant does not know the cloud's, a name or a number of its own. */
function externalIdOf(
  machine: Machine,
  { shown, isOther, wizId }: { shown: ReadonlySet<Shown>; isOther: boolean; wizId: string },
): string {
  if (machine.instanceId === "" || !(shown.has("instance") || shown.has("provider"))) return machine.name;
  if (!shown.has("provider") && isOther) return `scanner/${wizId}`;
  if (machine.cloud === "Azure") return spelling(machine.providerUniqueId, isOther);
  return shown.has("instance") ? machine.instanceId : machine.name;
}

/** The same id as another interface of the cloud writes it. */
function spelling(id: string, isOther: boolean): string {
  if (!isOther) return id;
  if (id.startsWith("/subscriptions/"))
    return id
      .replace("/resourcegroups/", "/resourceGroups/")
      .replace("microsoft.compute/virtualmachines", "Microsoft.Compute/virtualMachines");
  return id.replace("https://www.googleapis.com/compute/v1/", "//compute.googleapis.com/");
}
