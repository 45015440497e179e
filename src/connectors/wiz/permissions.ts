import type { StreamName } from "../../model.ts";
import type { CheckStep, Connection, ProjectRef, Visibility } from "../connector.ts";
import { wizStreams } from "./streams/all.ts";

/** What a service account may do, from what it says of itself. Told beside the streams, which are tried one by one. */
export function describePermissions(
  connection: Connection,
  streams: readonly StreamName[],
  { isKnown, projects, scopes }: Visibility,
): CheckStep {
  const named = connection.projects ?? [];
  const parts = [describeScopes(streams, scopes), describeLimit(named, projects)].filter((part) => part !== null);
  const unseen = projects === null ? [] : named.filter((id) => projects.every((project) => project.id !== id));
  if (unseen.length > 0)
    return {
      name: "permissions",
      ok: false,
      message: `${parts.join("; ")}. The integration names ${unseen.join(", ")}, which this service account does not see`,
      hint: `It sees ${projects?.map(({ id, name }) => `${name} (${id})`).join(", ")}. Name some of these: weir integration edit NAME --projects ID,ID`,
    };
  const hints = [hintOnScopes(streams, scopes), isKnown && named.length === 0 ? hintOnLimit(projects) : null];
  const hint = hints.filter((text) => text !== null).join(" ");
  return { name: "permissions", ok: true, message: parts.join("; "), hint: hint === "" ? null : hint };
}

function describeScopes(streams: readonly StreamName[], scopes: Visibility["scopes"]): string {
  if (scopes === null)
    return "the service account may not read its own scopes (that takes read:service_accounts), so each stream is tried";
  const served = streams.filter((stream) => serves(scopes, stream));
  const missing = streams.filter((stream) => !serves(scopes, stream));
  const has = served.map((stream) => `${scopeOf(scopes, stream)} for ${stream}`).join(", ");
  const lacks = missing.map((stream) => `${wizStreams[stream].info.scopes.join(" or ")} for ${stream}`).join(", ");
  return [has === "" ? null : `has ${has}`, lacks === "" ? null : `lacks ${lacks}`]
    .filter((part) => part !== null)
    .join("; ");
}

function describeLimit(named: readonly string[], projects: Visibility["projects"]): string | null {
  const nameOf = (id: string) => projects?.find((project) => project.id === id)?.name ?? id;
  if (named.length > 0) return `limited to projects: ${named.map(nameOf).join(", ")}`;
  return projects === null ? null : `limited to projects: ${projects.map(({ name }) => name).join(", ")}`;
}

function hintOnLimit(projects: readonly ProjectRef[] | null): string | null {
  if (projects === null) return null;
  const ids = projects.map(({ id }) => id).join(",");
  return `This service account sees these projects only. Say that this is wanted with --projects ${ids}`;
}

/** What writes has no business in an account that only reads. */
function hintOnScopes(streams: readonly StreamName[], scopes: Visibility["scopes"]): string | null {
  const lacking = scopes === null ? [] : streams.filter((stream) => !serves(scopes, stream));
  const excessive = (scopes ?? []).filter((scope) => !scope.startsWith("read:"));
  const hints: string[] = [];
  if (lacking.length > 0)
    hints.push(
      "In Wiz: Settings → Service Accounts → your account → edit its permissions, or switch these streams off.",
    );
  if (excessive.length > 0) hints.push(`Weir only reads and needs no ${excessive.join(", ")}: take it away.`);
  return hints.length === 0 ? null : hints.join(" ");
}

function serves(scopes: readonly string[], stream: StreamName): boolean {
  return scopeOf(scopes, stream) !== undefined;
}

function scopeOf(scopes: readonly string[], stream: StreamName): string | undefined {
  return [...wizStreams[stream].info.scopes, "read:all"].find((scope) => scopes.includes(scope));
}
