import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type TestActor, testApi } from "../../../test/api.ts";
import { type TestDatabase, testDatabase } from "../../../test/postgres.ts";
import type { Role } from "../../model.ts";

const dayMs = 86_400_000;
const start = Date.parse("2026-06-01T08:00:00Z");

let database: TestDatabase;
let now = start;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const weir = () => testApi(database, { now: () => now });

function someone(role: Role): TestActor {
  now = start;
  return weir().as(role, `${randomUUID()}@weir.test`);
}

interface Created {
  id: string;
  secret: string;
  role: string;
  expiresAt: string | null;
}

async function make(actor: TestActor, form: object = {}): Promise<Created> {
  const answer = await actor.send("POST", "/api/v1/tokens", { name: "ci", ...form });
  expect(answer.status).toBe(201);
  return (await answer.json()) as Created;
}

const meWith = async (secret: string) =>
  (await weir().api.request("/api/v1/auth/me", { headers: { authorization: `Bearer ${secret}` } })).status;
const itemsOf = async (answer: Response) =>
  ((await answer.json()) as { items: { id: string; lastUsedAt: string | null }[] }).items;

describe("an API token", () => {
  test("is shown once, kept as a hash, and says when it was last used", async () => {
    const ann = someone("analyst");
    const { secret, ...token } = await make(ann);
    expect(secret).toMatch(/^weir_[\w-]{43}$/);
    expect(token).toMatchObject({
      name: "ci",
      role: "viewer",
      expiresAt: new Date(start + 90 * dayMs).toISOString(),
      lastUsedAt: null,
    });
    expect(await meWith(secret)).toBe(200);
    const listed = await (await ann.request("/api/v1/tokens")).text();
    expect(listed).not.toContain(secret);
    expect(JSON.parse(listed)).toEqual({ items: [{ ...token, lastUsedAt: new Date(start).toISOString() }] });
    const { rows } = await database.pool.query("select api_token::text as line from api_token");
    expect(JSON.stringify(rows)).not.toContain(secret);
  });

  test("is no good any more after its last day", async () => {
    const { secret } = await make(someone("viewer"), { expiresInDays: 2 });
    now = start + 2 * dayMs - 1;
    expect(await meWith(secret)).toBe(200);
    now = start + 2 * dayMs;
    expect(await meWith(secret)).toBe(401);
  });

  test("lasts for ever only if an administrator wants it", async () => {
    expect((await make(someone("admin"), { expiresInDays: null })).expiresAt).toBe(null);
    const answer = await someone("analyst").send("POST", "/api/v1/tokens", { name: "ci", expiresInDays: null });
    expect([answer.status, await answer.json()]).toMatchObject([
      403,
      { error: { message: expect.stringContaining("Only an administrator's token") } },
    ]);
  });

  test.each([
    [{ expiresInDays: 731 }, "expiresInDays"],
    [{ expiresInDays: 0 }, "expiresInDays"],
    [{ expiresInDays: 1.5 }, "expiresInDays"],
    [{ name: " " }, "name"],
    [{ role: "root" }, "role"],
  ])("is refused with %j", async (form, field) => {
    const answer = await someone("admin").send("POST", "/api/v1/tokens", { name: "ci", ...form });
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: { field } }]);
  });

  test("has a role up to its maker's", async () => {
    expect((await make(someone("analyst"), { role: "analyst" })).role).toBe("analyst");
    const answer = await someone("analyst").send("POST", "/api/v1/tokens", { name: "ci", role: "admin" });
    expect([answer.status, await answer.json()]).toMatchObject([403, { error: { code: "forbidden" } }]);
  });

  test("makes no other, and changes no password", async () => {
    const { secret } = await make(someone("admin"), { role: "admin" });
    const { api } = weir();
    const send = (path: string, body: object) =>
      api.request(`/api/v1${path}`, {
        method: "POST",
        headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    expect((await send("/tokens", { name: "child" })).status).toBe(403);
    expect((await send("/auth/password", { currentPassword: "x", newPassword: "y" })).status).toBe(403);
  });

  test("is revoked by its owner or an administrator, and by nobody else", async () => {
    const [ann, eve, root] = [someone("viewer"), someone("analyst"), someone("admin")];
    const [one, other] = [await make(ann), await make(ann)];
    const revoke = async (actor: TestActor, { id }: Created) =>
      (await actor.send("DELETE", `/api/v1/tokens/${id}`)).status;
    expect(await revoke(eve, one)).toBe(404);
    expect(await meWith(one.secret)).toBe(200);
    expect([await revoke(ann, one), await revoke(root, other), await revoke(ann, one)]).toEqual([204, 204, 404]);
    expect([await meWith(one.secret), await meWith(other.secret)]).toEqual([401, 401]);
    const events = await database.db
      .selectFrom("auditEvent")
      .select(["action", "actorId", "details"])
      .where("subjectId", "=", other.id)
      .orderBy("action")
      .execute();
    expect(events).toMatchObject([
      { action: "token.create", actorId: await ann.userId() },
      { action: "token.revoke", actorId: await root.userId(), details: { ownerId: await ann.userId() } },
    ]);
  });

  test("is listed to its owner, and to administrators who ask for all", async () => {
    const [ann, root] = [someone("viewer"), someone("admin")];
    const { id } = await make(ann);
    expect(await itemsOf(await root.request("/api/v1/tokens"))).toEqual([]);
    expect((await itemsOf(await root.request("/api/v1/tokens?of=all"))).map((token) => token.id)).toContain(id);
    expect((await ann.request("/api/v1/tokens?of=all")).status).toBe(403);
  });

  test("names itself and its owner in the audit log", async () => {
    const root = someone("admin");
    const { id, secret } = await make(root, { role: "admin" });
    await weir().api.request(`/api/v1/users/${await someone("viewer").userId()}`, {
      method: "PATCH",
      headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
      body: JSON.stringify({ name: "Renamed" }),
    });
    const event = await database.db
      .selectFrom("auditEvent")
      .select(["actorType", "actorName"])
      .where("actorId", "=", id)
      .executeTakeFirst();
    expect(event).toEqual({ actorType: "token", actorName: expect.stringMatching(/^ci \(.*@weir\.test\)$/) });
  });
});
