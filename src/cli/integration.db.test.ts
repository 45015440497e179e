import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type CliResult, runCli } from "../../test/cli.ts";
import { inventory } from "../../test/inventory.ts";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { readConnection } from "../store/integration.ts";
import { readRun, requestRun } from "../store/run.ts";
import { createSecretBox } from "../store/secret.ts";
import { readStreamState, saveStreamState } from "../store/stream-state.ts";

const secret = "s3cr3t-DoNotShow-77";
const key = "11".repeat(32);
let database: TestDatabase;
let folder: string;
let said: string;

beforeAll(async () => {
  database = await testDatabase();
  folder = mkdtempSync(join(tmpdir(), "weir-cli-"));
});
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  said = "";
  await database.pool.query("truncate audit_event, integration, finding, asset, signal cascade");
});

interface Extra {
  env?: NodeJS.ProcessEnv;
  stdin?: string;
}

/** `weir integration …` on the test's database; what it says must never hold the secret. */
async function weir(args: string[], extra: Extra = {}): Promise<CliResult> {
  const env = { DATABASE_URL: database.url, WEIR_DATA_DIR: folder, WEIR_SECRET_KEY: key, ...extra.env };
  const result = await runCli(["integration", ...args], { env, stdin: extra.stdin });
  said += result.stdout + result.stderr;
  expect(said).not.toContain(secret);
  return result;
}

const payments = "11111111-aaaa-4aaa-8aaa-111111111111";
const retail = "22222222-bbbb-4bbb-8bbb-222222222222";
const endpoint = ["--api-endpoint", "us17", "--client-id", "abc"];
const withSecret = { env: { WEIR_CLIENT_SECRET: secret } };
const add = (name: string, ...more: string[]) => weir(["add", name, ...endpoint, ...more], withSecret);

async function stored(name = "prod") {
  const row = await database.db
    .selectFrom("integration")
    .selectAll()
    .where("name", "=", name)
    .executeTakeFirstOrThrow();
  const { clientSecret } = await readConnection(database.db, createSecretBox(Buffer.from(key, "hex")), row.id);
  return { ...row, clientSecret };
}

const count = async () => (await database.db.selectFrom("integration").select("id").execute()).length;

describe("weir integration add", () => {
  test("stores the form with the intervals of W-09 and W-10, and says what happens next (W-29)", async () => {
    const { code, stdout, stderr } = await add("prod", "--description", "the big one");
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout:
        'Added "prod": https://api.us17.app.wiz.io/graphql, issues every 5 min, vulnerabilities every 30 min, ' +
        "misconfigurations every 30 min, detections every 5 min, assets every 60 min.\n",
    });
    expect(stderr).toContain("within 5 seconds");
    expect(stderr).toContain("`weir sync prod`");
    expect(await stored()).toMatchObject({
      name: "prod",
      description: "the big one",
      connector: "signal-client.wiz",
      apiUrl: "https://api.us17.app.wiz.io/graphql",
      tokenUrl: "https://auth.app.wiz.io/oauth/token",
      clientId: "abc",
      clientSecret: secret,
      isEnabled: true,
    });
  });

  test("takes streams, intervals and the state that it is to start in", async () => {
    const options = ["--streams", "issues, assets", "--interval", "issues=15", "--interval", "detections=1440"];
    expect(await add("prod", ...options, "--disabled")).toMatchObject({ code: 0 });
    expect(await stored()).toMatchObject({
      isEnabled: false,
      streams: {
        issues: { enabled: true, intervalMinutes: 15 },
        vulnerabilities: { enabled: false, intervalMinutes: 30 },
        misconfigurations: { enabled: false, intervalMinutes: 30 },
        detections: { enabled: false, intervalMinutes: 1440 },
        assets: { enabled: true, intervalMinutes: 60 },
      },
    });
  });

  test("takes the projects to read, by their ids", async () => {
    const { code, stdout } = await add("prod", "--projects", ` ${retail.toUpperCase()}, ${payments}, ${retail}`);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/, 2 projects only\.\n$/) });
    expect(await stored()).toMatchObject({ projects: [payments, retail] });
    expect(await add("all", "--projects", "all")).toMatchObject({ code: 0 });
    expect(await stored("all")).toMatchObject({ projects: null });
  });

  test("Q-26 takes the asset classes to fetch, by their words or titles", async () => {
    const { code, stdout } = await add("prod", "--asset-classes", " Storage, container images,storage");
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/, assets of class storage, container_image only\.\n$/),
    });
    expect(await stored()).toMatchObject({ assetClasses: ["storage", "container_image"] });
    await add("all", "--asset-classes", "all");
    await add("default");
    expect([await stored("all"), await stored("default")]).toMatchObject([
      { assetClasses: null },
      { assetClasses: null },
    ]);
  });

  test("reads the secret from a file, from standard input, or from the file that the environment names", async () => {
    const file = join(folder, "secret");
    writeFileSync(file, `${secret}\n`);
    await weir(["add", "file", ...endpoint, "--client-secret-file", file]);
    await weir(["add", "stdin", ...endpoint, "--client-secret-file", "-"], { stdin: `${secret}\n` });
    await weir(["add", "env", ...endpoint], { env: { WEIR_CLIENT_SECRET_FILE: file } });
    for (const name of ["file", "stdin", "env"]) expect((await stored(name)).clientSecret).toBe(secret);
  });

  test("never stores the secret in clear", async () => {
    await add("prod");
    const { rows } = await database.pool.query<{ row: string }>("select integration::text as row from integration");
    expect(rows[0]?.row).not.toContain(secret);
    expect(rows[0]?.row).not.toContain(Buffer.from(secret).toString("hex"));
  });

  test("mentions another integration on the same service account, whose rate limit it shares", async () => {
    await add("prod");
    expect((await add("again")).stderr).toContain('same service account as "prod"');
  });
});

describe("what is wrong with an integration is refused in words that say what to do:", () => {
  const wrong: [string, string[], Extra, RegExp][] = [
    [
      "the console's address (W-38)",
      ["--api-endpoint", "https://app.wiz.io"],
      withSecret,
      /Wiz console.*api\.us1\.app\.wiz\.io/,
    ],
    ["an unknown environment", ["--api-endpoint", "api.us1.app.wiz.example"], withSecret, /not a host of Wiz/],
    [
      "an unknown environment of Wiz",
      ["--api-endpoint", "api.us1.beta.wiz.io"],
      withSecret,
      /not an API host in an environment/,
    ],
    ["a region that cannot be one", ["--api-endpoint", "api.nowhere.app.wiz.io"], withSecret, /not an API host/],
    ["plain http", ["--api-endpoint", "http://api.us1.app.wiz.io"], withSecret, /must start with https/],
    ["a path", ["--api-endpoint", "https://api.us1.app.wiz.io/v1"], withSecret, /has a path/],
    ["a port", ["--api-endpoint", "https://api.us1.app.wiz.io:8443"], withSecret, /has a port/],
    ["a user name", ["--api-endpoint", `https://me:${secret}@api.us1.app.wiz.io`], withSecret, /user name or password/],
    [
      "another environment's token URL",
      ["--token-url", "https://auth.gov.wiz.io/oauth/token"],
      withSecret,
      /belongs to gov\.wiz\.io/,
    ],
    ["an empty secret", [], { env: {}, stdin: "" }, /client secret is missing.*WEIR_CLIENT_SECRET/],
    ["an empty secret on standard input", ["--client-secret-file", "-"], { stdin: "\n" }, /client secret is empty/],
    [
      "an empty secret in the environment",
      [],
      { env: { WEIR_CLIENT_SECRET: "" } },
      /WEIR_CLIENT_SECRET: must not be empty/,
    ],
    ["a blank secret in the environment", [], { env: { WEIR_CLIENT_SECRET: "  " } }, /client secret is empty/],
    [
      "an unreadable secret file",
      ["--client-secret-file", "/nowhere/secret"],
      {},
      /Cannot read.*\/nowhere\/secret \(ENOENT\)/,
    ],
    ["a secret as an argument", ["--client-secret", secret], {}, /does not take it there.*WEIR_CLIENT_SECRET/],
    ["a secret as a flag's value", [`--client-secret=${secret}`], {}, /does not take it there/],
    ["a misspelt flag with a secret", [`--clientsecret=${secret}`], {}, /unknown option '--clientsecret'/],
    ["a secret as one argument too many", [secret], withSecret, /too many arguments/],
    ["an empty client ID", ["--client-id", " "], withSecret, /client ID is empty/],
    [
      "an unknown stream",
      ["--streams", "issues,vulns"],
      withSecret,
      /no stream "vulns"\. There are: issues, vulnerabilities/,
    ],
    ["no stream", ["--streams", ","], withSecret, /names no stream/],
    ["an interval of nothing", ["--interval", "issues=0"], withSecret, /whole minutes from 1 to 1440/],
    ["an interval above a day", ["--interval", "issues=1441"], withSecret, /whole minutes from 1 to 1440/],
    ["half a minute", ["--interval", "issues=0.5"], withSecret, /whole minutes/],
    ["an interval without a stream", ["--interval", "5"], withSecret, /write stream=minutes/],
    ["an interval for a stream that is not there", ["--interval", "vulns=5"], withSecret, /no stream "vulns"/],
    ["two intervals for one stream", ["--interval", "issues=5", "issues=6"], withSecret, /issues twice/],
    [
      "the name of a project",
      ["--projects", `${payments},Retail`],
      withSecret,
      /"Retail" is not the id of a project\. Ids look like .*Settings → Projects/,
    ],
    ["no project", ["--projects", " , "], withSecret, /names no project\. Give their ids, or all/],
    ["no asset class", ["--asset-classes", ","], withSecret, /No asset class is chosen\. Give some of compute, /],
    ["an unknown asset class", ["--asset-classes", "vms"], withSecret, /no asset class "vms"\. Give some of compute, /],
    ["an unknown connector", ["--connector", "acme"], withSecret, /no connector "acme".*wiz/],
    ["a description as long as a book", ["--description", "x".repeat(1001)], withSecret, /1001 characters/],
  ];
  test.each(wrong)("%s", async (_, options, extra, message) => {
    const { code, stdout, stderr } = await weir(["add", "prod", ...endpoint, ...options], extra);
    expect(stderr).toMatch(message);
    expect({ code, stdout, stored: await count() }).toEqual({ code: 2, stdout: "", stored: 0 });
  });

  const wrongNames: [string, string, RegExp][] = [
    ["an empty name", "", /name is empty/],
    ["a blank name", " \t", /name is empty/],
    ["a very long name", "n".repeat(101), /101 characters: 100 is the most/],
    ["a name with a line break", "a\nb", /line break/],
    ["a name with a mark that turns the writing around", "a\u202eb", /cannot be seen/],
  ];
  test.each(wrongNames)("%s", async (_, name, message) => {
    const { code, stderr } = await add(name);
    expect(stderr).toMatch(message);
    expect({ code, stored: await count() }).toEqual({ code: 2, stored: 0 });
  });

  test("a name that is taken, whatever its case, before the secret is asked for (W-22)", async () => {
    await add("prod");
    const { code, stderr } = await weir(["add", "PROD", ...endpoint]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'weir: An integration named "prod" exists already: choose another name.\n',
    });
  });

  test("a missing endpoint and client ID, both named at once", async () => {
    expect(await weir(["add", "prod"], withSecret)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("Missing: --api-endpoint and --client-id."),
    });
  });
});

describe("weir integration list", () => {
  test("shows the settings, and no secret, as a table and as JSON", async () => {
    await add("prod", "--streams", "issues", "--projects", payments, "--asset-classes", "compute,code");
    const { stdout } = await weir(["list"]);
    expect(stdout).toMatch(/prod\s+wiz\s+yes\s+https:\/\/api\.us17\.app\.wiz\.io\/graphql\s+issues 5/);
    expect(stdout).toContain(payments);
    const [listed] = JSON.parse((await weir(["list", "--format", "json"])).stdout);
    expect(listed).toMatchObject({ name: "prod", connector: "signal-client.wiz", enabled: true, clientId: "abc" });
    expect(listed.projects).toEqual([payments]);
    expect(stdout).toContain("compute, code");
    expect(listed.assetClasses).toEqual(["compute", "code"]);
    expect(Object.keys(listed).join()).not.toMatch(/secret/i);
  });

  test("of nothing says how to begin, on standard error", async () => {
    expect(await weir(["list"])).toEqual({
      code: 0,
      stdout: "",
      stderr: "There is none yet: add one with `weir integration add`.\n",
    });
    expect((await weir(["list", "--format", "json"])).stdout).toBe("[]\n");
  });
});

describe("weir integration edit", () => {
  beforeEach(async () => {
    await add("prod");
  });

  test("other projects are fetched anew, other settings leave them as they are, and all takes the limit away", async () => {
    await weir(["edit", "prod", "--projects", payments]);
    const { id } = await stored();
    const before = { watermark: "2026-01-02T00:00:00.000Z", lastFullAt: "2026-01-01T00:00:00.000Z" };
    await saveStreamState(database.db, id, "issues", before);
    await weir(["edit", "prod", "--rotate-secret"], withSecret);
    expect(await stored()).toMatchObject({ projects: [payments] });
    expect(await readStreamState(database.db, id, "issues")).toMatchObject(before);

    const { stderr } = await weir(["edit", "prod", "--projects", `${payments},${retail}`]);
    expect(stderr).toContain("it reads other projects, so everything is fetched anew");
    expect(await stored()).toMatchObject({ projects: [payments, retail], clientSecret: secret });
    expect(await readStreamState(database.db, id, "issues")).toMatchObject({
      watermark: before.watermark,
      lastFullAt: null,
    });
    await weir(["edit", "prod", "--projects", "all"]);
    expect(await stored()).toMatchObject({ projects: null });
  });

  test("Q-26 other asset classes are fetched anew, and all takes the limit away", async () => {
    const { id } = await stored();
    const before = { watermark: "2026-01-02T00:00:00.000Z", lastFullAt: "2026-01-01T00:00:00.000Z" };
    await saveStreamState(database.db, id, "assets", before);
    const { stderr } = await weir(["edit", "prod", "--asset-classes", "storage"]);
    expect(stderr).toContain("it fetches other asset classes, so everything is fetched anew");
    expect(await readStreamState(database.db, id, "assets")).toMatchObject({ ...before, lastFullAt: null });
    expect(await stored()).toMatchObject({ assetClasses: ["storage"], projects: null, clientSecret: secret });
    await weir(["edit", "prod", "--asset-classes", "all"]);
    expect(await stored()).toMatchObject({ assetClasses: null });
  });

  test("of another service account does not keep the projects of the old one", async () => {
    await weir(["edit", "prod", "--projects", payments]);
    await weir(["edit", "prod", "--client-id", "other"], withSecret);
    expect(await stored()).toMatchObject({ clientId: "other", projects: null });
  });

  test("changes what is named and keeps the rest, the secret included", async () => {
    const before = await stored();
    await weir(["edit", "prod", "--interval", "issues=15", "--name", "production", "--description", "x"]);
    expect(await stored("production")).toEqual({
      ...before,
      name: "production",
      description: "x",
      updatedAt: expect.any(String),
      secret: before.secret,
      streams: { ...(before.streams as object), issues: { enabled: true, intervalMinutes: 15 } },
    });
    await weir(["edit", "production", "--description", ""]);
    expect((await stored("production")).description).toBeNull();
  });

  test.each([
    ["asked for", ["--rotate-secret"]],
    ["the only thing given", []],
  ])("rotates the secret alone when that is %s, and forgets that the old one was refused", async (_, options) => {
    const { id } = await stored();
    const refused = { failures: 3, errorCode: "wiz_auth", error: "refused", lastAttemptAt: "2026-08-01T00:00:00Z" };
    await saveStreamState(database.db, id, "issues", { ...refused, watermark: "2026-08-01T00:00:00Z" });
    const { code } = await weir(["edit", "prod", ...options], { env: { WEIR_CLIENT_SECRET: `${secret}-2` } });
    expect(code).toBe(0);
    expect(await stored()).toMatchObject({ clientSecret: `${secret}-2`, clientId: "abc" });
    expect(await readStreamState(database.db, id, "issues")).toMatchObject({
      failures: 0,
      error: null,
      lastAttemptAt: null,
      watermark: "2026-08-01T00:00:00.000Z",
    });
  });

  test("a new endpoint takes its own token URL, wants the secret again and starts from the beginning", async () => {
    const { id, accountKey } = await stored();
    await saveStreamState(database.db, id, "issues", { watermark: "2026-08-01T00:00:00Z" });
    const move = ["edit", "prod", "--api-endpoint", "us1.app.wiz.us"];
    expect(await weir(move)).toMatchObject({ code: 2, stderr: expect.stringContaining("client secret is missing") });
    const { stderr } = await weir(move, { env: { WEIR_CLIENT_SECRET: `${secret}-2` } });
    expect(stderr).toContain("everything is fetched anew");
    const after = await stored();
    expect(after).toMatchObject({ tokenUrl: "https://auth.app.wiz.us/oauth/token", clientSecret: `${secret}-2` });
    expect(after.accountKey).not.toBe(accountKey);
    expect((await readStreamState(database.db, id, "issues"))?.watermark).toBeNull();
  });

  test("every change is in the audit log, with what changed and without a secret", async () => {
    await weir(["edit", "prod", "--interval", "issues=15", "--rotate-secret"], withSecret);
    await weir(["disable", "prod"]);
    await weir(["remove", "prod", "--yes"]);
    const events = await database.db.selectFrom("auditEvent").selectAll().orderBy("at").execute();
    expect(events.map(({ action, actorType }) => [action, actorType])).toEqual([
      ["integration.create", "cli"],
      ["integration.update", "cli"],
      ["integration.update", "cli"],
      ["integration.remove", "cli"],
    ]);
    expect(events[1]?.details).toEqual({
      "streams.issues.intervalMinutes": { from: 5, to: 15 },
      clientSecret: "replaced",
    });
    expect(events[2]?.details).toEqual({ enabled: { from: true, to: false } });
    expect(JSON.stringify(events)).not.toContain(secret);
  });

  test("a new client ID needs its own secret", async () => {
    expect(await weir(["edit", "prod", "--client-id", "other"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("client secret is missing"),
    });
    expect((await stored()).clientId).toBe("abc");
  });

  test("with nothing to change, a wrong endpoint or a taken name changes nothing", async () => {
    await add("other");
    const before = await stored();
    expect((await weir(["edit", "prod"])).stderr).toContain("Nothing to change");
    expect((await weir(["edit", "prod", "--api-endpoint", "https://app.wiz.io"])).stderr).toContain("Wiz console");
    expect((await weir(["edit", "prod", "--name", "OTHER"])).stderr).toContain('named "other" exists already');
    expect(await stored()).toEqual(before);
  });

  test("may give a name another case", async () => {
    expect(await weir(["edit", "prod", "--name", "Prod"])).toMatchObject({ code: 0 });
    expect((await stored("Prod")).name).toBe("Prod");
  });

  test("an unknown name is answered with those there are", async () => {
    expect(await weir(["edit", "nobody", "--description", "x"])).toMatchObject({
      code: 2,
      stderr: 'weir: There is no integration named "nobody". There are: prod.\n',
    });
  });
});

describe("weir integration enable and disable", () => {
  test("switch the polling, keep everything, and cancel the run that goes on (W-28)", async () => {
    await add("prod");
    const { id } = await stored();
    const request = { integrationId: id, trigger: "schedule", mode: "delta", streams: ["issues"] } as const;
    const runId = await requestRun(database.db, request, Date.now());
    expect((await weir(["disable", "prod"])).stderr).toContain("cancelled");
    expect((await readRun(database.db, runId))?.cancelRequestedAt).not.toBeNull();
    expect((await stored()).isEnabled).toBe(false);
    expect((await weir(["disable", "prod"])).stdout).toBe('"prod" is disabled already.\n');
    expect((await weir(["enable", "PROD"])).stdout).toBe('"prod" is enabled.\n');
    expect(await stored()).toMatchObject({ isEnabled: true, clientSecret: secret });
  });
});

test("Q-26 weir integration remove-unchosen asks, and removes what is of classes no longer chosen", async () => {
  await add("prod", "--asset-classes", "compute");
  const { id } = await stored();
  const rows = inventory(database);
  const onBucket = { assetClass: "storage", assetExternalId: "bucket" };
  await rows.finding({ integrationId: id, ...onBucket });
  await rows.finding({ integrationId: id, assetClass: "compute" });
  expect(await weir(["remove-unchosen", "prod"])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/nobody to ask.*weir integration remove-unchosen prod --yes/),
  });
  expect(await weir(["remove-unchosen", "prod", "--yes"])).toMatchObject({
    code: 0,
    stdout: 'Removed from "prod": 1 findings, 0 assets.\n',
  });
  const left = await database.db.selectFrom("finding").select("assetClass").execute();
  expect(left).toEqual([{ assetClass: "compute" }]);
});

describe("weir integration remove", () => {
  test("without a terminal needs --yes, then removes", async () => {
    await add("prod");
    expect(await weir(["remove", "prod"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("weir integration remove prod --yes"),
    });
    expect(await count()).toBe(1);
    expect(await weir(["remove", "prod", "--yes"])).toMatchObject({
      code: 0,
      stdout: 'Removed "prod": 0 findings, 0 assets, 0 signals.\n',
    });
    expect(await count()).toBe(0);
  });

  test("of a name that is not there says so", async () => {
    expect(await weir(["remove", "prod", "--yes"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("There is none yet"),
    });
  });
});

describe("before anything is done", () => {
  test("an unknown WEIR_ variable is named", async () => {
    const { code, stderr } = await weir(["list"], { env: { WEIR_PROT: "1" } });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining("WEIR_PROT is not a variable") });
  });

  test("another key than the database was set up with is refused", async () => {
    await add("prod");
    const { code, stderr } = await weir(["list"], { env: { WEIR_SECRET_KEY: "22".repeat(32) } });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining("not the one that this database was set up with"),
    });
  });

  test("a key that is none, and a key file that cannot be read, are named", async () => {
    const short = await weir(["list"], { env: { WEIR_SECRET_KEY: "abc" } });
    expect(short).toMatchObject({ code: 2, stderr: expect.stringContaining("openssl rand -hex 32") });
    const missing = await weir(["list"], { env: { WEIR_SECRET_KEY: undefined, WEIR_SECRET_KEY_FILE: "/nowhere/key" } });
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining("cannot read /nowhere/key (ENOENT)") });
  });
});
