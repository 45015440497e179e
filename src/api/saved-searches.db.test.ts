import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type TestActor, testApi } from "../../test/api.ts";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";

let database: TestDatabase;
let as: ReturnType<typeof testApi>["as"];

beforeAll(async () => {
  database = await testDatabase();
  as = testApi(database).as;
});
afterAll(() => database.close());
beforeEach(() => database.pool.query("delete from saved_search; delete from audit_event"));

const path = "/api/v1/saved-searches";
const anOwn = { name: "Mine", on: "findings", query: "severity:critical" };

interface Saved {
  id: string;
  name: string;
  [field: string]: unknown;
}

async function save(actor: TestActor, body: object): Promise<Saved> {
  const answer = await actor.send("POST", path, body);
  expect(answer.status, await answer.clone().text()).toBe(201);
  return (await answer.json()) as Saved;
}

async function names(actor: TestActor): Promise<string[]> {
  const { items } = (await (await actor.request(path)).json()) as { items: Saved[] };
  return items.map(({ name }) => name);
}

const statusOf = async (answer: Promise<Response>) => (await answer).status;

describe("a saved search", () => {
  test("is kept with all that makes it, changed in part, and deleted", async () => {
    const viewer = as("viewer");
    const saved = await save(viewer, { ...anOwn, sort: "changed", columns: ["title", "asset.name"] });
    expect(saved).toMatchObject({ ...anOwn, sort: "changed", columns: ["title", "asset.name"], shared: false });
    expect(saved).toMatchObject({ mayChange: true, owner: { id: await viewer.userId() } });
    const changed = await viewer.send("PATCH", `${path}/${saved.id}`, { query: "severity:high", columns: null });
    expect(await changed.json()).toMatchObject({
      name: "Mine",
      query: "severity:high",
      sort: "changed",
      columns: null,
    });
    expect(await (await viewer.request(`${path}/${saved.id}`)).json()).toMatchObject({ query: "severity:high" });
    expect(await statusOf(viewer.send("DELETE", `${path}/${saved.id}`))).toBe(204);
    expect(await names(viewer)).toEqual([]);
  });

  test("that is private is its owner's alone, not even an administrator's", async () => {
    const { id } = await save(as("viewer"), anOwn);
    for (const actor of [as("viewer", "other@weir.test"), as("analyst"), as("admin")]) {
      expect(await names(actor)).toEqual([]);
      expect(await statusOf(actor.request(`${path}/${id}`))).toBe(404);
      expect(await statusOf(actor.send("PATCH", `${path}/${id}`, { name: "Yours" }))).toBe(404);
      expect(await statusOf(actor.send("DELETE", `${path}/${id}`))).toBe(404);
    }
  });

  test("that is shared everyone reads, and its owner or an administrator changes", async () => {
    const { id } = await save(as("analyst"), { ...anOwn, shared: true });
    expect(await names(as("viewer"))).toEqual(["Mine"]);
    expect(await (await as("viewer").request(`${path}/${id}`)).json()).toMatchObject({ mayChange: false });
    for (const actor of [as("viewer"), as("analyst", "other@weir.test")]) {
      expect(await statusOf(actor.send("PATCH", `${path}/${id}`, { name: "Yours" }))).toBe(403);
      expect(await statusOf(actor.send("DELETE", `${path}/${id}`))).toBe(403);
    }
    expect(await statusOf(as("admin").send("PATCH", `${path}/${id}`, { name: "Ours" }))).toBe(200);
    expect(await names(as("analyst"))).toEqual(["Ours"]);
    expect(await statusOf(as("admin").send("DELETE", `${path}/${id}`))).toBe(204);
  });

  test("that is shared stays when its owner is removed, and a private one goes", async () => {
    const leaving = as("analyst", "leaving@weir.test");
    const { id } = await save(leaving, { ...anOwn, name: "Ours", shared: true });
    await save(leaving, anOwn);
    expect(await statusOf(as("admin").send("DELETE", `/api/v1/users/${await leaving.userId()}`))).toBe(204);
    const kept = (await (await as("viewer").request(path)).json()) as { items: Saved[] };
    expect(kept.items).toMatchObject([{ id, name: "Ours", owner: null, mayChange: false }]);
    expect((await database.pool.query("select count(*)::int as n from saved_search")).rows).toEqual([{ n: 1 }]);
    expect(await statusOf(as("admin").send("DELETE", `${path}/${id}`))).toBe(204);
  });

  test("is not shared by a viewer, neither at first nor later", async () => {
    const viewer = as("viewer");
    expect(await statusOf(viewer.send("POST", path, { ...anOwn, shared: true }))).toBe(403);
    const { id } = await save(viewer, anOwn);
    expect(await statusOf(viewer.send("PATCH", `${path}/${id}`, { shared: true }))).toBe(403);
    expect(await statusOf(as("admin").request(`${path}/${id}`))).toBe(404);
  });

  test("has a name of its own among its owner's", async () => {
    await save(as("viewer"), anOwn);
    const { id } = await save(as("viewer"), { ...anOwn, name: "Another" });
    const conflict = await as("viewer").send("POST", path, { ...anOwn, name: "MINE" });
    expect([conflict.status, await conflict.json()]).toEqual([
      409,
      { error: { code: "conflict", field: "name", message: expect.stringContaining("MINE") } },
    ]);
    expect(await statusOf(as("viewer").send("PATCH", `${path}/${id}`, { name: "mine" }))).toBe(409);
    await save(as("analyst"), anOwn);
  });

  test.each([
    [{ query: "colour:red" }, { code: "query", position: 0 }],
    [{ on: "users" }, { field: "on" }],
    [{ sort: "colour" }, { field: "sort" }],
    [{ name: " " }, { field: "name" }],
    [{ name: "a\u0000b" }, { field: "name" }],
    [{ name: 5 }, { field: "name" }],
    [{ columns: ["a", "a"] }, { field: "columns" }],
    [{ columns: "title" }, { field: "columns" }],
    [{ shared: "yes" }, { field: "shared" }],
    [{ owner: "me" }, { code: "invalid_request" }],
  ])("with %j is refused, new or changed", async (wrong, error) => {
    const { id } = await save(as("analyst"), anOwn);
    for (const answer of [
      await as("analyst").send("POST", path, { ...anOwn, name: "New", ...wrong }),
      await as("analyst").send("PATCH", `${path}/${id}`, wrong),
    ]) {
      expect(answer.status).toBe(400);
      expect(((await answer.json()) as { error: object }).error).toMatchObject(error);
    }
    expect(await (await as("analyst").request(`${path}/${id}`)).json()).toMatchObject(anOwn);
  });

  test("and what was done with it stand in the audit log together", async () => {
    const { id } = await save(as("analyst"), anOwn);
    await as("analyst").send("PATCH", `${path}/${id}`, { shared: true });
    await as("analyst").send("PATCH", `${path}/${id}`, { query: "colour:red" });
    await as("analyst").send("DELETE", `${path}/${id}`);
    const events = await database.db
      .selectFrom("auditEvent")
      .selectAll()
      .where("subjectId", "=", id)
      .orderBy("at")
      .execute();
    expect(events.map(({ action, actorName }) => [action, actorName])).toEqual(
      ["create", "update", "delete"].map((verb) => [`saved_search.${verb}`, "analyst@weir.test"]),
    );
    expect(events[1]?.details).toMatchObject({ shared: true, query: "severity:critical" });
  });
});
