import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type TestActor, testApi } from "../../../test/api.ts";
import { inventory } from "../../../test/inventory.ts";
import { type TestDatabase, testDatabase } from "../../../test/postgres.ts";
import { settleTags } from "../../tagging/tagging.ts";

let database: TestDatabase;
let weir: ReturnType<typeof testApi>;
let given: ReturnType<typeof inventory>;

beforeAll(async () => {
  database = await testDatabase();
  weir = testApi(database);
  given = inventory(database);
});
afterAll(() => database.close());

const path = "/api/v1/tags";
const settle = () => settleTags(weir.deps);

async function made(body: object, actor: TestActor = weir.as("analyst")) {
  const answer = await actor.send("POST", path, body);
  expect(answer.status, await answer.clone().text()).toBe(201);
  return (await answer.json()) as { id: string; name: string };
}

const read = async (url: string) => (await (await weir.as("viewer").request(url)).json()) as Record<string, unknown>;

async function failure(answer: Promise<Response>) {
  const { status, ...body } = { status: (await answer).status, body: await (await answer).json() };
  return { status, ...(body.body as { error: { message: string; field?: string; position?: number } }).error };
}

async function auditOf(id: string) {
  return await database.db
    .selectFrom("auditEvent")
    .select(["action", "actorName", "details"])
    .where("subjectId", "=", id)
    .orderBy("at")
    .execute();
}

describe("a tag", () => {
  test("is made, put on assets, changed and deleted, and each of it is in the audit log", async () => {
    const analyst = weir.as("analyst");
    const asset = await given.asset();
    const { id } = await made({ name: "  Crown jewels ", kind: "static", criticality: 5 });
    const put = await analyst.send("POST", `${path}/${id}/assets`, { add: [asset, randomUUID()] });
    expect([put.status, await put.json()]).toEqual([200, { added: 1, removed: 0 }]);
    expect(await read(`${path}/${id}`)).toMatchObject({ name: "Crown jewels", assets: 1, pending: 1, decides: 1 });
    await settle();
    expect(await read(`${path}/${id}`)).toMatchObject({ assets: 1, pending: 0, isEvaluating: false, bulk: [] });
    expect(await read(`/api/v1/assets/${asset}`)).toMatchObject({
      tags: ["Wiz", "Crown jewels"],
      sourceTags: ["Wiz"],
      ownTags: [{ id, name: "Crown jewels", kind: "static", criticality: 5 }],
      criticality: 5,
      score: { factors: [{ input: "criticality", value: 5, factor: 5, tags: ["Crown jewels"] }, {}] },
    });
    const changed = await analyst.send("PATCH", `${path}/${id}`, { criticality: null, description: "What we live on" });
    expect(await changed.json()).toMatchObject({ name: "Crown jewels", criticality: null, decides: 0, pending: 1 });
    expect((await analyst.send("DELETE", `${path}/${id}`)).status).toBe(204);
    expect(await read(path)).toMatchObject({ items: [], pending: 1 });
    await settle();
    expect(await read(`/api/v1/assets/${asset}`)).toMatchObject({ tags: ["Wiz"], ownTags: [], criticality: 2 });
    const audit = await auditOf(id);
    expect(audit.map(({ action }) => action)).toEqual(["tag.create", "tag.assets", "tag.update", "tag.delete"]);
    expect(audit[1]).toMatchObject({ actorName: "analyst@weir.test", details: { added: 1, removed: 0 } });
    expect(audit[3]!.details).toMatchObject({ criticality: null, assets: 1 });
  });

  test("comes to all that a query finds, and says how many these are", async () => {
    const analyst = weir.as("analyst");
    const region = randomUUID();
    for (let i = 0; i < 3; i++) await given.asset({ region });
    const { id } = await made({ name: "Regional", kind: "static" });
    const asked = await analyst.send("POST", `${path}/${id}/assets`, { query: `region:"${region}"` });
    expect([asked.status, await asked.json()]).toEqual([202, { total: 3 }]);
    expect(await read(`${path}/${id}`)).toMatchObject({
      assets: 0,
      bulk: [{ action: "add", query: `region:"${region}"`, total: 3, done: 0 }],
    });
    await settle();
    expect(await read(`${path}/${id}`)).toMatchObject({ assets: 3, pending: 0, bulk: [] });
    expect((await auditOf(id)).at(-1)!.details).toMatchObject({ addByQuery: `region:"${region}"`, total: 3 });
  });

  test("that is dynamic shows what its query finds before it is saved", async () => {
    const region = randomUUID();
    const asset = await given.asset({ region, name: "the only one" });
    const query = `region:"${region}"`;
    const preview = await weir.as("viewer").send("POST", `${path}/preview`, { query });
    expect(await preview.json()).toEqual({
      total: 1,
      examples: [{ id: asset, name: "the only one", class: "compute", cloud: null, criticality: 2 }],
      adds: null,
      removes: null,
    });
    const { id } = await made({ name: "Found", kind: "dynamic", query, criticality: 4 });
    expect(await read(`${path}/${id}`)).toMatchObject({ isEvaluating: true, assets: 0 });
    await settle();
    expect(await read(`${path}/${id}`)).toMatchObject({ isEvaluating: false, assets: 1, decides: 1, problem: null });
  });
});

describe("is refused", () => {
  const send = (body: object) => failure(weir.as("analyst").send("POST", path, body));

  test.each([
    [{ name: "", kind: "static" }, 400, /empty/],
    [{ name: "a\u202eb", kind: "static" }, 400, /control/],
    [{ name: "Six", kind: "static", criticality: 6 }, 400, /criticality/],
    [{ name: "Static", kind: "static", query: "class:compute" }, 400, /no query/],
    [{ name: "Dynamic", kind: "dynamic" }, 400, /needs a query/],
    [{ name: "Circular", kind: "dynamic", query: "class:compute AND tags:prod" }, 400, /cannot ask for tags/],
    [{ name: "WIZ", kind: "static" }, 409, /by itself/],
  ])("%j", async (body, status, message) => {
    const refused = await send(body);
    expect(refused).toMatchObject({ status, message: expect.stringMatching(message) });
  });

  test("a query with the place of what is wrong", async () => {
    const refused = await send({ name: "Circular", kind: "dynamic", query: "class:compute AND tags:prod" });
    expect(refused).toMatchObject({ position: "class:compute AND ".length });
  });

  test("a name that is taken, whatever the case, and assets for a dynamic one", async () => {
    await made({ name: "Taken", kind: "static" });
    expect(await send({ name: "tAKEN", kind: "static" })).toMatchObject({ status: 409, field: "name" });
    const { id } = await made({ name: "Query", kind: "dynamic", query: "class:storage" });
    const put = failure(weir.as("analyst").send("POST", `${path}/${id}/assets`, { add: [randomUUID()] }));
    expect(await put).toMatchObject({ status: 400, message: expect.stringMatching(/change the query/) });
    const both = failure(weir.as("analyst").send("POST", `${path}/${id}/assets`, { add: [], query: "class:storage" }));
    expect(await both).toMatchObject({ status: 400 });
    const none = failure(weir.as("analyst").send("PATCH", `${path}/${randomUUID()}`, { name: "None" }));
    expect(await none).toMatchObject({ status: 404 });
  });
});
