import type { MachineAttributes } from "../../../model.ts";
import { type Node, readNode, readText } from "./read.ts";

/**
 * Names under which the graph's map of properties may hold what identifies a machine. Wiz does not publish them and
 * they differ by cloud and by sensor, so every likely one is read, whatever its case, with or without underscores
 * (`docs/identification.md` lists them).
 */
const propertyNames: Readonly<Record<keyof MachineAttributes, readonly string[]>> = {
  instanceIds: ["instanceId", "vmId", "externalId", "virtualMachineId"],
  hardwareUuids: ["hardwareUuid", "biosUuid", "systemUuid", "smbiosUuid", "hardwareId", "productUuid"],
  serials: ["serialNumber", "serial", "biosSerialNumber", "systemSerialNumber"],
  macs: ["macAddress", "macAddresses", "mac", "macs"],
  hostnames: ["hostName", "computerName", "osHostName", "guestHostName", "machineName"],
  fqdns: ["fqdn", "fqdns", "dnsName", "dnsNames", "privateDnsName", "publicDnsName", "fullyQualifiedDomainName"],
  netbiosNames: ["netbiosName", "netbios"],
  domains: ["domain", "domainName", "windowsDomain", "netbiosDomain", "activeDirectoryDomain"],
  ips: ["ipAddress", "ipAddresses", "privateIpAddress", "privateIpAddresses", "privateIp", "privateIps"],
};

const kindOfProperty = new Map<string, keyof MachineAttributes>(
  Object.entries(propertyNames).flatMap(([kind, names]) =>
    names.map((name) => [name.toLowerCase(), kind as keyof MachineAttributes] as const),
  ),
);

/** Lists of properties are short; a longer one is no list of a machine's own values. */
const mostValues = 100;

/** What a CloudResourceV2 says that tells this machine from another, sorted, as it was sent. */
export function readMachine(node: Node): MachineAttributes {
  const machine: MachineAttributes = {
    instanceIds: textsOf(node.externalId),
    hardwareUuids: [],
    serials: [],
    macs: [],
    hostnames: [],
    fqdns: [],
    netbiosNames: [],
    domains: [],
    ips: textsOf(readNode(node.typeFields)?.ipAddresses),
  };
  for (const [name, value] of Object.entries(readNode(readNode(node.graphEntity)?.properties) ?? {})) {
    const kind = kindOfProperty.get(name.toLowerCase().replaceAll("_", ""));
    if (kind !== undefined) machine[kind].push(...textsOf(value));
  }
  for (const values of Object.values(machine) as string[][]) values.splice(0, values.length, ...sorted(values));
  return machine;
}

function textsOf(value: unknown): string[] {
  const values = Array.isArray(value) ? value.slice(0, mostValues) : [value];
  return values.map(readText).filter((text) => text !== null);
}

function sorted(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}
