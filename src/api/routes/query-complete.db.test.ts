import { afterAll, beforeAll, expect, test } from "vitest";
import { testApi } from "../../../test/api.ts";
import { inventory } from "../../../test/inventory.ts";
import { type TestDatabase, testDatabase } from "../../../test/postgres.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const ask = async (path: string, body: unknown) =>
  await (await testApi(database).as("viewer").send("POST", `/api/v1/query/${path}`, body)).json();

test("an editor is told what can stand at the caret", async () => {
  expect(await ask("complete", { query: "kev:true AND sev", caret: 16 })).toEqual({
    from: 13,
    to: 16,
    field: null,
    facet: null,
    suggestions: [{ kind: "field", text: "severity:", description: expect.stringContaining("How bad") }],
  });
  expect(await ask("complete", { query: "change:re", caret: 9, on: "signals" })).toMatchObject({
    field: "change",
    suggestions: [{ text: "resolved" }, { text: "reopened" }],
  });
  expect(await ask("complete", { query: 'title:"', caret: 999 })).toMatchObject({ field: "title", suggestions: [] });
  expect(await ask("complete", { query: "", caret: -1 })).toMatchObject({ error: { field: "caret" } });
});

test("an editor is told where the values of a field are, and finds those that begin so", async () => {
  const add = inventory(database);
  const integrationId = await add.integration("prod");
  for (const packageName of ["openssl", "OpenSSH", "openjdk", "zlib"])
    await add.finding({ integrationId, packageName });
  const completed = await ask("complete", { query: "kev:true OR package.name:opens", caret: 30 });
  const { facet, suggestions } = completed as { facet: { by: string; q: string }; suggestions: unknown[] };
  expect([facet, suggestions]).toEqual([{ by: "package.name", q: "package.name:opens*" }, []]);
  const answer = await testApi(database)
    .as("viewer")
    .request(`/api/v1/findings/facets?${new URLSearchParams(facet)}`);
  const { facets } = (await answer.json()) as { facets: { values: { value: string }[] }[] };
  expect(facets[0]?.values.map(({ value }) => value).sort()).toEqual(["OpenSSH", "openssl"]);
});

test("an editor is told what was probably meant, to put it there", async () => {
  expect(await ask("validate", { query: "kev:true AND sevrity:high" })).toMatchObject({
    valid: false,
    error: { position: 13, suggestion: "severity", example: "severity >= high" },
  });
});
