import { expect, test } from "vitest";
import type { Facet } from "../api/types.ts";
import { createFacetReader, type FacetWish } from "./facets-batch.ts";

function reader() {
  const asked: FacetWish[] = [];
  const signals: AbortSignal[] = [];
  const read = createFacetReader(async (wish, signal) => {
    asked.push(wish);
    signals.push(signal);
    await Promise.resolve();
    signal.throwIfAborted();
    return { facets: wish.by.split(",").map((by): Facet => ({ by, values: [], isPartial: false })) };
  });
  const ask = (by: string, query = "", signal = new AbortController().signal) =>
    read({ thing: "findings", query, by, limit: 20 }, signal);
  return { ask, asked, signals };
}

test("what is asked in the same moment of the same query is one request", async () => {
  const { ask, asked } = reader();
  const facets = await Promise.all([ask("severity"), ask("status"), ask("cloud", "kev:true"), ask("severity")]);
  expect(facets.map(({ by }) => by)).toEqual(["severity", "status", "cloud", "severity"]);
  expect(asked.map(({ by, query }) => `${query}|${by}`)).toEqual(["|severity,status", "kev:true|cloud"]);
});

test("what is asked later is another request", async () => {
  const { ask, asked } = reader();
  await ask("severity");
  await ask("status");
  expect(asked).toHaveLength(2);
});

test("a request is cancelled only when nobody waits for it any more", async () => {
  const { ask, signals } = reader();
  const [one, other] = [new AbortController(), new AbortController()];
  const answers = Promise.allSettled([ask("severity", "", one.signal), ask("status", "", other.signal)]);
  await Promise.resolve();
  one.abort();
  expect(signals[0]!.aborted).toBe(false);
  other.abort();
  expect(signals[0]!.aborted).toBe(true);
  expect((await answers).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
});
