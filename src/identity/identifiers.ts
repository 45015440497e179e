import { type AssetRecord, type Identifiers, identifierKinds, type MachineAttributes, noAttributes } from "../model.ts";
import {
  isJunkSerial,
  isPlaceholderText,
  readDomain,
  readFqdn,
  readHostname,
  readIp,
  readMac,
  readUuid,
} from "./junk.ts";
import { type ProviderId, readInstanceId, readProviderId } from "./provider-id.ts";

/** What is known of a machine; enough of a record to say what identifies it. */
export type Described = Pick<AssetRecord, "class" | "cloud" | "accountId" | "providerUniqueId" | "machine">;

/** A machine with more values of one kind than this is known by none of them: a cluster's, or a collector's. */
const mostValues = 32;

/** What identifies a record, in one spelling; `null` for what is no machine, since rules are for those only. */
export function identifiersOf(record: Described): Identifiers | null {
  if (record.class !== "compute") return null;
  const machine = record.machine ?? noAttributes;
  const provider =
    record.providerUniqueId === null || isPlaceholderText(record.providerUniqueId)
      ? null
      : readProviderId(record.providerUniqueId);
  // What an id itself says of cloud and account is the same in every view.
  const cloud = provider?.cloud ?? record.cloud;
  const account = provider?.account ?? record.accountId?.trim().toLowerCase() ?? null;
  return withoutEmpty({
    cloud,
    account: account === null || isPlaceholderText(account) ? null : account,
    instanceId: instanceIds(cloud, provider, machine),
    providerUniqueId: provider === null ? [] : [provider.id],
    hardwareUuid: read(machine.hardwareUuids, readUuid),
    serial: read(machine.serials, readSerial),
    mac: read(machine.macs, readMac),
    hostname: read([...machine.hostnames, ...machine.fqdns], readHostname),
    fqdn: read([...machine.fqdns, ...machine.hostnames], readFqdn),
    netbiosName: read(machine.netbiosNames, readHostname),
    domain: read(machine.domains, readDomain),
    ip: read(machine.ips, readIp),
  });
}

function instanceIds(cloud: string | null, provider: ProviderId | null, machine: MachineAttributes): string[] {
  const own = provider === null ? [] : [provider.instanceId ?? provider.id];
  return read([...own, ...machine.instanceIds], (value) => readInstanceId(cloud, value));
}

function readSerial(value: string): string | null {
  const serial = value.trim().toLowerCase().replaceAll(/\s+/g, " ");
  return isJunkSerial(serial) || serial.length > 200 ? null : serial;
}

function read(values: readonly string[], one: (value: string) => string | null): string[] {
  const known = new Set(values.map(one).filter((value) => value !== null));
  return known.size > mostValues ? [] : [...known].sort();
}

/** As PostgreSQL gives the keys of `jsonb` back, so that what is stored compares equal: the shorter first. */
const storedOrder = (["cloud", "account", ...identifierKinds] as const).toSorted(
  (a, b) => a.length - b.length || (a < b ? -1 : 1),
);

function withoutEmpty(identifiers: Identifiers): Identifiers {
  const kept: Record<string, unknown> = {};
  for (const key of storedOrder) {
    const value = identifiers[key];
    if (!Array.isArray(value) || value.length > 0) kept[key] = value;
  }
  return kept as unknown as Identifiers;
}
