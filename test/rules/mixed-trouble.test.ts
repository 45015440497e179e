import { afterEach, describe, expect, test } from "vitest";
import type { FaultSpec } from "../../src/emulator/http/faults.ts";
import { expectRepaired } from "./repair.ts";
import { aTenant, type Tenant } from "./tenant.ts";

let tenant: Tenant;
afterEach(() => tenant.close());

describe("trouble that comes and goes", () => {
  /** A first load, a quarter of a day, the next delta, and all that once more, with several faults at once. */
  async function liveThrough(faults: FaultSpec[]): Promise<void> {
    tenant = await aTenant({ findings: 300, faults, changesPerHour: 20, redetections: false });
    for (let i = 0; i < 2; i++) {
      expect(["success", "partial"]).toContain((await tenant.full()).result);
      tenant.live(6 * 3600);
      await tenant.delta();
    }
    expect(tenant.emulator.faults.list().reduce((sum, { struck }) => sum + struck, 0)).toBeGreaterThan(5);
    // Whatever happened, nothing is in the inventory that Wiz does not have.
    expect((await tenant.differences()).filter((one) => one.endsWith("is not in the truth"))).toEqual([]);
    await tenant.control("faults", { clear: true });
    await tenant.delta();
  }

  test.each<[string, FaultSpec[]]>([
    [
      "a bad network",
      [
        { kind: "cut", every: 7 },
        { kind: "cut", at: "body", every: 5 },
        { kind: "slow", every: 9, delayMs: 20 },
      ],
    ],
    [
      "an overloaded Wiz",
      [
        { kind: "server-error", every: 5 },
        { kind: "too-complex", above: 100 },
        { kind: "rate-limit-bare", every: 6 },
      ],
    ],
    [
      "limits in all their forms",
      [
        { kind: "rate-limit", every: 5 },
        { kind: "rate-limit-bare", every: 7 },
        { kind: "rate-limit-graphql", every: 6 },
      ],
    ],
    [
      "bad cursors",
      [
        { kind: "too-complex", above: 60 },
        { kind: "expired-cursor", every: 9, times: 5 },
        { kind: "repeated-cursor", every: 11, times: 4 },
        { kind: "empty-page", every: 4 },
      ],
    ],
    [
      "wrong answers",
      [
        { kind: "null-list", every: 6 },
        { kind: "broken-json", every: 7 },
        { kind: "internal-error", every: 8 },
      ],
    ],
    ["wrong numbers", [{ kind: "wrong-count" }, { kind: "doubled-row" }, { kind: "partial-data", every: 2 }]],
    [
      "tokens that fail",
      [
        { kind: "api-401", every: 9 },
        { kind: "server-error", stream: "token", times: 2 },
        { kind: "rate-limit", stream: "token", skip: 1, times: 1 },
      ],
    ],
  ])("loses nothing: %s", async (_name, faults) => {
    await liveThrough(faults);
    await expectRepaired(tenant);
    const twice = "select subject_id from signal where change = 'new' group by 1 having count(*) > 1";
    expect(await tenant.rows(twice)).toEqual([]);
  });

  test("and spoils records is repaired by the next good delta, deletions too, for it asks for the same again", async () => {
    await liveThrough([
      { kind: "null-node", every: 3 },
      { kind: "unreadable-node", every: 2 },
      { kind: "doubled-row" },
    ]);
    const ofDeltas = (await tenant.differences()).filter((one) => deletedIds().some((id) => one.includes(id)));
    expect(ofDeltas).toEqual([]);
    await tenant.full();
    await tenant.expectTruth();
  });

  test("and speaks another schema leaves that to the next good full pass, and what was deleted meanwhile to the quorum", async () => {
    await liveThrough([
      { kind: "unknown-enum" },
      { kind: "missing-keys", every: 2 },
      { kind: "unknown-field", field: "Issue.url" },
    ]);
    expect(await tenant.full()).toMatchObject({ result: "success" });
    const deleted = deletedIds();
    const isOfDeleted = (one: string) => deleted.some((id) => one.includes(id));
    expect((await tenant.differences()).filter((one) => !isOfDeleted(one))).toEqual([]);
    // Only a delta tells of a deletion. One that could not be read is found to be missing.
    await tenant.full();
    const open = await tenant.rows<{ id: string }>(
      `select external_id as id from finding where status in ('open', 'in_progress') union
       select external_id from asset_source join asset on asset.id = asset_id where status in ('active', 'inactive')`,
    );
    expect(open.filter(({ id }) => deleted.includes(id))).toEqual([]);
  });
});

/** Assets that Wiz deleted, and what it resolved for that reason. */
function deletedIds(): string[] {
  const { emulator } = tenant;
  const assets = [...emulator.truth("asset")].filter((one) => "deletedAt" in one && one.deletedAt !== null);
  const ids = new Set(assets.map(({ id }) => id));
  const findings = [...emulator.truth("misconfiguration")].filter(
    (one) => "asset" in one && ids.has(one.asset.externalId) && one.status === "RESOLVED",
  );
  return [...ids, ...findings.map(({ id }) => id)];
}
