import type { IdentificationRule } from "../../../src/model.ts";

/** Words for what identification knows and decided. */

const identifierWords: Record<string, string> = {
  instanceId: "Instance id",
  providerUniqueId: "Provider's id",
  hardwareUuid: "Hardware UUID",
  serial: "Serial number",
  mac: "MAC address",
  hostname: "Host name",
  fqdn: "FQDN",
  netbiosName: "NetBIOS name",
  domain: "Domain",
  ip: "IP address",
};

export interface IdentifierLine {
  label: string;
  values: string[];
}

/** What a record shows of its machine, strongest first; without what stands there as its cloud's id anyway. */
export function identifierLines(
  identifiers: Readonly<Record<string, unknown>> | null,
  shown: string | null,
): IdentifierLine[] {
  return Object.entries(identifierWords).flatMap(([name, label]) => {
    const value = identifiers?.[name];
    const values = Array.isArray(value) ? value.map(String).filter((one) => one !== shown) : [];
    return values.length === 0 ? [] : [{ label, values }];
  });
}

const ruleWords: Record<IdentificationRule, string> = {
  cloud_instance: "instance id",
  provider_unique_id: "provider's unique id",
  hardware_uuid: "hardware UUID",
  serial: "serial number",
  mac_hostname: "MAC address and host name",
  fqdn: "fully qualified domain name",
  netbios_domain: "NetBIOS name and domain",
  ip_mac: "IP and MAC address",
  hostname: "host name",
};

export interface DecisionFacts {
  event: string;
  rule: string;
  /** Other records that it is about. */
  others: number;
  /** Who decided it, where somebody did. */
  by: string | null;
}

/** An entry of the identity log, in words. */
export function decisionText({ event, rule, others, by }: DecisionFacts): string {
  const records = others > 1 ? `${others} other records` : "another record";
  const same = ruleWords[rule as IdentificationRule] ?? rule;
  switch (event) {
    case "new":
      return "Came in as a new asset";
    case "merged":
      return `Merged with ${records}: the same ${same}`;
    case "split":
      return others > 0
        ? `Split off from ${records}: no rule joins them any more`
        : "Split off: no rule joins it any more";
    case "several_matches":
      return `Not merged by the ${same}: ${others > 1 ? `${others} other records show` : "another record shows"} it too, and they cannot all be one machine`;
    case "separated":
      return `Separated from ${records} by ${by ?? "a person"}`;
    case "reunited":
      return `The separation from ${records} was taken back by ${by ?? "a person"}`;
    default:
      return event;
  }
}
