import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCli } from "../../test/cli.ts";
import { epssCsv, publishedFile } from "../../test/feeds/files.ts";
import { inventory } from "../../test/inventory.ts";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";

let database: TestDatabase;
const folder = mkdtempSync(join(tmpdir(), "weir-feeds-"));
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await database.close();
});

const weir = (...args: string[]) =>
  runCli(["feeds", ...args], { env: { DATABASE_URL: database.url, WEIR_SECRET_KEY: "11".repeat(32) } });

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

test("files are loaded, scores follow, and the status says it all", async () => {
  expect((await weir("status")).stdout).toContain("EPSS  not loaded: what Wiz says counts");
  const integrationId = await inventory(database).integration("prod");
  const id = await inventory(database).finding({ integrationId, cve: "CVE-2024-3094", cvss: 10, isKev: false });
  const done = await weir(
    "import",
    file("epss_scores-current.csv.gz", gzipSync(publishedFile("epss_scores-2026-07-30.csv"))),
    file("kev.json", publishedFile("known_exploited_vulnerabilities.json")),
  );
  expect(done).toMatchObject({ code: 0, stderr: "" });
  expect(done.stdout).toBe(
    [
      "EPSS: 18 entries of 2026-07-30 (v2025.03.14) from epss_scores-current.csv.gz; 1 findings are to be scored anew",
      "CISA KEV: 4 entries of 2026-07-30 (2026.07.30) from kev.json; 1 findings are to be scored anew",
      "Scores: 1 of 1 findings looked at, 1 changed; 0 assets",
      "",
    ].join("\n"),
  );
  const found = await database.db.selectFrom("finding").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
  expect(found).toMatchObject({ epss: 0.86023, isKev: true, kevSource: "cisa", riskScore: 97 });
  const status = await weir("status");
  expect(status.stdout).toMatch(/CISA KEV {2}4 entries of 2026-07-30 \(2026\.07\.30\)/);
  expect(status.stdout).toMatch(/from kev\.json, loaded .* by \S+ on the command line/);
  expect(status.stdout).toContain("1 findings: weir search 'kev.disputed:true AND status:[open, in_progress]'");
  expect(JSON.parse((await weir("status", "--format", "json")).stdout)).toMatchObject({
    feeds: [{ feed: "epss" }, {}],
  });
});

test("what is not taken is said, and taken with --force", async () => {
  const old = file("old.csv", epssCsv("2026-07-01", { "CVE-2024-3094": 0.2 }));
  const refused = await weir("import", old);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain("old.csv is older than what is loaded: it is of 2026-07-01");
  expect((await weir("import", "--force", "--no-wait", old)).stdout).toContain("EPSS: 1 entries of 2026-07-01");
  expect((await weir("import", join(folder, "none.csv"))).stderr).toContain("none.csv cannot be read");
  expect((await weir("import", folder)).stderr).toContain("is no file");
});
