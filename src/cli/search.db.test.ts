import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inventory } from "../../test/inventory.ts";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { QueryError } from "../errors.ts";
import type { CliContext } from "./context.ts";
import { exitCodeOf } from "./exit.ts";
import { exportCommand } from "./export.ts";
import { searchCommand } from "./search.ts";

let database: TestDatabase;
let dataDir: string;

beforeAll(async () => {
  database = await testDatabase();
  dataDir = await mkdtemp(join(tmpdir(), "weir search "));
  const add = inventory(database);
  const integrationId = await add.integration("prod");
  for (let i = 1; i <= 5; i++) await add.finding({ integrationId, severity: i, title: `Finding ${i}` });
  await add.asset({ name: "web-1" });
  await add.signal({ integrationId });
});

afterAll(async () => {
  await database.close();
  await rm(dataDir, { recursive: true });
});

interface Ran {
  stdout: string;
  stderr: string;
  error: unknown;
}

async function run(...args: string[]): Promise<Ran> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const read = { stdout: "", stderr: "" };
  stdout.on("data", (chunk) => (read.stdout += chunk));
  stderr.on("data", (chunk) => (read.stderr += chunk));
  const context = {
    env: { DATABASE_URL: database.url, WEIR_DATA_DIR: dataDir },
    cwd: dataDir,
    stdin: process.stdin,
    stdout,
    stderr,
  } as unknown as CliContext;
  const command = args[0] === "export" ? exportCommand(context) : searchCommand(context);
  command.exitOverride().configureOutput({ writeErr: (text) => stderr.write(text) });
  const error = await command.parseAsync(args.slice(1), { from: "user" }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  await new Promise((resolve) => setImmediate(resolve));
  return { ...read, error };
}

describe("weir search", () => {
  test("prints a table and, beside it, how many there are", async () => {
    const { stdout, stderr, error } = await run("search", "severity:>=high", "--limit", "1");
    expect(error).toBeUndefined();
    expect(stdout).toMatch(/^Severity .*\ncritical .*Finding 5/);
    expect(stderr).toMatch(/^1 of 2 findings\nNext page: the same with --cursor \S+\n$/);
  });

  test("goes on where the page before ended", async () => {
    const first = await run("search", "--limit", "3", "--format", "ndjson");
    const cursor = /--cursor (\S+)/.exec(first.stderr)?.[1] ?? "";
    const second = await run("search", "--limit", "3", "--format", "ndjson", "--cursor", cursor);
    const titles = (first.stdout + second.stdout)
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).title);
    expect(titles).toEqual([5, 4, 3, 2, 1].map((n) => `Finding ${n}`));
    expect(second.stderr).toBe("2 of 5 findings\n");
  });

  test("searches assets and signals too, and words need no quotes", async () => {
    expect((await run("search", "--on", "assets", "web", "--format", "csv")).stdout).toMatch(
      /^id,name,.*\r\n.*,web-1,/,
    );
    expect((await run("search", "--on", "signals", "--format", "json")).stdout).toContain('"change": "new"');
    expect((await run("search", "Finding", "4")).stderr).toBe("1 of 1 findings\n");
  });

  test("shows where the query is wrong, prints nothing, and ends as wrong usage", async () => {
    const { stdout, stderr, error } = await run("search", "severity:high AND colour:red");
    expect(stderr).toBe("  severity:high AND colour:red\n                    ^\n");
    expect(stdout).toBe("");
    expect(error).toBeInstanceOf(QueryError);
    expect(exitCodeOf(error)).toBe(2);
  });

  test.each([
    [["--limit", "x"]],
    [["--limit", "0"]],
    [["--limit", "1001"]],
    [["--on", "users"]],
    [["--format", "xml"]],
    [["--sort", "colour"]],
    [["--cursor", "nonsense"]],
  ])("%j is wrong usage", async (flags) => {
    const { error, stdout } = await run("search", "", ...flags);
    expect(exitCodeOf(error)).toBe(2);
    expect(stdout).toBe("");
  });
});

describe("weir export", () => {
  test("writes all records and a manifest to standard output, the rest beside it", async () => {
    const { stdout, stderr, error } = await run("export", "findings", "--query", "severity:>=medium");
    expect(error).toBeUndefined();
    const lines = stdout.trimEnd().split("\n");
    const { manifest } = JSON.parse(lines.pop() ?? "");
    const sha256 = createHash("sha256")
      .update(lines.map((line) => `${line}\n`).join(""))
      .digest("hex");
    expect(manifest).toEqual({ kind: "findings", query: "severity:>=medium", rows: 3, sha256 });
    expect(stderr).toBe("3 findings exported\n");
  });

  test("of a wrong query or a wrong thing is wrong usage, without a manifest", async () => {
    for (const args of [["findings", "--query", "colour:red"], ["users"], []]) {
      const { stdout, error } = await run("export", ...args);
      expect(stdout).toBe("");
      expect(exitCodeOf(error)).toBe(2);
    }
  });
});
