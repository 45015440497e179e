import { fraction, mix, pick, uuid } from "./hash.ts";

/** What Wiz's security graph knows of a machine as such. `null` and empty: it does not know. */
export interface HostFacts {
  instanceId: string | null;
  hardwareUuid: string | null;
  serialNumber: string | null;
  macAddresses: string[];
  hostName: string | null;
  fqdn: string | null;
  netbiosName: string | null;
  domain: string | null;
  ipAddresses: string[];
  /** The names that the properties go by: they are no fixed set at Wiz. */
  style: "camel" | "guest";
}

/** The properties of a machine's graph entity. What is not known is null under some names, and missing under others. */
export function hostProperties(host: HostFacts): Record<string, unknown> {
  if (host.style === "camel") {
    return {
      hostName: host.hostName,
      fqdn: host.fqdn,
      macAddresses: host.macAddresses,
      ipAddresses: host.ipAddresses,
      serialNumber: host.serialNumber,
      hardwareUuid: host.hardwareUuid,
      netbiosName: host.netbiosName,
      domain: host.domain,
      instanceId: host.instanceId,
    };
  }
  const [mac, ...others] = host.macAddresses;
  const properties = {
    computerName: host.hostName,
    dnsName: host.fqdn,
    macAddress: others.length === 0 ? mac : host.macAddresses,
    privateIpAddress: host.ipAddresses.join(", ") || null,
    serialNumber: host.serialNumber,
    biosUuid: host.hardwareUuid,
    NetBIOSName: host.netbiosName,
    domainName: host.domain,
    vmId: host.instanceId,
  };
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== null && value !== undefined));
}

interface Ordinary {
  key: number;
  index: number;
  name: string;
  externalId: string;
  isWide: boolean;
  isWindows: boolean;
  /** Two hash numbers: the addresses follow from them. */
  seed: number;
}

/** A machine of a tenant that stands alone: nothing about it is there to mislead. */
export function ordinaryHost({ key, index, name, externalId, isWide, isWindows, seed }: Ordinary): HostFacts {
  const hostName =
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-|-$/g, "") || `host-${index}`;
  const tail = (index & 0xffffff).toString(16).padStart(6, "0");
  const isKnown = (salt: number, share: number) => fraction(key, index, salt) < share;
  const domain = pick(key, index, 200, ["corp.example.com", "int.example.com"]);
  return {
    instanceId: /^i-|^\d+$/.test(externalId) ? externalId : uuid(key ^ 0xa2a2, index),
    hardwareUuid: isKnown(201, 0.7) ? uuid(key ^ 0x5a5a, index) : null,
    serialNumber: isKnown(202, 0.5)
      ? uuid(key ^ 0x5e5e, index)
          .toUpperCase()
          .slice(0, 13)
      : null,
    macAddresses: isKnown(203, 0.9) ? [`0a:1f:6b:${tail.slice(0, 2)}:${tail.slice(2, 4)}:${tail.slice(4)}`] : [],
    hostName: isKnown(204, 0.9) ? hostName : null,
    fqdn: isKnown(205, 0.5) ? `${hostName}.${domain}` : null,
    netbiosName: isWindows ? `WIN-${index.toString(36).toUpperCase()}` : null,
    domain: isWindows ? "CORP" : null,
    ipAddresses: addressesOf(mix(seed, index, 82), isWide),
    style: "camel",
  };
}

function addressesOf(hash: number, isWide: boolean): string[] {
  const inner = `10.${hash & 255}.${(hash >>> 8) & 255}.${1 + ((hash >>> 16) % 254)}`;
  return isWide ? [inner, `203.0.113.${1 + (hash % 254)}`] : [inner];
}
