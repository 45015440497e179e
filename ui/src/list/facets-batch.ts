import { api } from "../api/client.ts";
import type { Facet, Thing } from "../api/types.ts";

export interface FacetWish {
  thing: Thing;
  query: string;
  by: string;
  limit: number;
}

interface Waiting {
  wish: FacetWish;
  signal: AbortSignal;
  resolve: (facet: Facet) => void;
  reject: (reason: unknown) => void;
}

type Read = (wish: FacetWish, signal: AbortSignal) => Promise<{ facets: Facet[] }>;

/**
 * Reads the values of one field. What is asked for in the same moment of the same query is asked in one request: the
 * database then looks for the records once.
 */
export function createFacetReader(read: Read = readFacets): (wish: FacetWish, signal: AbortSignal) => Promise<Facet> {
  let waiting: Waiting[] = [];
  const send = () => {
    const all = waiting;
    waiting = [];
    for (const some of Map.groupBy(all, ({ wish }) => `${wish.thing} ${wish.limit} ${wish.query}`).values())
      void answer(read, some);
  };
  return (wish, signal) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) queueMicrotask(send);
      waiting.push({ wish, signal, resolve, reject });
    });
}

async function answer(read: Read, some: readonly Waiting[]): Promise<void> {
  const by = [...new Set(some.map(({ wish }) => wish.by))];
  try {
    const { facets } = await read({ ...some[0]!.wish, by: by.join(",") }, untilAllAborted(some));
    for (const { wish, resolve, reject } of some) {
      const facet = facets[by.indexOf(wish.by)];
      if (facet === undefined) reject(new Error(`Weir did not count the values of ${wish.by}.`));
      else resolve(facet);
    }
  } catch (error) {
    for (const { reject } of some) reject(error);
  }
}

/** The request goes on as long as someone waits for it. */
function untilAllAborted(some: readonly Waiting[]): AbortSignal {
  const controller = new AbortController();
  const check = () => some.every(({ signal }) => signal.aborted) && controller.abort();
  for (const { signal } of some) signal.addEventListener("abort", check, { once: true });
  check();
  return controller.signal;
}

function readFacets({ thing, query, by, limit }: FacetWish, signal: AbortSignal): Promise<{ facets: Facet[] }> {
  return api.get(`/${thing}/facets`, { q: query, by, limit }, signal);
}

export const readFacet = createFacetReader();
