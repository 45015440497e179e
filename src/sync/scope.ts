import type { Source } from "../connectors/connector.ts";
import type { Integration } from "../store/integration.ts";

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
}

/** An account that sees less since yesterday must be noticed before what it no longer sees is missing. */
const scopeAgeMs = 10_000;

export async function readScope(integration: Integration, source: Source, signal: AbortSignal): Promise<Scope> {
  const { isKnown, projects } = await source.visibility(signal, scopeAgeMs);
  return {
    accountKey: integration.accountKey,
    projects: [...(integration.projects ?? [])].sort(),
    sees: isKnown && projects !== null ? projects.map(({ id }) => id).sort() : null,
    isSeesKnown: isKnown,
  };
}

export function parseScope(text: string | null): Scope | null {
  return text === null ? null : (JSON.parse(text) as Scope);
}

/** Whether two passes could see the same. What an account may not say about itself is taken to be unchanged. */
export function isSameScope(a: Scope | null, b: Scope | null): boolean {
  if (a === null || b === null) return true;
  if (a.accountKey !== b.accountKey || a.projects.join() !== b.projects.join()) return false;
  return !a.isSeesKnown || !b.isSeesKnown || a.sees?.join() === b.sees?.join();
}
