import type { Source } from "../connectors/connector.ts";
import type { Integration } from "../store/integration.ts";
import type { ClassChoice } from "./class-scope.ts";

/**
 * What a full pass could see. Stored with the pass as JSON: records that a narrower one does not see are not missing.
 */
export interface Scope {
  accountKey: string;
  /** Projects that the integration is narrowed to, sorted; empty: none. */
  projects: string[];
  /** Projects that the service account is limited to, sorted; `null`: it is not, or it may not say. */
  sees: string[] | null;
  isSeesKnown: boolean;
  /** Classes of assets that the integration is narrowed to; absent in what was stored before there was a choice. */
  classes?: ClassChoice;
}

/** An account that sees less since yesterday must be noticed before what it no longer sees is missing. */
const scopeAgeMs = 10_000;

export async function readScope(integration: Integration, source: Source, signal: AbortSignal): Promise<Scope> {
  const { isKnown, projects } = await source.visibility(signal, scopeAgeMs);
  return {
    accountKey: integration.accountKey,
    projects: projectsOf(integration),
    classes: integration.assetClasses,
    sees: isKnown && projects !== null ? projects.map(({ id }) => id).sort() : null,
    isSeesKnown: isKnown,
  };
}

export function parseScope(text: string | null): Scope | null {
  return text === null ? null : (JSON.parse(text) as Scope);
}

function projectsOf({ projects }: Pick<Integration, "projects">): string[] {
  return [...(projects ?? [])].sort();
}

/** What of an integration's settings narrows its passes. */
export type Narrowing = Pick<Integration, "projects" | "assetClasses">;

export function isSameNarrowing(a: Narrowing, b: Narrowing): boolean {
  return projectsOf(a).join() === projectsOf(b).join() && a.assetClasses?.join() === b.assetClasses?.join();
}

/** Whether a pass was narrowed as the integration is now: else its counts are about something else. */
export function isNarrowedAs(integration: Narrowing, scope: Scope | null): boolean {
  if (scope === null) return true;
  return isSameNarrowing(integration, { projects: scope.projects, assetClasses: copyOf(scope.classes ?? null) });
}

function copyOf(classes: ClassChoice): Integration["assetClasses"] {
  return classes === null ? null : [...classes];
}

/** Whether two passes could see and asked for the same. */
export function isSameScope(a: Scope | null, b: Scope | null): boolean {
  return seesSame(a, b) && (a?.classes ?? null)?.join() === (b?.classes ?? null)?.join();
}

/**
 * Whether two passes could see the same, whichever classes of assets they asked for. What an account may not say about
 * itself is taken to be unchanged.
 */
export function seesSame(a: Scope | null, b: Scope | null): boolean {
  if (a === null || b === null) return true;
  if (a.accountKey !== b.accountKey || a.projects.join() !== b.projects.join()) return false;
  return !a.isSeesKnown || !b.isSeesKnown || a.sees?.join() === b.sees?.join();
}
