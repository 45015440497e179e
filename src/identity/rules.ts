import { type IdentificationRule, identificationRules } from "../model.ts";

/** One rule as people choose it. */
export interface RuleInfo {
  id: "native_key" | IdentificationRule;
  /** The rules are tried in this order, which is fixed. */
  position: number;
  title: string;
  /** The values that must all be equal, beside cloud and account. */
  fields: string[];
  isOnByDefault: boolean;
  /** Always on. */
  isFixed: boolean;
  isWeak: boolean;
  warning: string | null;
  description: string;
}

type RuleText = Pick<RuleInfo, "title" | "fields" | "description"> & { warning?: string };

const texts: Record<IdentificationRule, RuleText> = {
  cloud_instance: {
    title: "Cloud instance",
    fields: ["instance id"],
    description:
      "The id that the cloud itself gave the machine: EC2 instance id, Azure vmId, numeric id of Compute Engine, OCID.",
  },
  provider_unique_id: {
    title: "Provider's unique id",
    fields: ["provider's unique id"],
    description: "ARN, Azure resource id, Google self link or OCID, in one spelling.",
  },
  hardware_uuid: {
    title: "Hardware UUID",
    fields: ["hardware UUID"],
    description: "The UUID of the (virtual) mainboard, in either order of bytes. Placeholders of makers do not count.",
  },
  serial: {
    title: "Serial number",
    fields: ["serial number"],
    description: "The serial number of the (virtual) machine. Placeholders of makers do not count.",
  },
  mac_hostname: {
    title: "MAC address and host name",
    fields: ["MAC address", "host name"],
    description: "Both equal. MAC addresses that software makes up and host names that every image has do not count.",
  },
  fqdn: {
    title: "Fully qualified domain name",
    fields: ["FQDN"],
    description: "The whole name of the machine in DNS, unless the cloud made it from the address.",
  },
  netbios_domain: {
    title: "NetBIOS name and domain",
    fields: ["NetBIOS name", "domain"],
    description: "Both equal; a workgroup is no domain.",
  },
  ip_mac: {
    title: "IP and MAC address",
    fields: ["IP address", "MAC address"],
    description: "Both equal; an address alone never identifies a machine.",
  },
  hostname: {
    title: "Host name",
    fields: ["host name"],
    description: "The host name alone.",
    warning:
      "Host names are not unique: two machines with the same name in one cloud account become one asset. " +
      "Try it with a dry run first.",
  },
};

const nativeKey: RuleInfo = {
  id: "native_key",
  position: 0,
  title: "Source's native key",
  fields: ["integration", "id in Wiz"],
  isOnByDefault: true,
  isFixed: true,
  isWeak: false,
  warning: null,
  description: "A record with the same id from the same integration is the same record. Always on, and always first.",
};

/** All rules in their order; the first is fixed. */
export const ruleInfos: readonly RuleInfo[] = [
  nativeKey,
  ...identificationRules.map((id, index) => {
    const { warning = null, ...text } = texts[id];
    const isWeak = warning !== null;
    return { id, position: index + 1, ...text, isOnByDefault: !isWeak, isFixed: false, isWeak, warning };
  }),
];

export const defaultRules: readonly IdentificationRule[] = identificationRules.filter(
  (id) => texts[id].warning === undefined,
);

/** A title for a rule of the identity log, which also knows what people did. */
export function ruleTitle(id: string): string {
  return ruleInfos.find((rule) => rule.id === id)?.title ?? id;
}
