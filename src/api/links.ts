import type { Thing } from "../query/field.ts";

const base = "/api/v1";

export function recordLink(thing: Thing, id: string): string {
  return `${base}/${thing}/${id}`;
}

export function searchLink(thing: Thing, query: string): string {
  return `${base}/${thing}?q=${encodeURIComponent(query)}`;
}

/** Everything that happened to a finding or an asset. */
export function historyLink(subjectId: string): string {
  return searchLink("signals", `subject.id:${subjectId}`);
}
