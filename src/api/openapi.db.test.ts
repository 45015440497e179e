import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testApi } from "../../test/api.ts";
import { type ApiDocument, routesPage, schemasPage } from "../../test/http-api-page.ts";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { access } from "./access.ts";

let database: TestDatabase;
let text: string;

beforeAll(async () => {
  database = await testDatabase();
  text = await (await testApi(database).api.request("/api/v1/openapi.json")).text();
});
afterAll(() => database.close());

const described = () =>
  Object.entries((JSON.parse(text) as ApiDocument).paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ":$1")}`),
  );

test("every route under /api/v1 is described, and no other", () => {
  const routes = Object.keys(access).filter((route) => / \/api\/v1\/(?!openapi\.json)/.test(route));
  expect(described().sort()).toEqual(routes.sort());
});

/** OpenAPI 3.1 has no way to say that the events of a stream hold it; people find it by its name. */
const unused = "no-unused-components #/components/schemas/Snapshot";

test("the description of the API has nothing that a linter minds", async () => {
  const config = await createConfig({ extends: ["recommended"] });
  const problems = await lintFromString({ source: text, absoluteRef: "openapi.json", config });
  const found = problems.map(({ ruleId, message, location }) => ({
    place: `${ruleId} ${location[0]?.pointer ?? ""}`,
    message,
  }));
  expect(found.filter(({ place }) => place !== unused)).toEqual([]);
});

test("every guarded route says how to sign in, and what it answers to whoever may not", () => {
  for (const [path, item] of Object.entries(JSON.parse(text).paths as Record<string, Record<string, never>>))
    for (const [method, operation] of Object.entries(item)) {
      const wanted = access[`${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ":$1")}`];
      const { security, responses, description } = operation as {
        security: unknown[];
        responses: Record<string, unknown>;
        description?: string;
      };
      expect(security, path).toEqual(wanted === "public" ? [] : [{ session: [] }, { token: [] }]);
      if (wanted === "public") continue;
      expect(Object.keys(responses), path).toEqual(expect.arrayContaining(["401", "403"]));
      expect(description, path).toContain(`Takes the role ${wanted}.`);
    }
});

const path = fileURLToPath(new URL("../../docs/http-api.md", import.meta.url));

test("docs/http-api.md is what the API says of itself (`npx vitest run src/api/openapi -u` writes it)", async () => {
  const page = readFileSync(path, "utf8");
  const document = JSON.parse(text) as ApiDocument;
  const parts: Record<string, string> = { routes: routesPage(document), schemas: schemasPage(document) };
  const written = page.replace(
    /(<!-- (\w+): .*? -->\n).*?(<!-- end -->)/gs,
    (_, start: string, name: string, end: string) => `${start}\n${parts[name]}\n${end}`,
  );
  for (const name of Object.keys(parts)) expect(page).toContain(`<!-- ${name}: `);
  await expect(written).toMatchFileSnapshot(path);
});
