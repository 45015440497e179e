import { afterEach, expect, test } from "vitest";
import { aTenant, type Tenant } from "./tenant.ts";

let tenant: Tenant;
afterEach(() => tenant.close());

test("what was deleted before a full pass is still told by the next delta, for only a delta can see it", async () => {
  tenant = await aTenant({ findings: 3_000 });
  expect(await tenant.delta()).toMatchObject({ result: "success" });
  tenant.live(24 * 3600);
  expect(await tenant.full()).toMatchObject({ result: "success" });
  expect(await tenant.delta()).toMatchObject({ result: "success" });
  const deleted = [...tenant.emulator.truth("asset")].filter((line) => "deletedAt" in line && line.deletedAt !== null);
  expect(deleted.length).toBeGreaterThan(1);
  await tenant.expectTruth();
});

test("a deletion that no delta could see, since the account saw less then, is found by the next full pass", async () => {
  tenant = await aTenant({ findings: 3_000 });
  await tenant.delta();
  await tenant.control("projects", { projects: [] });
  tenant.live(24 * 3600);
  expect(await tenant.delta("assets")).toMatchObject({ result: "success" });
  await tenant.control("projects", { projects: null });
  tenant.live(3600);
  expect(await tenant.full("assets")).toMatchObject({ result: "success" });
  const deleted = [...tenant.emulator.truth("asset")].filter((line) => "deletedAt" in line && line.deletedAt !== null);
  expect(deleted.length).toBeGreaterThan(1);
  expect((await tenant.differences()).filter((one) => one.startsWith("asset "))).toEqual([]);
});

test("4.6 deleted assets do not make up for those that a full pass lost on its way", async () => {
  tenant = await aTenant({ changesPerHour: 120 });
  await tenant.full("assets");
  tenant.live(24 * 3600);
  await tenant.delta("assets");
  const deleted = [...tenant.emulator.truth("asset")].filter((line) => "deletedAt" in line && line.deletedAt !== null);
  expect(deleted.length).toBeGreaterThan(12);
  await tenant.control("faults", { faults: [{ kind: "lost-rows", stream: "assets" }] });
  await tenant.full("assets");
  await tenant.full("assets");
  expect((await tenant.stream("assets")).goneNote).toMatch(/Wiz counted \d+ records but gave \d+/);
  expect(await tenant.rows("select id from asset_source where gone_at is not null")).toEqual([]);
});
