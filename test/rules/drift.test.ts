import { afterEach, beforeEach, expect, test } from "vitest";
import { aTenant, type Tenant } from "./tenant.ts";

let tenant: Tenant;

beforeEach(async () => {
  tenant = await aTenant({ findings: 1_000 });
});
afterEach(() => tenant.close());

const dueDates = () =>
  tenant.database.db
    .selectFrom("finding")
    .select(["externalId", "dueAt"])
    .where("kind", "=", "issue")
    .where("dueAt", "is not", null)
    .orderBy("externalId")
    .execute();

const countSignals = async () => (await tenant.database.db.selectFrom("signal").select("id").execute()).length;

const warningOf = async () => (await tenant.stream("issues")).warning;

test("a field that Wiz takes away keeps its last values, tells no change of them, and is read again once it is back", async () => {
  await tenant.delta();
  const before = await dueDates();
  const signals = await countSignals();
  expect(before.length).toBeGreaterThan(10);

  tenant.emulator.faults.set([{ kind: "unknown-field", stream: "issues", field: "dueAt" }]);
  expect(await tenant.full("issues")).toMatchObject({ result: "success" });
  expect(await warningOf()).toContain("dueAt");
  expect(await dueDates()).toEqual(before);
  expect(await countSignals()).toBe(signals);

  tenant.emulator.faults.set([]);
  expect(await tenant.full("issues")).toMatchObject({ result: "success" });
  expect(await warningOf()).toBeNull();
  expect(await countSignals()).toBe(signals);
  await tenant.expectTruth();
});

test("a filter value that Wiz takes away narrows the pass, so what it does not bring is not missing", async () => {
  await tenant.delta();
  const inProgress = () =>
    tenant.database.db
      .selectFrom("finding")
      .select("id")
      .where("status", "=", "in_progress")
      .where("kind", "=", "issue")
      .execute();
  tenant.live(7 * 24 * 3600);
  await tenant.delta();
  const before = (await inProgress()).length;
  expect(before).toBeGreaterThan(0);
  tenant.emulator.faults.set([{ kind: "unknown-field", stream: "issues", field: "IssueStatus.IN_PROGRESS" }]);
  for (let i = 0; i < 3; i++) expect(await tenant.full("issues")).toMatchObject({ result: "success" });
  expect((await inProgress()).length).toBe(before);
  expect(await warningOf()).toContain("IN_PROGRESS");
});
