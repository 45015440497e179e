import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inventory } from "../../test/inventory.ts";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { ConfigError, QueryError } from "../errors.ts";
import { countMatches } from "./count.ts";
import { type HistogramOptions, readHistogram } from "./histogram.ts";
import { searchSignals } from "./search.ts";

const now = Date.parse("2026-08-05T12:03:00Z");
const iso = (ms: number) => new Date(ms).toISOString();
let database: TestDatabase;

const changes = ["new", "changed", "resolved", "reopened", "gone"] as const;
const pick = <T>(values: readonly T[], i: number): T => values[i % values.length]!;

const borders = ["03T00:00", "03T10:00", "03T10:02", "03T10:04", "04T00:00", "04T12:00"];

/** Times at which signals lie, at the borders of cells and of what queries ask, too. */
const times = Array.from({ length: 400 }, (_, i) => {
  if (i < 60) return Date.parse(`2026-08-${pick(borders, i)}:00Z`) - (i % 4 === 0 ? 1 : 0);
  const at = Date.parse("2026-08-01T23:00:00Z") + Math.floor(((i * 7919) % 400) * 0.0025 * 3.2 * 86_400_000);
  return i % 5 === 0 ? Math.floor(at / 300_000) * 300_000 - (i % 2) : at;
});

beforeAll(async () => {
  database = await testDatabase();
  const add = inventory(database);
  const integrations = [await add.integration("prod"), await add.integration("dev")];
  for (const [i, at] of times.entries())
    await add.signal({
      integrationId: pick(integrations, i),
      at: iso(at),
      change: pick(changes, i >> 1),
      stream: pick(["issues", "vulnerabilities", "assets"], i),
      subjectKind: pick(["issue", "vulnerability", "asset"], i),
      severity: pick([1, 5, null], i),
      title: `Title ${i % 4}`,
    });
});
afterAll(() => database.close());

const read = (options: Partial<HistogramOptions> = {}) =>
  readHistogram(database.db, { query: "", buckets: 60, now, ...options });

/** The same, from the records that a search finds. */
async function plainly({ query = "", ...stretch }: Partial<HistogramOptions>) {
  const { from, to, buckets, bucketSeconds } = await read({ query, ...stretch });
  const { items } = await searchSignals(database.db, { query, limit: 1000, now });
  const within = items.filter(({ at }) => at >= from && at < to);
  const counted = buckets.map(({ at }) => {
    const inBucket = within.filter(
      (item) => item.at >= at && Date.parse(item.at) < Date.parse(at) + bucketSeconds * 1000,
    );
    return {
      at,
      counts: Object.fromEntries(changes.map((word) => [word, inBucket.filter((s) => s.change === word).length])),
    };
  });
  return { counted, total: within.length };
}

const known = [
  "change:[new, gone]",
  "stream:issues",
  "kind:asset",
  "severity >= high",
  "severity is null",
  "integration:dev",
];
const moments = [
  "at > now-1d-3m",
  "at <= now-1d-3m",
  "at >= 2026-08-03",
  "at:2026-08-04",
  'at < "2026-08-03T10:00:00Z"',
  'at <= "2026-08-03T10:00:00Z"',
  'at > "2026-08-03T10:00:00Z"',
  `at:["2026-08-03T10:02:00Z" .. "2026-08-03T10:04:00Z")`,
];
const others = ["title:3", "NOT at:2026-08-03", "(at:2026-08-03 OR stream:assets)"];

const someQuery = fc
  .array(fc.constantFrom("", ...known, ...known, ...moments, ...others), { maxLength: 3 })
  .map((parts) => parts.filter((part) => part !== "").join(" AND "));
const someSize = fc.oneof(
  fc.double({ min: 0, max: 9, noNaN: true }).map((power) => Math.floor(10 ** power)),
  // Of buckets about as long as the cells of the count table.
  fc.integer({ min: 600_000, max: 50_000_000 }),
);
const someStretch = fc
  .tuple(fc.constantFrom(...times), someSize, fc.constantFrom(1, 0, -1, 150_000, -3_000_000))
  .map(([at, size, off]) => ({ from: iso(at + off), to: iso(at + off + 1 + size) }));

describe("a histogram", () => {
  test("of any query and stretch is what counting its signals one by one gives", async () => {
    await fc.assert(
      fc.asyncProperty(someQuery, someStretch, fc.integer({ min: 1, max: 200 }), async (query, stretch, buckets) => {
        const options = { query, ...stretch, buckets };
        const found = await read(options);
        expect(found).toMatchObject({ ...stretch, isPartial: false, countedFrom: stretch.from });
        expect(found.buckets).toEqual((await plainly(options)).counted);
      }),
      { numRuns: 300 },
    );
  });

  test("is of the last day when nothing else is said, in round buckets with the empty ones among them", async () => {
    const found = await read();
    expect(found).toMatchObject({ from: iso(now - 86_400_000), to: iso(now), bucketSeconds: 1800 });
    expect(found.buckets).toHaveLength(49);
    expect(found.buckets[0]?.at).toBe("2026-08-04T12:00:00.000Z");
    expect(found.buckets.at(-1)?.counts).toEqual({ new: 0, changed: 0, resolved: 0, reopened: 0, gone: 0 });
    expect(found.buckets).toEqual((await plainly({})).counted);
  });

  test("in buckets shorter than the cells of the count table is right to the bucket", async () => {
    const stretch = { from: "2026-08-03T09:30:00Z", to: "2026-08-03T10:30:00Z" };
    const { bucketSeconds, buckets } = await read(stretch);
    expect(bucketSeconds).toBe(60);
    const filled = buckets.filter(({ counts }) => Object.values(counts).some((n) => n > 0));
    expect(filled.map(({ at }) => at.slice(11, 16))).toEqual(expect.arrayContaining(["10:02", "10:04"]));
    expect(buckets).toEqual((await plainly(stretch)).counted);
  });

  test("up to now reads the cells of now whole: none of it is read from the signals", async () => {
    const blocker = await database.connect("blocker");
    await blocker.query("begin; lock table signal_20260805 in access exclusive mode");
    const found = await read({ from: "2026-08-05", query: "severity:critical", timeMs: 10_000 });
    await blocker.end();
    expect(found.isPartial).toBe(false);
    expect(found.buckets).toEqual((await plainly({ from: "2026-08-05", query: "severity:critical" })).counted);
  });

  test("touches the parts of the log that lie in its stretch, and no other", async () => {
    const blocker = await database.connect("blocker");
    await blocker.query("begin; lock table signal_20260802, signal_20260804 in access exclusive mode");
    const stretch = { from: "2026-08-03", to: "2026-08-04", query: "title:3" };
    const found = await read({ ...stretch, timeMs: 10_000 });
    await blocker.end();
    expect(found.isPartial).toBe(false);
    expect(found.buckets).toEqual((await plainly(stretch)).counted);
  });

  test("whose time is up says what is known: the newest, and from when on", async () => {
    const blocker = await database.connect("blocker");
    await blocker.query("begin; lock table signal_20260802 in access exclusive mode");
    const stretch = { from: "2026-08-02", to: "2026-08-06", query: "title:3", buckets: 32 };
    const found = await read({ ...stretch, timeMs: 300 });
    await blocker.end();
    const { counted } = await plainly(stretch);
    expect(found.isPartial).toBe(true);
    expect(found.countedFrom).toBe("2026-08-04T00:00:00.000Z");
    const none = { new: 0, changed: 0, resolved: 0, reopened: 0, gone: 0 };
    expect(found.buckets).toEqual(counted.map((one) => (one.at < found.countedFrom ? { ...one, counts: none } : one)));
  });

  test.each([
    [{ from: "yesterday" }, "from"],
    [{ to: "2026-02-30" }, "to"],
    [{ from: "now", to: "now-1h" }, "from"],
    [{ from: "2026-08-01", to: "2026-08-01" }, "from"],
    [{ buckets: 0 }, "buckets"],
    [{ buckets: 201 }, "buckets"],
  ])("of %j is refused", async (options, field) => {
    await expect(read(options)).rejects.toMatchObject({ field });
    await expect(read(options)).rejects.toBeInstanceOf(ConfigError);
  });

  test("of what cannot be read is refused", async () => {
    await expect(read({ query: "severity:blue" })).rejects.toBeInstanceOf(QueryError);
  });

  test("of two thousand years has as many buckets as any", async () => {
    const found = await read({ from: "0001-01-01", to: "9999-12-31" });
    expect(found.buckets.length).toBeLessThanOrEqual(61);
    const all = found.buckets.flatMap(({ counts }) => Object.values(counts)).reduce((sum, n) => sum + n, 0);
    expect(all).toBe(times.length);
  });
});

test("signals are counted by the count table, by themselves or by both, and it is the same number", async () => {
  await fc.assert(
    fc.asyncProperty(someQuery, async (query) => {
      const { total } = await searchSignals(database.db, { query, limit: 1, now });
      expect(await countMatches(database.db, "signals", { query, now })).toEqual({ value: total.value, isExact: true });
    }),
    { numRuns: 100 },
  );
});
