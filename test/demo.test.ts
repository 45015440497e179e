import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "./postgres.ts";
import { startWeir, type WeirProcess } from "./weir-process.ts";

let database: TestDatabase;
let folder: string;
let running: WeirProcess | undefined;
beforeEach(async () => {
  database = await testDatabase();
  folder = mkdtempSync(join(tmpdir(), "weir-demo-"));
});
afterEach(async () => {
  await running?.stop();
  await database.close();
  rmSync(folder, { recursive: true });
});

function demo(...args: string[]): WeirProcess {
  const env = { DATABASE_URL: database.url, WEIR_DATA_DIR: folder };
  running = startWeir(["demo", "--port", "0", "--findings", "400", ...args], env);
  return running;
}

test("weir demo says where to look before it loads, and has a past to show at once", async () => {
  const process = demo();
  const url = /http:\S+/.exec(await process.line(/^\s+Open http/))![0];
  const [, email, password] = /sign in as (\S+) with the password (\S+)/.exec(await process.line(/sign in as/))!;
  const answer = await fetch(`${url}/api/v1/auth/login`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: url },
    body: JSON.stringify({ email, password }),
  });
  expect(answer.status).toBe(200);
  expect(await (await fetch(url)).text()).toContain("<title>Weir</title>");
  const cookie = answer.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  const read = async (path: string) => (await fetch(`${url}/api/v1${path}`, { headers: { cookie } })).json();

  await process.line(/lives on/);
  const at = (pattern: RegExp) => process.lines.findIndex((line) => pattern.test(line));
  expect(at(/sign in as/)).toBeLessThan(at(/full pass complete/));
  const { facets } = (await read("/signals/facets?by=change")) as { facets: { values: { value: string }[] }[] };
  expect(facets[0]?.values.map(({ value }) => value)).toEqual(
    expect.arrayContaining(["new", "changed", "resolved", "reopened"]),
  );
  const { items } = (await read("/integrations")) as { items: { id: string }[] };
  const runs = (await read(`/integrations/${items[0]?.id}/runs`)) as { items: { result: string | null }[] };
  expect(runs.items.filter(({ result }) => result === "success").length).toBeGreaterThanOrEqual(5);

  await process.stop();
  expect(await database.db.selectFrom("appUser").select("id").execute()).toEqual([]);
});

test("weir demo --once ends when the tenant is loaded, having counted both sides", async () => {
  const process = demo("--once");
  expect(await process.exit).toBe(0);
  const said = process.lines.join("\n");
  expect(said).toMatch(/vulnerabilities +│ +312 │ +312 │ +0/);
  expect(said).not.toMatch(/lives on/);
});
