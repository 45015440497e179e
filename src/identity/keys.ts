import type { IdentificationRule, Identifiers } from "../model.ts";
import { recordId } from "../store/id.ts";

/** One value by which a rule compares sources. */
export interface IdentityKey {
  rule: IdentificationRule;
  /** As people read it: `10.0.0.4 · 0a:1b:2c:3d:4e:5f`. */
  value: string;
  /** Equal for equal values of the same rule, cloud and account. */
  key: string;
}

/** A pair of lists makes many keys: beyond this the machine is known by none of them. */
const mostPairs = 64;

/**
 * The values of a source, rule by rule. Cloud and account are part of each key, so that two accounts never share one;
 * where the account is not known, the integration stands for it, and nobody else shares it.
 */
export function identityKeys(integrationId: string, identifiers: Identifiers): readonly IdentityKey[] {
  const made = known.get(identifiers);
  if (made?.integrationId === integrationId) return made.keys;
  const keys = makeKeys(integrationId, identifiers);
  known.set(identifiers, { integrationId, keys });
  return keys;
}

/** Hashing takes longer than all else here, and the keys of a source are asked for several times in a row. */
const known = new WeakMap<Identifiers, { integrationId: string; keys: IdentityKey[] }>();

function makeKeys(integrationId: string, identifiers: Identifiers): IdentityKey[] {
  const { cloud, account } = identifiers;
  const scope = account === null ? `integration ${integrationId}` : `${cloud ?? ""} ${account}`;
  const key = (rule: IdentificationRule, value: string, compared = value): IdentityKey => ({
    rule,
    value,
    key: recordId("identity key", rule, scope, compared),
  });
  const { instanceId, providerUniqueId, hardwareUuid, serial, mac, hostname, fqdn, netbiosName, domain, ip } =
    identifiers;
  return [
    ...(instanceId ?? []).map((value) => key("cloud_instance", value)),
    ...(providerUniqueId ?? []).map((value) => key("provider_unique_id", value)),
    ...(hardwareUuid ?? []).map((value) => key("hardware_uuid", value, inEitherOrder(value))),
    ...(serial ?? []).map((value) => key("serial", value)),
    ...pairs(mac, hostname).map((value) => key("mac_hostname", value)),
    ...(fqdn ?? []).map((value) => key("fqdn", value)),
    ...pairs(netbiosName, domain).map((value) => key("netbios_domain", value)),
    ...pairs(ip, mac).map((value) => key("ip_mac", value)),
    ...(hostname ?? []).map((value) => key("hostname", value)),
  ];
}

function pairs(some: readonly string[] = [], others: readonly string[] = []): string[] {
  if (some.length * others.length > mostPairs) return [];
  return some.flatMap((one) => others.map((other) => `${one} · ${other}`));
}

/**
 * SMBIOS stores the first three groups of a UUID with the low byte first, and not every tool turns them round: the same
 * board is read in two ways.
 */
function inEitherOrder(uuid: string): string {
  const [a = "", b = "", c = "", ...rest] = uuid.split("-");
  const turned = [a, b, c].map((group) => group.match(/../g)?.reverse().join("") ?? "");
  const other = [...turned, ...rest].join("-");
  return uuid < other ? uuid : other;
}
