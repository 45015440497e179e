import { useQueryClient } from "@tanstack/react-query";
import { usePreference } from "../../api/preferences.ts";
import { queryProblemQuery } from "../../api/query-language.ts";
import type { Thing } from "../../api/types.ts";

const kept = 20;
/** What is longer nobody has typed. */
const longest = 1_000;
/** A preference has 16 KB at most. */
const mostBytes = 15_000;

/** The queries that this person asked last, the newest first. */
export function useRecentQueries(on: Thing) {
  const client = useQueryClient();
  const [recent, write] = usePreference<string[]>(`queries.${on}`, none, isTexts);
  return {
    recent,
    /** What cannot be understood is not worth asking again; when nobody answers whether it can, it is kept. */
    remember: async (query: string) => {
      const next = withRecent(recent, query);
      if (next === recent) return;
      const isRight = client.fetchQuery(queryProblemQuery(on, query)).then(({ problem }) => problem === null);
      if (await isRight.catch(() => true)) write(next);
    },
    forget: (query: string) => write(recent.filter((one) => one !== query)),
    forgetAll: () => write([]),
  };
}

const none: string[] = [];

export function withRecent(recent: string[], query: string): string[] {
  const text = query.trim();
  if (text === "" || text.length > longest || recent[0] === text) return recent;
  const next = [text, ...recent.filter((one) => one !== text)].slice(0, kept);
  while (bytesOf(next) > mostBytes) next.pop();
  return next;
}

function bytesOf(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}
