import { expect } from "vitest";
import type { RunResult } from "../../src/store/run.ts";
import type { Tile } from "../../src/sync/state.ts";
import { rejectedRecords } from "./rejected-records.ts";
import type { Tenant } from "./tenant.ts";

interface SeenState {
  result: RunResult;
  colour: Tile["colour"];
  reason: RegExp;
  /** Of the run and of at least one stream; absent: no stream has one. */
  error?: RegExp;
}

/** What a user sees after a run in trouble. */
export async function expectState(tenant: Tenant, seen: SeenState): Promise<void> {
  const { lastRun, tile, streams } = await tenant.status();
  expect(lastRun?.result).toBe(seen.result);
  expect(tile).toEqual({ colour: seen.colour, reason: expect.stringMatching(seen.reason) });
  if (seen.error === undefined) expect(streams.map(({ error }) => error)).toEqual([null, null, null, null, null]);
  else {
    expect(lastRun?.error).toMatch(seen.error);
    expect(streams.some(({ error }) => seen.error?.test(error ?? "") === true)).toBe(true);
  }
}

/** The next run is good, nothing is left of the trouble, and nothing was taken for gone. */
export async function expectRepaired(tenant: Tenant): Promise<void> {
  expect(await tenant.full()).toMatchObject({ result: "success", error: null });
  await tenant.expectTruth();
  expect(await rejectedRecords(tenant.database)).toEqual([]);
  expect(await tenant.rows("select from finding where status = 'gone'")).toEqual([]);
  await expectState(tenant, { result: "success", colour: "green", reason: /every stream came in/ });
}
