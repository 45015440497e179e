import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { testApi } from "../../../test/api.ts";
import { inventory } from "../../../test/inventory.ts";
import { type TestDatabase, testDatabase } from "../../../test/postgres.ts";
import { keepLifeCycle } from "../../lifecycle/keeper.ts";
import { createLogger } from "../../log.ts";
import type { Role } from "../../model.ts";

const dayMs = 86_400_000;
const start = Date.parse("2026-06-01T08:00:00Z");
let database: TestDatabase;
let now = start;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  now = start;
  await database.pool.query("truncate finding, risk_acceptance, integration cascade");
  await database.pool.query("truncate cube_asset, cube_project, cube_cve, cube_day, cube_account, cube_exploit");
});

const someone = (role: Role) => testApi(database, { now: () => now }).as(role, `${randomUUID()}@weir.test`);
const keep = () =>
  keepLifeCycle({
    db: database.db,
    now: () => now,
    connect: database.connect,
    log: createLogger({ format: "json", level: "error", stream: process.stderr }),
  });
const bodyOf = async (answer: Response) => (await answer.json()) as Record<string, unknown>;
const form = (changes: object = {}) => ({
  owner: "Anna Bauer",
  reason: "The host is isolated",
  scope: "severity:critical",
  expiresAt: new Date(now + 30 * dayMs).toISOString(),
  ...changes,
});

async function twoFindings() {
  const integrationId = await inventory(database).integration("prod");
  await inventory(database).finding({ integrationId, severity: 5, title: "Bad" });
  await inventory(database).finding({ integrationId, severity: 2, title: "Mild" });
}

describe("risk acceptances over the API", () => {
  test("are previewed, made, found, changed and withdrawn, and each is in the audit log", async () => {
    await twoFindings();
    const ann = someone("analyst");
    const preview = await ann.send("POST", "/api/v1/risk-acceptances/preview", { scope: "severity:critical" });
    expect(await bodyOf(preview)).toMatchObject({ count: 1, alreadyAccepted: 0, examples: [{ title: "Bad" }] });
    const made = await ann.send("POST", "/api/v1/risk-acceptances", form());
    expect(made.status).toBe(201);
    const acceptance = await bodyOf(made);
    expect(acceptance).toMatchObject({ state: "active", findings: 0, progress: { done: 0, total: null } });
    await keep();
    const path = `/api/v1/risk-acceptances/${acceptance.id}`;
    expect(await bodyOf(await ann.request(path))).toMatchObject({ findings: 1, progress: null });
    const findings = async (q: string) => {
      const answer = await ann.request(`/api/v1/findings?q=${encodeURIComponent(q)}`);
      return ((await answer.json()) as { items: { id: string; title: string; status: string }[] }).items;
    };
    expect((await findings("status:open")).map(({ title }) => title)).toEqual(["Mild"]);
    const [accepted] = await findings(String(acceptance.query));
    expect(accepted).toMatchObject({ title: "Bad", status: "accepted", sourceStatus: "open" });
    expect((await findings("status:accepted AND acceptance.owner:bauer")).length).toBe(1);
    expect(await bodyOf(await ann.request(`/api/v1/findings/${accepted?.id}`))).toMatchObject({
      acceptance: { id: acceptance.id, owner: "Anna Bauer", reason: "The host is isolated" },
      history: { items: [{ change: "changed", fields: { status: { from: "open", to: "accepted" } } }] },
    });
    now += 1_000;
    const changed = await ann.send("PATCH", path, { reason: "Retired in autumn" });
    expect(await bodyOf(changed)).toMatchObject({ reason: "Retired in autumn", owner: "Anna Bauer" });
    now += 1_000;
    expect(await bodyOf(await ann.send("DELETE", path))).toMatchObject({ state: "withdrawn", findings: 1 });
    await keep();
    expect(await findings("status:open")).toHaveLength(2);
    expect((await ann.send("DELETE", path)).status).toBe(409);
    const audit = await bodyOf(await someone("admin").request("/api/v1/audit?action=risk_acceptance"));
    expect((audit.items as { action: string }[]).map(({ action }) => action)).toEqual([
      "risk_acceptance.withdraw",
      "risk_acceptance.update",
      "risk_acceptance.create",
    ]);
  });

  test("say at which field the form is wrong", async () => {
    const ann = someone("analyst");
    const refused = async (changes: object) => {
      const answer = await ann.send("POST", "/api/v1/risk-acceptances", form(changes));
      expect(answer.status).toBe(400);
      return (await bodyOf(answer)).error;
    };
    expect(await refused({ expiresAt: new Date(now + 500 * dayMs).toISOString() })).toMatchObject({
      field: "expiresAt",
    });
    expect(await refused({ scope: "" })).toMatchObject({ field: "scope" });
    expect(await refused({ scope: "sevrity:critical" })).toMatchObject({ code: "query", suggestion: "severity" });
    expect(await refused({ owner: " " })).toMatchObject({ field: "owner" });
  });
});

describe("the policy for due dates over the API", () => {
  test("is read by everyone and changed by administrators, with the progress of what follows", async () => {
    await twoFindings();
    await database.pool.query("update finding set first_found_at = '2026-05-01T00:00:00Z'");
    await keep();
    const admin = someone("admin");
    const days = { critical: 7, high: 14, medium: 30, low: null, informational: null };
    expect((await someone("analyst").send("PUT", "/api/v1/policies/due-dates", { days })).status).toBe(403);
    const changed = await bodyOf(await admin.send("PUT", "/api/v1/policies/due-dates", { days }));
    expect(changed).toMatchObject({ days, progress: { examined: 0, total: null } });
    await keep();
    const viewer = someone("viewer");
    expect(await bodyOf(await viewer.request("/api/v1/policies/due-dates"))).toMatchObject({ days, progress: null });
    const found = await bodyOf(await viewer.request("/api/v1/findings?q=overdue:true"));
    expect(found.items).toMatchObject([{ title: "Bad", dueAt: "2026-05-08T00:00:00.000Z", dueBy: "policy" }]);
    const wrong = await admin.send("PUT", "/api/v1/policies/due-dates", { days: { ...days, critical: 0 } });
    expect(await bodyOf(wrong)).toMatchObject({ error: { field: "days.critical" } });
  });
});
