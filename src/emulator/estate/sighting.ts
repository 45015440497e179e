import type { Account } from "../tenant/accounts.ts";
import { fraction, mix, pick } from "../tenant/hash.ts";
import type { HostFacts } from "../tenant/host-facts.ts";
import { hasAccount, type Link, linkOf, poorView } from "./links.ts";
import { type Machine, machineOf } from "./machines.ts";
import { type EstateOptions, estateKey, type Part, partOf, type View } from "./stories.ts";

/** What a tenant shows of a machine: not all that is true, and not only what is. */
export interface Sighting {
  machine: Machine;
  account: Account | null;
  externalId: string;
  /** Empty: not shown. */
  providerUniqueId: string;
  host: HostFacts;
}

type Shown = "instance" | "provider" | "uuid" | "serial" | "macs" | "other_mac" | "host" | "fqdn" | "netbios" | "ips";

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

const junkSerials = ["To Be Filled By O.E.M.", "None", "0", "Default string", "System Serial Number", "Not Specified"];
const junkUuids = [
  "00000000-0000-0000-0000-000000000000",
  "ffffffff-ffff-ffff-ffff-ffffffffffff",
  "03000200-0400-0500-0006-000700080009",
];
const junkMacs = ["02:42:ac:11:00:02", "00:50:56:c0:00:08", "00:50:56:c0:00:01", "00:00:00:00:00:00"];
const junkAddresses = ["127.0.0.1", "169.254.10.20", "172.17.0.1"];

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
    host: hostOf(options, machine, shown),
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

function hostOf(options: EstateOptions, machine: Machine, shown: ReadonlySet<Shown>): HostFacts {
  const key = estateKey(options);
  const salt = options.view === "a" ? 150 : 170;
  const chance = (n: number) => fraction(key, machine.number, salt + n);
  const junk = <T>(n: number, from: readonly T[]): T => pick(key, machine.number, salt + n, from);
  const isTwin = partOf(options, machine.number).story === "junk_twin";
  const [first] = machine.ipAddresses;
  const dashed = `ip-${first!.replaceAll(".", "-")}`;
  const macs = shown.has("macs") ? machine.macAddresses : shown.has("other_mac") ? [otherMac(machine)] : [];
  const isBare = (field: Shown, share: number, n: number) => !shown.has(field) && (isTwin || chance(n) < share);
  const host = shown.has("host") ? machine.hostName : isBare("host", 0.3, 1) ? junk(2, [dashed, "localhost"]) : null;
  const fqdn = shown.has("fqdn") ? fqdnOf(machine, options.view) : null;
  return {
    instanceId: shown.has("instance") && machine.instanceId !== "" ? machine.instanceId : null,
    hardwareUuid: shown.has("uuid")
      ? options.view === "a"
        ? machine.hardwareUuid
        : machine.hardwareUuid.toUpperCase()
      : isBare("uuid", 0.2, 3)
        ? junk(4, junkUuids)
        : null,
    serialNumber: shown.has("serial") ? machine.serialNumber : isBare("serial", 0.3, 5) ? junk(6, junkSerials) : null,
    macAddresses: [
      ...hidden(machine, { macs, shown, options }).map((mac) =>
        options.view === "a" ? mac : mac.replaceAll(":", "-").toUpperCase(),
      ),
      ...(isTwin || chance(7) < 0.25 ? [junk(8, junkMacs)] : []),
    ],
    hostName: isTwin
      ? machine.hostName
      : host !== null && chance(9) < 0.4 && host !== dashed && host !== "localhost"
        ? longName(machine, shown)
        : host,
    fqdn:
      fqdn ??
      (isBare("fqdn", 0.25, 10) ? `${dashed}.${junk(11, ["ec2.internal", "eu-west-1.compute.internal"])}` : null),
    netbiosName: shown.has("netbios") ? machine.netbiosName : null,
    domain: shown.has("netbios") ? machine.domain.split(".")[0]!.toUpperCase() : null,
    ipAddresses: [
      ...(shown.has("ips") || isTwin ? machine.ipAddresses : []),
      ...(isTwin || chance(12) < 0.2 ? [junk(13, junkAddresses)] : []),
    ],
    style: options.view === "a" ? "camel" : "guest",
  };
}

/** Where the name must be the only evidence that contradicts, the other tenant does not show that card. */
function hidden(
  machine: Machine,
  { macs, shown, options }: { macs: string[]; shown: ReadonlySet<Shown>; options: EstateOptions },
): string[] {
  const isRich =
    shown.has("macs") &&
    poorView(options, machine.number) !== null &&
    poorView(options, machine.number) !== options.view;
  return isRich && linkOf(options, machine.number) === "contradiction"
    ? macs.filter((mac) => mac !== otherMac(machine))
    : macs;
}

function otherMac(machine: Machine): string {
  return machine.macAddresses.at(-1)!;
}

function longName(machine: Machine, shown: ReadonlySet<Shown>): string {
  // A long host name is a full name: only where the full name is shown anyway.
  return shown.has("fqdn") ? `${machine.hostName}.${machine.domain}` : machine.hostName;
}

function fqdnOf(machine: Machine, view: View): string {
  const name = `${machine.hostName}.${machine.domain}`;
  return view === "a" ? name : `${name.toUpperCase()}${mix(machine.number, 0, 1) % 2 === 0 ? "." : ""}`;
}
