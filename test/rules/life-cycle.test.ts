import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createAcceptance } from "../../src/lifecycle/acceptances.ts";
import { keepLifeCycle } from "../../src/lifecycle/keeper.ts";
import { createLogger } from "../../src/log.ts";
import { wrongCubes } from "../cubes.ts";
import { aTenant, type Tenant } from "./tenant.ts";

let tenant: Tenant;

beforeEach(async () => {
  tenant = await aTenant();
});
afterEach(() => tenant.close());

const by = { actor: { type: "system", id: null, name: "test" }, address: null } as const;
const keep = () =>
  keepLifeCycle({
    db: tenant.database.db,
    now: tenant.now,
    connect: tenant.database.connect,
    log: createLogger({ format: "json", level: "error", stream: process.stderr }),
  });

async function acceptCriticals() {
  await createAcceptance({ db: tenant.database.db, now: tenant.now }, by, {
    owner: "Anna Bauer",
    reason: "Retired in autumn",
    scope: "severity:critical AND status:[open, in_progress]",
    expiresAt: new Date(tenant.now() + 30 * 86_400_000).toISOString(),
  });
}

const countOf = async (condition: string) =>
  (await tenant.rows<{ n: number }>(`select count(*)::int as n from finding where ${condition}`))[0]!.n;

/** What is critical and open at Wiz is accepted, and nothing else is. */
async function expectAccepted(): Promise<number> {
  const isOpen = "coalesce(source_status, status) in ('open', 'in_progress')";
  expect(await countOf(`severity = 5 and ${isOpen} and status <> 'accepted'`)).toBe(0);
  expect(await countOf(`status = 'accepted' and not (severity = 5 and ${isOpen})`)).toBe(0);
  return await countOf("status = 'accepted'");
}

async function expectRightCounts(): Promise<void> {
  expect(await wrongCubes(tenant.database)).toEqual([]);
  const wrong = await tenant.rows(`select from asset where (open_critical, open_high) <>
    (select count(*) filter (where severity = 5), count(*) filter (where severity = 4) from finding
      where asset_id = asset.id and status in ('open', 'in_progress'))`);
  expect(wrong).toHaveLength(0);
}

describe("while the risk of findings is accepted", () => {
  test("the inventory is still what Wiz has, and what a pass brings is accepted when it ends", async () => {
    await tenant.weir.sync(tenant.integration);
    await acceptCriticals();
    await keep();
    expect(await expectAccepted()).toBeGreaterThan(0);
    await tenant.expectTruth();
    await expectRightCounts();
    for (let day = 0; day < 3; day++) {
      tenant.live(86_400);
      await tenant.delta();
      expect(await expectAccepted()).toBeGreaterThan(0);
      await tenant.expectTruth();
    }
    await tenant.full();
    await expectAccepted();
    await tenant.expectTruth();
    await expectRightCounts();
    expect((await tenant.status()).streams.map(({ gap }) => gap)).toEqual([0, 0, 0, 0, 0]);
  });

  test("one that Wiz no longer has is gone after two full passes as any other", async () => {
    await tenant.weir.sync(tenant.integration);
    await acceptCriticals();
    await keep();
    const rows = await tenant.rows<{ id: string }>(
      "select external_id as id from finding where status = 'accepted' and kind = 'vulnerability' order by 1 limit 2",
    );
    const ids = rows.map(({ id }) => id);
    expect(ids).toHaveLength(2);
    await tenant.control("vanish", { kind: "vulnerability", ids });
    await tenant.full("vulnerabilities");
    await tenant.full("vulnerabilities");
    const gone = await tenant.rows<{ id: string }>(
      "select external_id as id from finding where status = 'gone' and acceptance_id is null and source_status is null order by 1",
    );
    expect(gone.map(({ id }) => id)).toEqual(ids);
    await tenant.expectTruth();
    await expectRightCounts();
  });
});

test("a finding that Wiz opens again is counted as reopened, as its signals tell", async () => {
  await tenant.weir.sync(tenant.integration);
  for (let week = 0; week < 4; week++) {
    tenant.live(7 * 86_400);
    await tenant.delta();
  }
  const told = await tenant.rows<{ n: number }>(
    "select subject_id, count(*)::int as n from signal where change = 'reopened' and subject_kind <> 'asset' group by 1",
  );
  expect(told.length).toBeGreaterThan(0);
  const counted = await countOf(`reopened_count <> coalesce((select count(*) from signal
    where subject_id = finding.id and change = 'reopened'), 0)`);
  expect(counted).toBe(0);
  expect(await countOf("reopened_count > 0 and reopened_at is null")).toBe(0);
});
