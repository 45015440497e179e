import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { addSlice, aFinding, aPage, aPlace, aSlice } from "../../test/builders.ts";
import { cubes, wrongCubes } from "../../test/cubes.ts";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { createLogger } from "../log.ts";
import type { FindingRecord } from "../model.ts";
import { assetScoreConstants } from "../risk/constants.ts";
import { refreshAssetRisk } from "../store/asset-risk.ts";
import type { By } from "../store/audit.ts";
import { type AcceptanceContent, findAcceptance } from "../store/risk-acceptance.ts";
import { commitPage, type PagePlace } from "../sync/page.ts";
import { changeAcceptance, createAcceptance, endAcceptance, previewAcceptance } from "./acceptances.ts";
import { keepLifeCycle, settlePass } from "./keeper.ts";
import { ofAcceptance } from "./looks.ts";
import { settle } from "./settle.ts";

const start = Date.parse("2026-08-02T12:00:00Z");
const dayMs = 86_400_000;
let clock = start;
const by: By = { actor: { type: "user", id: null, name: "anna@example.com" }, address: null };

let database: TestDatabase;
let place: PagePlace;
let passId: string;
const deps = () => ({
  db: database.db,
  now: () => clock,
  connect: database.connect,
  log: createLogger({ format: "json", level: "error", stream: process.stderr }),
});

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  clock = start;
  const tables = ["finding", "finding_raw", "asset", "asset_source", "asset_key", "definition", "signal", ...cubes];
  await database.pool.query(
    `truncate ${tables.join(", ")}, integration, identity_log, risk_acceptance, audit_event cascade`,
  );
  const slice = await aSlice(database);
  passId = slice.passId;
  place = aPlace(slice);
});

async function store(...findings: FindingRecord[]) {
  const sliceId = await addSlice(database, { passId });
  return await commitPage(deps(), { ...place, sliceId }, aPage({ findings }));
}

const found = (n: number, changes: Partial<FindingRecord> = {}) =>
  aFinding({ externalId: `finding-${n}`, severity: n % 2 === 0 ? "critical" : "low", ...changes });

const accept = (changes: Partial<AcceptanceContent> = {}) =>
  createAcceptance(deps(), by, {
    owner: "Anna Bauer",
    reason: "The host is isolated",
    scope: "severity:critical AND status:open",
    expiresAt: new Date(clock + 30 * dayMs).toISOString(),
    ...changes,
  });

const findings = () => database.db.selectFrom("finding").selectAll().orderBy("externalId").execute();
const statuses = async () => (await findings()).map(({ status }) => status);
const signals = async () =>
  (await database.db.selectFrom("signal").selectAll().orderBy("at").orderBy("externalId").execute()).filter(
    ({ change }) => change !== "new",
  );
const audited = async () =>
  (await database.db.selectFrom("auditEvent").select(["action", "actorType"]).orderBy("at").execute()).map(
    ({ action, actorType }) => `${action} ${actorType}`,
  );

async function expectRightCounts() {
  expect(await wrongCubes(database)).toEqual([]);
  const { rows } = await database.pool.query(`select count(*)::int as n from asset where
    (open_critical, open_low) <> (select count(*) filter (where severity = 5), count(*) filter (where severity = 2)
      from finding where asset_id = asset.id and status in ('open', 'in_progress'))`);
  expect(rows[0].n).toBe(0);
}

describe("an accepted risk", () => {
  beforeEach(async () => {
    await store(found(1), found(2), found(3), found(4, { status: "in_progress" }), found(6, { status: "resolved" }));
    await refreshAssetRisk(
      database.db,
      { integrationId: place.integrationId, kind: "vulnerability", since: new Date(0).toISOString() },
      assetScoreConstants,
    );
  });

  test("hides the findings of its scope, keeps what the source says, and tells of it with the reason", async () => {
    const id = await accept({ scope: "severity:critical" });
    expect(await statuses()).toEqual(["open", "open", "open", "in_progress", "resolved"]);
    await keepLifeCycle(deps());
    expect(await statuses()).toEqual(["open", "accepted", "open", "accepted", "resolved"]);
    const row = (await findings())[3];
    expect(row).toMatchObject({ sourceStatus: "in_progress", acceptanceId: id });
    expect(await signals()).toMatchObject([
      {
        change: "changed",
        fields: {
          status: { from: "open", to: "accepted" },
          acceptance: { from: null, to: "The host is isolated (Anna Bauer, until 2026-09-01)" },
        },
      },
      { change: "changed", fields: { status: { from: "in_progress", to: "accepted" } } },
    ]);
    expect(await findAcceptance(database.db, id)).toMatchObject({ revision: 1, appliedRevision: 1, done: 2, total: 2 });
    expect(await audited()).toEqual(["risk_acceptance.create user"]);
    await expectRightCounts();
    // Doing it again changes nothing.
    expect(await settle(deps(), ofAcceptance(id))).toBe(0);
  });

  test("stays while pages bring changes, ends when the source resolves it, and takes in what comes", async () => {
    await accept();
    await keepLifeCycle(deps());
    expect(await statuses()).toEqual(["open", "accepted", "open", "in_progress", "resolved"]);
    clock += 60_000;
    await store(
      found(2, { title: "Another title", updatedAt: "2026-08-02T00:00:00Z" }),
      found(4, { updatedAt: "2026-08-02T00:00:00Z" }),
      found(8),
    );
    expect(await statuses()).toEqual(["open", "accepted", "open", "open", "resolved", "open"]);
    await settlePass(deps(), {
      integrationId: place.integrationId,
      kind: "vulnerability",
      since: new Date(clock).toISOString(),
    });
    expect(await statuses()).toEqual(["open", "accepted", "open", "accepted", "resolved", "accepted"]);
    clock += 60_000;
    await store(
      found(2, { status: "resolved", resolvedAt: "2026-08-03T00:00:00Z", updatedAt: "2026-08-03T00:00:00Z" }),
      found(8, { severity: "low", updatedAt: "2026-08-03T00:00:00Z" }),
    );
    await settlePass(deps(), {
      integrationId: place.integrationId,
      kind: "vulnerability",
      since: new Date(clock).toISOString(),
    });
    // The one was resolved by Wiz, the other is not of the scope any more.
    expect(await statuses()).toEqual(["open", "resolved", "open", "accepted", "resolved", "open"]);
    expect((await findings())[1]).toMatchObject({ acceptanceId: null, sourceStatus: null, acceptedAt: null });
    const ends = (await signals())
      .filter(({ fields }) => Object.hasOwn(fields as object, "status"))
      .slice(-2)
      .map(({ change, fields }) => ({ change, fields }));
    expect(ends).toMatchObject([
      { change: "resolved", fields: { status: { from: "accepted", to: "resolved" } } },
      { change: "changed", fields: { status: { from: "accepted", to: "open" } } },
    ]);
    await expectRightCounts();
  });

  test("lapses by itself, also when Weir was down, and the findings are open as before", async () => {
    const before = await findings();
    const id = await accept();
    await keepLifeCycle(deps());
    clock += 31 * dayMs;
    await keepLifeCycle(deps());
    const kept = ({ status, sourceStatus, dueAt, reopenedCount, statusChangedAt }: (typeof before)[number]) => ({
      status,
      sourceStatus,
      dueAt,
      reopenedCount,
      statusChangedAt,
    });
    expect((await findings()).map(kept)).toEqual(before.map(kept));
    expect((await findAcceptance(database.db, id)).lapsedAt).not.toBeNull();
    expect(await audited()).toEqual(["risk_acceptance.create user", "risk_acceptance.lapse system"]);
    expect((await signals()).at(-1)).toMatchObject({
      change: "changed",
      fields: { status: { from: "accepted", to: "open" }, acceptance: { to: null } },
    });
    await expectRightCounts();
    await keepLifeCycle(deps());
    expect(await audited()).toHaveLength(2);
  });

  test("of several, the longest holds; when it is withdrawn, the other does", async () => {
    const short = await accept({ expiresAt: new Date(clock + dayMs).toISOString() });
    await keepLifeCycle(deps());
    const long = await accept({ scope: "severity:critical AND sourceStatus:open" });
    await keepLifeCycle(deps());
    const covering = async () => (await findings())[1]?.acceptanceId;
    expect(await covering()).toBe(long);
    const since = (await findings())[1]?.acceptedAt;
    await endAcceptance(deps(), by, long);
    await keepLifeCycle(deps());
    expect(await covering()).toBe(short);
    expect((await findings())[1]?.acceptedAt).toBe(since);
    await endAcceptance(deps(), by, short);
    await keepLifeCycle(deps());
    expect(await statuses()).toEqual(["open", "open", "open", "in_progress", "resolved"]);
    await expect(changeAcceptance(deps(), by, short, { reason: "again" })).rejects.toThrow(/been withdrawn/);
    await expectRightCounts();
  });

  test("follows a change of its scope", async () => {
    const id = await accept();
    await keepLifeCycle(deps());
    await changeAcceptance(deps(), by, id, { scope: "severity:low" });
    await keepLifeCycle(deps());
    expect(await statuses()).toEqual(["accepted", "open", "accepted", "in_progress", "resolved"]);
    await expectRightCounts();
  });

  test("cannot be for ever, for everything, or for what it changes itself", async () => {
    const refused = async (changes: Partial<AcceptanceContent>, why: RegExp) =>
      await expect(accept(changes)).rejects.toThrow(why);
    await refused({ expiresAt: new Date(clock + 400 * dayMs).toISOString() }, /a year at most/);
    await refused({ expiresAt: new Date(clock - dayMs).toISOString() }, /in the future/);
    await refused({ scope: "  " }, /which findings/);
    await refused({ scope: "changed > now-1d" }, /changed changes/);
    await refused({ scope: "asset.riskScore > 500" }, /asset\.riskScore changes/);
    await refused({ scope: "acceptance.owner:anna" }, /acceptance changes/);
    await refused({ scope: "nonsense:1" }, /no field/);
  });

  test("is previewed with the true number and examples", async () => {
    await accept();
    await keepLifeCycle(deps());
    const preview = await previewAcceptance(deps(), "severity:[critical, low]");
    expect(preview).toMatchObject({ count: 4, alreadyAccepted: 1, bySeverity: { critical: 2, low: 2, high: 0 } });
    expect(preview.examples.map(({ severity }) => severity)).toEqual(["critical", "critical", "low", "low"]);
  });
});

test("pages that are stored while acceptances are applied, withdrawn and expire leave nothing wrong behind", async () => {
  const many = Array.from({ length: 120 }, (_, i) => found(i, { asset: null }));
  await store(...many);
  let isDone = false;
  async function pages(seed: number) {
    for (let round = 1; !isDone; round++) {
      const updatedAt = new Date(start + round * 1_000 + seed).toISOString();
      const some = many.filter((_, i) => i % 3 === (round + seed) % 3);
      await store(
        ...some.map((finding, i) => ({
          ...finding,
          title: `Title ${round}`,
          status: (i + round) % 5 === 0 ? ("resolved" as const) : ("open" as const),
          updatedAt,
        })),
      );
      await sleep(5);
    }
  }
  async function keeper() {
    while (!isDone) {
      await keepLifeCycle(deps(), { isFull: true });
      await sleep(5);
    }
  }
  async function people() {
    const lapsing = await accept({ scope: "severity:low", expiresAt: new Date(clock + 60_000).toISOString() });
    const ids = [await accept(), lapsing];
    await sleep(300);
    await changeAcceptance(deps(), by, ids[0]!, { scope: "severity:critical AND externalId:finding-1*" });
    await sleep(200);
    clock += 120_000;
    await sleep(200);
    await endAcceptance(deps(), by, ids[0]!);
    await accept({ scope: "severity:critical AND externalId:finding-2*" });
    await sleep(300);
    isDone = true;
  }
  await Promise.all([pages(0), pages(1), keeper(), people()]);
  await keepLifeCycle(deps(), { isFull: true });
  const wrong = (await findings()).filter(({ externalId, severity, status, sourceStatus, acceptanceId }) => {
    const isCovered = severity === 5 && externalId.startsWith("finding-2");
    const source = sourceStatus ?? status;
    const expected = isCovered && source === "open" ? "accepted" : source;
    return status !== expected || (acceptanceId !== null) !== (status === "accepted");
  });
  expect(wrong).toEqual([]);
  expect(await wrongCubes(database)).toEqual([]);
}, 60_000);

test("a process that dies while it applies an acceptance leaves the rest to the next one", async () => {
  await store(...Array.from({ length: 60 }, (_, i) => found(i, { asset: null })));
  const id = await accept();
  const dying = settle(deps(), ofAcceptance(id), {
    batchSize: 10,
    onBatch: () => Promise.reject(new Error("killed")),
  });
  await expect(dying).rejects.toThrow("killed");
  expect((await statuses()).filter((status) => status === "accepted")).toHaveLength(10);
  await keepLifeCycle(deps());
  expect((await statuses()).filter((status) => status === "accepted")).toHaveLength(30);
  expect(await wrongCubes(database)).toEqual([]);
  const told = await signals();
  expect(new Set(told.map(({ subjectId }) => subjectId)).size).toBe(30);
  expect(told).toHaveLength(30);
});
