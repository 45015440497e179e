import { fraction, mix, pick } from "../tenant/hash.ts";
import type { HostFacts } from "../tenant/host-facts.ts";
import { linkOf, poorView } from "./links.ts";
import type { Machine } from "./machines.ts";
import type { Shown } from "./sighting.ts";
import { type EstateOptions, estateKey, partOf, type View } from "./stories.ts";

const junkSerials = ["To Be Filled By O.E.M.", "None", "0", "Default string", "System Serial Number", "Not Specified"];
const junkUuids = [
  "00000000-0000-0000-0000-000000000000",
  "ffffffff-ffff-ffff-ffff-ffffffffffff",
  "03000200-0400-0500-0006-000700080009",
];
const junkMacs = ["02:42:ac:11:00:02", "00:50:56:c0:00:08", "00:50:56:c0:00:01", "00:00:00:00:00:00"];
const junkAddresses = ["127.0.0.1", "169.254.10.20", "172.17.0.1"];
const junkDomains = ["ec2.internal", "eu-west-1.compute.internal"];

interface Seen {
  machine: Machine;
  shown: ReadonlySet<Shown>;
}

/** A tenant's look at a machine, with its chances. */
interface Look extends Seen {
  options: EstateOptions;
  view: View;
  /** Nothing but junk is known of it. */
  isTwin: boolean;
  /** The name that a cloud makes of the address. */
  madeUpName: string;
  /** By the number of the draw, so that one draw more changes no other. */
  isSo(draw: number, share: number): boolean;
  pick<T>(draw: number, from: readonly T[]): T;
}

/** What the tenant knows of the machine as such: what it shows, and junk where it shows nothing. */
export function hostOf(options: EstateOptions, { machine, shown }: Seen): HostFacts {
  const { view } = options;
  const key = estateKey(options);
  const salt = view === "a" ? 150 : 170;
  const look: Look = {
    machine,
    shown,
    options,
    view,
    isTwin: partOf(options, machine.number).story === "junk_twin",
    madeUpName: `ip-${machine.ipAddresses[0]!.replaceAll(".", "-")}`,
    isSo: (draw, share) => fraction(key, machine.number, salt + draw) < share,
    pick: (draw, from) => pick(key, machine.number, salt + draw, from),
  };
  return {
    instanceId: shown.has("instance") && machine.instanceId !== "" ? machine.instanceId : null,
    hardwareUuid: uuidOf(look),
    serialNumber: serialOf(look),
    macAddresses: macsOf(look),
    hostName: hostNameOf(look),
    fqdn: fqdnOf(look),
    netbiosName: shown.has("netbios") ? machine.netbiosName : null,
    domain: shown.has("netbios") ? machine.domain.split(".")[0]!.toUpperCase() : null,
    ipAddresses: addressesOf(look),
    style: view === "a" ? "camel" : "guest",
  };
}

/** Whether junk stands where nothing is shown. */
function hasJunk({ shown, isTwin, isSo }: Look, field: Shown, [draw, share]: [draw: number, share: number]): boolean {
  return !shown.has(field) && (isTwin || isSo(draw, share));
}

function uuidOf(look: Look): string | null {
  const { hardwareUuid } = look.machine;
  if (look.shown.has("uuid")) return look.view === "a" ? hardwareUuid : hardwareUuid.toUpperCase();
  return hasJunk(look, "uuid", [3, 0.2]) ? look.pick(4, junkUuids) : null;
}

function serialOf(look: Look): string | null {
  if (look.shown.has("serial")) return look.machine.serialNumber;
  return hasJunk(look, "serial", [5, 0.3]) ? look.pick(6, junkSerials) : null;
}

function hostNameOf(look: Look): string | null {
  const { machine, shown, isTwin, madeUpName } = look;
  if (isTwin) return machine.hostName;
  if (!shown.has("host")) return hasJunk(look, "host", [1, 0.3]) ? look.pick(2, [madeUpName, "localhost"]) : null;
  // A long host name is a full name: only where that is shown anyway.
  return shown.has("fqdn") && look.isSo(9, 0.4) ? fullName(machine) : machine.hostName;
}

function fqdnOf(look: Look): string | null {
  const { machine, view, madeUpName } = look;
  if (!look.shown.has("fqdn"))
    return hasJunk(look, "fqdn", [10, 0.25]) ? `${madeUpName}.${look.pick(11, junkDomains)}` : null;
  return view === "a"
    ? fullName(machine)
    : `${fullName(machine).toUpperCase()}${mix(machine.number, 0, 1) % 2 === 0 ? "." : ""}`;
}

function fullName({ hostName, domain }: Machine): string {
  return `${hostName}.${domain}`;
}

function macsOf(look: Look): string[] {
  const shown = cardsOf(look).map((mac) => (look.view === "a" ? mac : mac.replaceAll(":", "-").toUpperCase()));
  return look.isTwin || look.isSo(7, 0.25) ? [...shown, look.pick(8, junkMacs)] : shown;
}

/** Where names and cards are to contradict each other, one tenant shows one card, and the other all others. */
function cardsOf({ machine, shown, options, view }: Look): string[] {
  const last = machine.macAddresses.at(-1)!;
  if (shown.has("other_mac")) return [last];
  if (!shown.has("macs")) return [];
  const poor = poorView(options, machine.number);
  const isContradicted = poor !== null && poor !== view && linkOf(options, machine.number) === "contradiction";
  return machine.macAddresses.filter((mac) => !isContradicted || mac !== last);
}

function addressesOf(look: Look): string[] {
  const shown = look.shown.has("ips") || look.isTwin ? look.machine.ipAddresses : [];
  return look.isTwin || look.isSo(12, 0.2) ? [...shown, look.pick(13, junkAddresses)] : shown;
}
