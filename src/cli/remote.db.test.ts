import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { testApi } from "../../test/api.ts";
import { type CliResult, runCli } from "../../test/cli.ts";
import { inventory } from "../../test/inventory.ts";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { type Listening, listen } from "../api/server.ts";
import { hashSecret, newSecret } from "../auth/secret-token.ts";
import { insertApiToken } from "../store/api-token.ts";

let database: TestDatabase;
let server: Listening;
let token: string;
let folder: string;
const stops: (() => void)[] = [];

beforeAll(async () => {
  database = await testDatabase();
  folder = mkdtempSync(join(tmpdir(), "weir remote "));
  const add = inventory(database);
  const integrationId = await add.integration("prod");
  for (let i = 1; i <= 25; i++) await add.finding({ integrationId, severity: 1 + (i % 5), title: `Finding ${i}` });
  const assetId = await add.asset({ name: "=web" });
  await add.assetSource({ assetId, integrationId, externalId: "a" });
  await add.signal({ integrationId });
  const { api, as } = testApi(database);
  token = newSecret("weir_");
  const userId = await as("viewer").userId();
  const secretHash = hashSecret(token);
  await insertApiToken(database.db, { userId, secretHash, name: "cli", role: "viewer", expiresAt: null }, Date.now());
  server = await listen(api, { host: "127.0.0.1", port: 0 });
});
afterAll(async () => {
  await server.close();
  await database.close();
  rmSync(folder, { recursive: true });
});
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

const here = (...args: string[]) =>
  runCli(args, { env: { DATABASE_URL: database.url, WEIR_DATA_DIR: folder }, cwd: folder });
const remotely = (...args: string[]) => asked(server.url, ...args);
const asked = (url: string, ...args: string[]) =>
  runCli([...args, "--server", url], {
    env: { WEIR_API_TOKEN: token, DATABASE_URL: "postgres://nobody@127.0.0.1:1/no" },
  });

/** Something that is no Weir, or not a good one. */
async function another(listener: RequestListener): Promise<string> {
  const http = createServer(listener);
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  stops.push(() => http.close());
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
}

const json =
  (status: number, body: unknown): RequestListener =>
  (_, answer) => {
    answer.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  };

/** The records; cursors and times of asking differ. */
const comparable = ({ code, stdout, stderr }: CliResult) => ({
  code,
  stdout: stdout.replace(/"(next|prev)Cursor": .*/g, ""),
  stderr: stderr.replace(/--cursor \S+/, "--cursor …"),
});

describe("weir search --server", () => {
  test.each([
    [["severity:>=high"]],
    [["severity:>=high", "--format", "json", "--limit", "3"]],
    [["--format", "ndjson", "--sort", "changed:asc"]],
    [["--format", "csv", "--on", "assets"]],
    [["--on", "signals", "change:new"]],
    [["cve:none"]],
    [["severity:high AND colour:red"]],
    [["--sort", "colour"]],
    [["--limit", "0"]],
    [["--cursor", "nonsense"]],
  ])("%j says what it says beside the database", async (args) => {
    const [there, beside] = [await remotely("search", ...args), await here("search", ...args)];
    if (args[0] === "--limit") expect(there.code).toBe(beside.code);
    else expect(comparable(there)).toEqual(comparable(beside));
  });

  test("goes on with the cursor of a page before", async () => {
    const first = await remotely("search", "--limit", "15", "--format", "ndjson");
    const cursor = /--cursor (\S+)/.exec(first.stderr)?.[1] ?? "";
    const second = await remotely("search", "--limit", "15", "--format", "ndjson", "--cursor", cursor);
    expect(new Set((first.stdout + second.stdout).trim().split("\n")).size).toBe(25);
  });
});

describe("weir export --server", () => {
  test.each(["ndjson", "csv", "ocsf"])("as %s is the same as beside the database, byte for byte", async (format) => {
    for (const thing of ["findings", "assets", "signals"]) {
      const args = ["export", thing, "--format", format];
      expect(await remotely(...args)).toEqual(await here(...args));
    }
  });

  test("tells the manifest of CSV beside it", async () => {
    const { stderr } = await remotely("export", "findings", "--format", "csv", "--query", "severity:high");
    expect(JSON.parse(stderr.split("\n")[0] ?? "")).toMatchObject({ manifest: { rows: 5, query: "severity:high" } });
    expect(stderr).toContain("\n5 findings exported\n");
  });

  test("of a wrong query shows where, and writes nothing", async () => {
    const result = await remotely("export", "findings", "--query", "colour:red");
    expect(result).toMatchObject({ code: 2, stdout: "" });
    expect(result.stderr).toMatch(/^ {2}colour:red\n {2}\^\n/);
  });

  test.each([
    ["that ends early", '{"id":"1"}\n{"id":"2"}\n', "its manifest is missing"],
    ["of nothing at all", "", "its manifest is missing"],
    [
      "that was altered",
      `{"id":"1"}\n${JSON.stringify({ manifest: { kind: "findings", query: "", rows: 1, sha256: "0" } })}\n`,
      "it is not what its manifest says",
    ],
  ])("%s fails, and says not to use it", async (_, body, why) => {
    const url = await another((_request, answer) =>
      answer.writeHead(200, { "content-type": "application/x-ndjson" }).end(body),
    );
    const { code, stderr } = await asked(url, "export", "findings");
    expect(code).toBe(1);
    expect(stderr).toContain(`is not complete: ${why}. Do not use it`);
  });

  test.each(["csv", "ndjson"])("that breaks off fails, as %s", async (format) => {
    const url = await another((_request, answer) => {
      answer.writeHead(200, { "content-type": "application/x-ndjson" });
      answer.write('{"id":"1"}\n', () => answer.destroy());
    });
    expect(await asked(url, "export", "findings", "--format", format)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("is not complete"),
    });
  });
});

describe("a server that cannot be asked", () => {
  test.each([
    [
      "refuses the token",
      json(401, { error: { code: "unauthenticated", message: "This token is not good." } }),
      "does not accept the API token. This token is not good.",
    ],
    [
      "forbids it",
      json(403, { error: { code: "forbidden", message: "This takes the role analyst." } }),
      "refuses it: This takes the role analyst.",
    ],
    [
      "is older than the command",
      json(404, { error: { code: "not_found", message: "nothing" } }),
      "older one than this command",
    ],
    [
      "is busy",
      json(429, { error: { code: "too_many_requests", message: "Come later." } }),
      "answered 429: Come later.",
    ],
    ["is something else", json(200, { hello: "world" }), "not as Weir does"],
    [
      "is a proxy's page",
      ((_, answer) => answer.writeHead(502).end("<html>Bad \u001b[31mgateway")) as RequestListener,
      "answered 502\n",
    ],
    [
      "sends us elsewhere",
      ((_, answer) => answer.writeHead(302, { location: "/login" }).end()) as RequestListener,
      "sends us elsewhere (302)",
    ],
  ])("since it %s is said in words, without the token", async (_, listener, message) => {
    const url = await another(listener);
    const { code, stdout, stderr } = await asked(url, "search", "x");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain(token);
  });

  test("since nobody is there is said with its address", async () => {
    const { code, stderr } = await asked("http://127.0.0.1:1", "search", "x");
    expect(code).toBe(1);
    expect(stderr).toContain("Cannot reach http://127.0.0.1:1 (ECONNREFUSED)");
  });
});

describe("the token", () => {
  test("comes from a file or from standard input too", async () => {
    const file = join(folder, "token");
    writeFileSync(file, `${token}\n`);
    const args = ["search", "--server", server.url, "--format", "ndjson", "--token-file"];
    expect((await runCli([...args, file])).code).toBe(0);
    expect((await runCli([...args, "-"], { stdin: `${token}\n` })).code).toBe(0);
    expect(await runCli([...args, join(folder, "none")])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("(ENOENT)"),
    });
  });

  test("is not taken on the command line, and is asked for when it is missing", async () => {
    const onLine = await remotely("search", "x", "--token", "hunter2");
    expect(onLine).toMatchObject({ code: 2, stderr: expect.stringContaining("seen by others") });
    expect(onLine.stderr).not.toContain("hunter2");
    expect(await runCli(["search", "x", "--server", server.url])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("The API token is missing. Set WEIR_API_TOKEN"),
    });
  });

  test.each(["http://weir.example.com", "http://10.0.0.1:8080", "http://127.0.0.1.example.com"])(
    "is not sent in the clear to %s",
    async (url) => {
      const result = await asked(url, "search", "x");
      expect(result).toMatchObject({ code: 2, stderr: expect.stringContaining("is not encrypted") });
    },
  );

  test("is sent in the clear where that is allowed", async () => {
    const { stderr } = await asked("http://weir.invalid", "search", "x", "--allow-http");
    expect(stderr).toContain("Cannot reach http://weir.invalid");
  });

  test.each(["weir.example.com", "ftp://weir", "https://user:pw@weir", "https://weir/?a=b"])(
    "goes nowhere when the address is %s",
    async (url) => {
      expect(await asked(url, "search", "x")).toMatchObject({
        code: 2,
        stderr: expect.stringContaining("--server takes the address of a Weir"),
      });
    },
  );
});
