import { defaultRules } from "../identity/rules.ts";
import type { Integration } from "../store/integration.ts";

/** An integration's settings under the names of the HTTP API; the secret is never among them. */
export function settingsView(integration: Integration) {
  const { id, name, connector, description, apiUrl, tokenUrl, clientId, isEnabled, streams } = integration;
  const { assetClasses, createdAt, updatedAt } = integration;
  const endpoint = { apiEndpoint: apiUrl, tokenUrl, clientId, projects: integration.projects ?? [] };
  return {
    id,
    name,
    connector,
    description,
    ...endpoint,
    assetClasses,
    identificationRules: [...(integration.identificationRules ?? defaultRules)],
    enabled: isEnabled,
    streams,
    createdAt,
    updatedAt,
  };
}

/** What is another setting in `after`, for the audit log: `{ enabled: { from: true, to: false } }`. */
export function settingsChanges(
  before: Integration,
  after: Integration,
): Record<string, { from: unknown; to: unknown }> {
  const [old, now] = [leaves(settingsView(before)), leaves(settingsView(after))];
  const changed = [...now].filter(([name, value]) => name !== "updatedAt" && old.get(name) !== value);
  return Object.fromEntries(changed.map(([name, to]) => [name, { from: old.get(name) ?? null, to }]));
}

/** `streams.issues.enabled` → true */
function leaves(value: object, prefix = ""): Map<string, unknown> {
  const all = Object.entries(value).flatMap(([name, inner]): [string, unknown][] => {
    if (Array.isArray(inner)) return [[prefix + name, inner.join(", ")]];
    return typeof inner === "object" && inner !== null
      ? [...leaves(inner, `${prefix}${name}.`)]
      : [[prefix + name, inner]];
  });
  return new Map(all);
}
