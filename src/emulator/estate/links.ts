import { fraction, pick } from "../tenant/hash.ts";
import { type EstateOptions, estateKey, isShared, mainView, partOf, type View } from "./stories.ts";

/** What both tenants show of a machine, by the strongest evidence that they have in common. */
export type Link =
  | "cloud_instance"
  | "provider_unique_id"
  | "hardware_uuid"
  | "serial"
  | "mac_hostname"
  | "fqdn"
  | "netbios_domain"
  | "ip_mac"
  /** A host name, which is no evidence. */
  | "hostname"
  /** Nothing in common. */
  | "nothing"
  /** The same name, but other network cards: it may be another machine. */
  | "contradiction";

const inCloud: [Link, number][] = [
  ["cloud_instance", 0.46],
  ["provider_unique_id", 0.12],
  ["hardware_uuid", 0.08],
  ["serial", 0.06],
  ["mac_hostname", 0.06],
  ["fqdn", 0.06],
  ["netbios_domain", 0.04],
  ["ip_mac", 0.04],
  ["hostname", 0.03],
  ["nothing", 0.03],
  ["contradiction", 0.02],
];
const onPremises: [Link, number][] = [
  ["hardware_uuid", 0.25],
  ["serial", 0.2],
  ["mac_hostname", 0.17],
  ["fqdn", 0.12],
  ["netbios_domain", 0.1],
  ["ip_mac", 0.08],
  ["hostname", 0.03],
  ["nothing", 0.03],
  ["contradiction", 0.02],
];

/** One machine in five stands in no cloud; groups stand together. */
export function isOnPremises(options: EstateOptions, machine: number): boolean {
  const { story, leader } = partOf(options, machine);
  if (story === "listed_twice") return true;
  // Of what was deleted before the tenant begins to live Wiz shows the cloud's ids only.
  return story !== "recreated" && story !== "reused" && fraction(estateKey(options), leader, 110) < 0.2;
}

/** What joins the sightings of both tenants, and, where Wiz re-creates a machine, of one. */
export function linkOf(options: EstateOptions, machine: number): Link {
  const key = estateKey(options);
  const { story } = partOf(options, machine);
  const strong = isOnPremises(options, machine) ? "hardware_uuid" : "cloud_instance";
  if (story === "reused" || story === "reused_later" || story === "recreated") return strong;
  if (story === "recreated_later")
    return strong === "hardware_uuid" ? pick(key, machine, 112, ["hardware_uuid", "serial"]) : strong;
  // Of clones the hardware says nothing.
  if (story === "clone")
    return isOnPremises(options, machine) || fraction(key, machine, 113) < 0.5 ? "mac_hostname" : strong;
  let left = fraction(key, machine, 111);
  for (const [link, share] of isOnPremises(options, machine) ? onPremises : inCloud) {
    left -= share;
    if (left < 0) return link;
  }
  return strong;
}

/** Some machines without a cloud are in no account either: then nothing says that two tenants speak of the same. */
export function hasAccount(options: EstateOptions, machine: number): boolean {
  const { story, leader } = partOf(options, machine);
  const isPlain = story === "ordinary" || story === "recreated_later";
  return !isPlain || !isOnPremises(options, machine) || fraction(estateKey(options), leader, 114) >= 0.1;
}

/** The tenant that shows no more of a machine than what links it; `null` when it is in one tenant only. */
export function poorView(options: EstateOptions, machine: number): View | null {
  if (!isShared(options, machine)) return null;
  const key = estateKey(options);
  const { story, leader } = partOf(options, machine);
  const main = mainView(key, leader);
  if (story === "blurred_clone" || story === "reused_blurred") return main === "a" ? "b" : "a";
  return fraction(key, machine, 115) < 0.5 ? "a" : "b";
}
