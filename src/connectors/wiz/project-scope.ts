import type { Connection, ProjectRef, Source, Visibility } from "../connector.ts";
import { createProjectList, type VisibilityDeps } from "./visibility.ts";

/** Which projects every question is narrowed to. */
export interface ProjectScope {
  /** Ids for the filter; empty: no filter. */
  filter(): readonly string[];
  /** Wiz refused a question with this filter and wants projects named. `true`: the filter is another one now. */
  narrow(refused: readonly string[], signal: AbortSignal): Promise<boolean>;
  /** Takes note of what the account says that it sees, and adds what is known better. */
  see(visibility: Visibility): Visibility;
  /** What the account is limited to without the integration saying so; empty: nothing, or nothing known. */
  unnamed(): readonly ProjectRef[];
}

/** What was known before the refusal may be what has changed. */
const newMs = 10_000;

export function createProjectScope(
  connection: Connection,
  visibility: Source["visibility"],
  deps: VisibilityDeps,
): ProjectScope {
  const named = connection.projects ?? [];
  const listProjects = createProjectList(deps);
  let found: readonly ProjectRef[] = [];
  let isFilterWanted = false;

  const filter = () => (named.length > 0 || !isFilterWanted ? named : found.map(({ id }) => id));
  return {
    filter,
    async narrow(refused, signal) {
      if (named.length > 0) return false;
      // Another page learned it first.
      if (filter().join() !== refused.join()) return true;
      const { projects } = await visibility(signal, newMs);
      found = projects ?? (await listProjects(signal));
      isFilterWanted = found.length > 0;
      return filter().join() !== refused.join();
    },
    see(seen) {
      if (!seen.isKnown) return isFilterWanted ? { ...seen, isKnown: true, projects: found } : seen;
      found = seen.projects ?? [];
      isFilterWanted &&= found.length > 0;
      return seen;
    },
    unnamed: () => (named.length > 0 ? [] : found),
  };
}
