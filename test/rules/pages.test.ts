import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FencedError } from "../../src/errors.ts";
import { createSeen } from "../../src/store/seen.ts";
import { adoptSlices, restartSlice } from "../../src/store/slice.ts";
import { commitPage, type PagePlace } from "../../src/sync/page.ts";
import { aFinding, anAsset, aPage, aPlace, aSlice } from "../builders.ts";
import { type TestDatabase, testDatabase } from "../postgres.ts";
import { aTenant } from "./tenant.ts";

const now = Date.parse("2026-08-02T12:00:00Z");
const findings = Array.from({ length: 50 }, (_, i) => aFinding({ externalId: `finding-${i}` }));
const page = aPage({ findings, assets: [anAsset()] }, { nextCursor: "two", count: { value: 51, isCapped: false } });

let database: TestDatabase;
let place: PagePlace;

beforeEach(async () => {
  database = await testDatabase();
  const slice = await aSlice(database);
  await createSeen(database.db, slice.passId);
  place = aPlace(slice);
  place = { ...place, pass: { ...place.pass, tracksSeen: true } };
});
afterEach(() => database.close());

const commit = (changes: Partial<PagePlace> = {}) =>
  commitPage({ db: database.db, now: () => now }, { ...place, ...changes }, page);

/** All that a page leaves behind, and where its slice stands. */
async function traces() {
  const seen = `seen_${place.pass.id.replaceAll("-", "")}`;
  const counts = ["finding", "finding_raw", "asset", "asset_source", "definition", "signal", seen].map(
    (table) => `(select count(*)::int from ${table}) as "${table === seen ? "seen" : table}"`,
  );
  const { rows } = await database.pool.query(
    `select ${counts.join(", ")}, cursor, pages::int, fetched::int, written::int,
      coalesce((select sum(n)::int from cube_asset), 0) as counted,
      coalesce((select sum(n)::int from cube_signal), 0) as counted_signals from slice`,
  );
  return rows[0];
}

describe("4.3 a page", () => {
  test("of two writers on one slice is stored by one of them, once, and the other learns it", async () => {
    const results = await Promise.allSettled([commit(), commit(), commit()]);
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const result of results) if (result.status === "rejected") expect(result.reason).toBeInstanceOf(FencedError);
    expect(await traces()).toMatchObject({ finding: 50, signal: 51, seen: 51, pages: 1, fetched: 51, cursor: "two" });
  });

  test("is stored in all of its parts or in none, whichever of them fails", async () => {
    const untouched = await traces();
    for (const table of [
      "finding",
      "finding_raw",
      "asset",
      "definition",
      "signal",
      "cube_asset",
      "cube_signal",
      "slice",
    ]) {
      await database.pool.query(`create or replace function fail() returns trigger language plpgsql
        as $$ begin raise exception 'the disk is in a bad mood'; end $$`);
      await database.pool.query(
        `create trigger fail before insert or update on ${table} for each statement execute function fail()`,
      );
      await expect(commit(), table).rejects.toThrow("bad mood");
      expect(await traces(), table).toEqual(untouched);
      await database.pool.query(`drop trigger fail on ${table}`);
    }
    await commit();
    expect(await traces()).toMatchObject({ finding: 50, counted: 50, signal: 51, counted_signals: 51, pages: 1 });
  });

  test("of a writer whose lease another has taken over leaves nothing, even when both store it at once", async () => {
    const { accountKey } = await database.db.selectFrom("pass").select("accountKey").executeTakeFirstOrThrow();
    const [old] = await Promise.allSettled([commit(), adoptSlices(database.db, accountKey, 2)]);
    // Whoever was first: the page is there once, and the old lease stores no other.
    const isIn = old.status === "fulfilled";
    expect((await traces()).pages).toBe(isIn ? 1 : 0);
    await expect(commit({ cursor: isIn ? "two" : null })).rejects.toBeInstanceOf(FencedError);
    if (!isIn) await commit({ epoch: 2 });
    expect(await traces()).toMatchObject({ finding: 50, signal: 51, pages: 1 });
  });

  test("that is repeated after its slice began again changes nothing", async () => {
    await commit();
    const before = await database.pool.query("select md5(string_agg(f::text, '' order by id)) from finding f");
    await restartSlice(database.db, place.sliceId, 1);
    expect(await commit()).toEqual({
      fetched: 51,
      written: 0,
      unchanged: 51,
      rejected: 0,
      partialPages: 0,
      outOfScope: 0,
    });
    expect((await database.pool.query("select md5(string_agg(f::text, '' order by id)) from finding f")).rows).toEqual(
      before.rows,
    );
    expect(await traces()).toMatchObject({ finding: 50, signal: 51, counted: 50 });
  });
});

test("4.3 a database that refuses a page ends the run with the reason, and the next run repairs everything", async () => {
  const tenant = await aTenant();
  try {
    await tenant.rows(`create function fail() returns trigger language plpgsql
      as $$ begin raise exception 'the disk is in a bad mood'; end $$`);
    await tenant.rows("create trigger fail before insert on finding_raw for each statement execute function fail()");
    expect(await tenant.full()).toMatchObject({ result: "partial", error: expect.stringContaining("bad mood") });
    expect((await tenant.stream("vulnerabilities")).error).toContain("bad mood");
    await tenant.rows("drop trigger fail on finding_raw");
    expect(await tenant.full()).toMatchObject({ result: "success", error: null });
    await tenant.expectTruth();
    expect((await tenant.status()).tile.colour).toBe("green");
  } finally {
    await tenant.close();
  }
});
