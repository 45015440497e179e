import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { testApi } from "../../../test/api.ts";
import { inventory } from "../../../test/inventory.ts";
import { type TestDatabase, testDatabase } from "../../../test/postgres.ts";
import { testSecretBox } from "../../../test/weir.ts";
import { ConflictError } from "../../errors.ts";
import { assetClasses } from "../../model.ts";
import { findIntegration, readConnection } from "../../store/integration.ts";
import { readRun, requestRun } from "../../store/run.ts";
import { readStreamState, saveStreamState } from "../../store/stream-state.ts";
import { editIntegration } from "../../sync/edit.ts";

const secret = "a-secret-that-nobody-sees";

let database: TestDatabase;
let as: ReturnType<typeof testApi>["as"];
let log: string[];

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.pool.query("truncate integration, finding, asset, signal, audit_event, app_user cascade");
  ({ as, log } = testApi(database));
});

const base = { connector: "wiz", name: "prod", apiEndpoint: "us17", clientId: "abc", clientSecret: secret };

/** Sends as an administrator. No answer and no line of the log ever has the secret. */
async function send(method: string, path: string, body?: unknown) {
  const answer = await as("admin").send(method, `/api/v1${path}`, body);
  const text = await answer.text();
  expect(text + log.join("")).not.toContain(secret);
  return { status: answer.status, body: JSON.parse(text) };
}
const create = (changes: Record<string, unknown> = {}) => send("POST", "/integrations", { ...base, ...changes });
const stored = async (name = "prod") => {
  const integration = await findIntegration(database.db, name);
  return { ...integration, ...(await readConnection(database.db, testSecretBox(), integration.id)) };
};
const audit = async () =>
  await database.db
    .selectFrom("auditEvent")
    .selectAll()
    .where("subjectType", "=", "integration")
    .orderBy("at")
    .orderBy("id")
    .execute();

describe("an integration that is created", () => {
  test("W-17 W-22 W-23 to W-28 is stored, and answered without its secret", async () => {
    const { status, body } = await create({
      streams: { issues: { intervalMinutes: 7 }, detections: { enabled: false } },
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      name: "prod",
      connector: "signal-client.wiz",
      apiEndpoint: "https://api.us17.app.wiz.io/graphql",
      tokenUrl: "https://auth.app.wiz.io/oauth/token",
      clientId: "abc",
      projects: [],
      enabled: true,
      pendingSecret: null,
      streams: {
        issues: { enabled: true, intervalMinutes: 7, weirCount: 0, whyZero: "it has not been polled yet" },
        detections: { enabled: false, intervalMinutes: 5, whyZero: "the stream is switched off" },
        vulnerabilities: { enabled: true, intervalMinutes: 30 },
      },
    });
    expect(await stored()).toMatchObject({ clientSecret: secret });
  });

  test("Q-34 Q-35 has a state and a tile, and is in the list", async () => {
    await create({ enabled: false });
    const { body } = await send("GET", "/integrations");
    expect(body.items).toMatchObject([
      { name: "prod", state: "registered", tile: { colour: "grey", reason: "disabled" }, nextRunAt: null },
    ]);
  });

  test.each([
    ["words", ["storage", "container_image"], ["storage", "container_image"]],
    [
      "titles in any case",
      ["Container Images", "STORAGE", "storage", "Databases"],
      ["storage", "container_image", "database"],
    ],
    [
      "the four of the catalogue",
      ["Storage", "Compute", "Container Instances", "Container Images"],
      assetClasses.slice(0, 4).toSorted((a, b) => assetClasses.indexOf(a) - assetClasses.indexOf(b)),
    ],
    ["all of them", [...assetClasses], null],
    ["null", null, null],
    ["nothing", undefined, null],
  ])("Q-26 is narrowed to asset classes by %s", async (_, chosen, expected) => {
    const { status, body } = await create({ assetClasses: chosen });
    expect([status, body.assetClasses, body.scopeNote]).toEqual([201, expected, null]);
    expect((await stored()).assetClasses).toEqual(expected);
    expect((await audit())[0]?.details).toMatchObject({ assetClasses: expected });
  });

  test("W-11 stands beside others of the same connector", async () => {
    await create();
    await create({ name: "test", apiEndpoint: "eu2" });
    expect((await send("GET", "/integrations")).body.items).toHaveLength(2);
  });

  test("is in the audit log with who did it and what it is, without the secret", async () => {
    await create();
    const [event] = await audit();
    expect(event).toMatchObject({ action: "integration.create", actorType: "user", actorName: "admin@weir.test" });
    expect(event?.subjectName).toBe("prod");
    expect(event?.details).toMatchObject({ clientId: "abc", streams: { issues: { enabled: true } } });
    expect(JSON.stringify(event)).not.toContain(secret);
  });

  test.each([
    [
      "Q-26 an empty choice of asset classes",
      { assetClasses: [] },
      400,
      "assetClasses",
      /No asset class is chosen\. Give/,
    ],
    [
      "Q-26 an unknown asset class",
      { assetClasses: ["compute", "Lambdas"] },
      400,
      "assetClasses",
      /no asset class "Lambdas"\. Give some of compute, storage/,
    ],
    ["W-38 the console's address", { apiEndpoint: "https://app.wiz.io" }, 400, "apiEndpoint", /Wiz console/],
    ["C-2 a path", { apiEndpoint: "https://api.us1.app.wiz.io/v1" }, 400, "apiEndpoint", /has a path/],
    ["C-2 a user name", { apiEndpoint: `https://me:${secret}@api.us1.app.wiz.io` }, 400, "apiEndpoint", /user name/],
    [
      "Q-14 a host that is not Wiz's",
      { apiEndpoint: "api.us1.app.wiz.example" },
      400,
      "apiEndpoint",
      /not a host of Wiz/,
    ],
    ["Q-16 an unknown environment", { apiEndpoint: "api.us1.beta.wiz.io" }, 400, "apiEndpoint", /environment/],
    [
      "Q-21 another environment's token URL",
      { tokenUrl: "https://auth.gov.wiz.io/oauth/token" },
      400,
      "tokenUrl",
      /belongs to/,
    ],
    ["an empty name", { name: " " }, 400, "name", /name is empty/],
    ["a name that cannot be seen", { name: "a\u202eb" }, 400, "name", /cannot be seen/],
    ["an empty client ID", { clientId: "" }, 400, "clientId", /client ID is empty/],
    ["an empty secret", { clientSecret: " " }, 400, "clientSecret", /client secret is empty/],
    ["no secret", { clientSecret: undefined }, 400, "clientSecret", /clientSecret/],
    [
      "half a minute",
      { streams: { issues: { intervalMinutes: 0.5 } } },
      400,
      "streams.issues.intervalMinutes",
      /whole minutes/,
    ],
    [
      "more than a day",
      { streams: { issues: { intervalMinutes: 1441 } } },
      400,
      "streams.issues.intervalMinutes",
      /1440/,
    ],
    ["an unknown stream", { streams: { vulns: {} } }, 400, "streams.vulns", /vulns/],
    ["the name of a project", { projects: ["Retail"] }, 400, "projects", /not the id of a project/],
    [
      "a description with a character that cannot be stored",
      { description: "a\0b" },
      400,
      "description",
      /cannot be stored/,
    ],
    ["half a character", { clientId: "a\ud800" }, 400, "clientId", /cannot be stored/],
    ["an unknown connector", { connector: "acme" }, 404, undefined, /no connector "acme"/],
    ["a setting that there is not", { colour: "red" }, 400, "colour", /colour/],
    ["no identification rule", { identificationRules: [] }, 400, "identificationRules", /At least one/],
  ])("%s is refused with the name of the field", async (_, changes, status, field, message) => {
    const answer = await create(changes);
    expect(answer).toEqual({
      status,
      body: { error: { code: expect.any(String), message: expect.stringMatching(message), ...(field && { field }) } },
    });
    expect((await send("GET", "/integrations")).body.items).toEqual([]);
  });

  test("W-22 a name that is taken, whatever its case, is refused", async () => {
    await create();
    expect(await create({ name: "PROD" })).toMatchObject({
      status: 409,
      body: { error: { code: "conflict", field: "name", message: expect.stringContaining("exists already") } },
    });
  });
});

describe("an integration that is changed", () => {
  beforeEach(async () => {
    await create();
  });

  test("is found by its id and by its name, whatever the case", async () => {
    const { id } = await stored();
    for (const name of [id, "prod", "PROD"])
      expect((await send("GET", `/integrations/${name}`)).body).toMatchObject({ id, name: "prod" });
    expect((await send("GET", "/integrations/nobody")).status).toBe(404);
    for (const odd of ["%00", "%ff", "a%2f..%2fb", "x".repeat(300)])
      expect([400, 404]).toContain((await send("GET", `/integrations/${odd}`)).status);
  });

  test("keeps its secret and what is not named", async () => {
    const { status, body } = await send("PATCH", "/integrations/prod", {
      name: "production",
      description: "of the shop",
      streams: { issues: { intervalMinutes: 15 } },
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ name: "production", description: "of the shop" });
    expect(body.streams).toMatchObject({
      issues: { enabled: true, intervalMinutes: 15 },
      assets: { enabled: true, intervalMinutes: 60 },
    });
    expect(await stored("production")).toMatchObject({ clientSecret: secret, clientId: "abc" });
    expect((await audit()).at(-1)).toMatchObject({
      action: "integration.update",
      details: {
        name: { from: "prod", to: "production" },
        description: { from: null, to: "of the shop" },
        "streams.issues.intervalMinutes": { from: 5, to: 15 },
      },
    });
  });

  test("by two at once is refused to the one who did not see the other's change", async () => {
    const { db } = database;
    const seen = await findIntegration(db, "prod");
    await send("PATCH", "/integrations/prod", { description: "of the shop" });
    const deps = {
      db,
      box: testSecretBox(),
      now: Date.now,
      by: { actor: { type: "system", id: null, name: "test" }, address: null },
    } as const;
    await expect(editIntegration(deps, seen, { description: "of the bank" })).rejects.toThrow(ConflictError);
    expect(await stored()).toMatchObject({ description: "of the shop" });
  });

  test("with its own endpoint again is not changed", async () => {
    const { id } = await stored();
    await saveStreamState(database.db, id, "issues", { lastAttemptAt: "2026-08-01T00:00:00.000Z" });
    await send("PATCH", "/integrations/prod", { apiEndpoint: "https://api.us17.app.wiz.io", clientId: "abc" });
    expect((await readStreamState(database.db, id, "issues"))?.lastAttemptAt).not.toBeNull();
    expect((await audit()).map(({ action }) => action)).toEqual(["integration.create"]);
  });

  test.each([
    ["another API host", { apiEndpoint: "us18" }],
    ["another environment", { apiEndpoint: "us17.app.wiz.us" }],
    ["another token host", { tokenUrl: "https://auth.wiz.io/oauth/token" }],
    ["another client ID", { clientId: "other" }],
  ])("to %s needs the secret again: it is sent nowhere that it was not given for", async (_, changes) => {
    expect(await send("PATCH", "/integrations/prod", changes)).toMatchObject({
      status: 400,
      body: { error: { field: "clientSecret" } },
    });
    const answer = await send("PATCH", "/integrations/prod", { ...changes, clientSecret: `${secret}-2` });
    expect(answer.status).toBe(200);
    expect(await stored()).toMatchObject({ clientSecret: `${secret}-2` });
    expect((await audit()).at(-1)?.details).toMatchObject({ clientSecret: "replaced" });
  });

  test("W-28 is switched off with the run that goes on, and on again", async () => {
    const { id } = await stored();
    const request = { integrationId: id, trigger: "schedule", mode: "delta", streams: ["issues"] } as const;
    const run = await requestRun(database.db, request, Date.now());
    expect((await send("PATCH", "/integrations/prod", { enabled: false })).body).toMatchObject({
      enabled: false,
      tile: { colour: "grey", reason: "disabled" },
    });
    expect((await readRun(database.db, run))?.cancelRequestedAt).not.toBeNull();
    expect((await send("PATCH", "/integrations/prod", { enabled: true })).body).toMatchObject({ enabled: true });
  });

  test("to other projects is fetched anew, and to none in particular is not limited", async () => {
    const { id } = await stored();
    await saveStreamState(database.db, id, "issues", { lastFullAt: "2026-08-01T00:00:00.000Z" });
    const projects = ["3fa85f64-5717-4562-b3fc-2c963f66afa6"];
    expect((await send("PATCH", "/integrations/prod", { projects })).body.projects).toEqual(projects);
    expect((await readStreamState(database.db, id, "issues"))?.lastFullAt).toBeNull();
    expect((await send("PATCH", "/integrations/prod", { projects: [] })).body.projects).toEqual([]);
  });

  test("Q-26 to other asset classes is fetched anew, the run that goes on is ended, and it is in the audit log", async () => {
    const { id } = await stored();
    const before = { lastFullAt: "2026-08-01T00:00:00.000Z", watermark: "2026-08-02T00:00:00.000Z" };
    await saveStreamState(database.db, id, "issues", before);
    const request = { integrationId: id, trigger: "schedule", mode: "delta", streams: ["issues"] } as const;
    const run = await requestRun(database.db, request, Date.now());
    const { body } = await send("PATCH", "/integrations/prod", { assetClasses: ["Compute", "other"] });
    expect(body.assetClasses).toEqual(["compute", "other"]);
    expect(await readStreamState(database.db, id, "issues")).toMatchObject({ ...before, lastFullAt: null });
    expect((await readRun(database.db, run))?.cancelRequestedAt).not.toBeNull();
    expect((await audit()).at(-1)?.details).toEqual({ assetClasses: { from: null, to: "compute, other" } });

    await saveStreamState(database.db, id, "issues", before);
    await send("PATCH", "/integrations/prod", { assetClasses: ["other", "compute"], description: "the same" });
    expect(await readStreamState(database.db, id, "issues")).toMatchObject(before);
    await send("PATCH", "/integrations/prod", { description: "left out" });
    expect((await stored()).assetClasses).toEqual(["compute", "other"]);
    expect((await send("PATCH", "/integrations/prod", { assetClasses: null })).body.assetClasses).toBeNull();
    expect(await readStreamState(database.db, id, "issues")).toMatchObject({ lastFullAt: null });
  });
});

describe("an integration that is removed", () => {
  test("takes its records along, and its name must be repeated", async () => {
    await create();
    const { id } = await stored();
    const rows = inventory(database);
    await rows.finding({ integrationId: id });
    for (const query of ["", "?confirm=Prod"])
      expect(await send("DELETE", `/integrations/prod${query}`)).toMatchObject({
        status: 400,
        body: { error: { field: "confirm", message: expect.stringContaining("?confirm=prod") } },
      });
    expect(await send("DELETE", "/integrations/prod?confirm=prod")).toEqual({
      status: 200,
      body: { name: "prod", isDone: true, removed: { findings: 1, assets: 0, signals: 0 } },
    });
    expect((await send("GET", "/integrations")).body).toEqual({ items: [], removals: [] });
    expect((await audit()).map(({ action }) => action)).toEqual(["integration.create", "integration.remove"]);
  });
});

describe("Q-26 what is of asset classes that are no longer chosen", () => {
  test("is told of, and goes when its removal is asked for by name", async () => {
    await create();
    const { id } = await stored();
    const rows = inventory(database);
    for (const assetClass of ["storage", "compute", null]) await rows.finding({ integrationId: id, assetClass });
    expect(await send("DELETE", "/integrations/prod/unchosen?confirm=prod")).toMatchObject({ status: 409 });
    const { body } = await send("PATCH", "/integrations/prod", { assetClasses: ["compute"] });
    expect(body.scopeNote).toBe("0 assets and 2 findings of asset classes that are no longer chosen stay as they were");
    expect(body.streams.vulnerabilities).toMatchObject({ weirCount: 1, leftCount: 2 });
    expect(await send("DELETE", "/integrations/prod/unchosen")).toMatchObject({
      status: 400,
      body: { error: { field: "confirm", message: expect.stringContaining("?confirm=prod") } },
    });
    expect(await send("DELETE", "/integrations/prod/unchosen?confirm=prod")).toEqual({
      status: 200,
      body: { name: "prod", isDone: true, removed: { findings: 2, assets: 0 } },
    });
    expect((await send("GET", "/integrations/prod")).body.scopeNote).toBeNull();
    expect((await audit()).at(-1)).toMatchObject({ action: "integration.remove_unchosen", actorType: "user" });
  });
});

test("viewers read, analysts too, and neither changes an integration", async () => {
  await create();
  for (const role of ["viewer", "analyst"] as const) {
    const { request, send: sendAs } = as(role);
    expect((await request("/api/v1/integrations/prod")).status).toBe(200);
    expect((await sendAs("POST", "/api/v1/integrations", base)).status).toBe(403);
    expect((await sendAs("PATCH", "/api/v1/integrations/prod", { enabled: false })).status).toBe(403);
    expect((await sendAs("DELETE", "/api/v1/integrations/prod?confirm=prod")).status).toBe(403);
    expect((await sendAs("PUT", "/api/v1/integrations/prod/secret", { clientSecret: "x" })).status).toBe(403);
  }
  expect(await stored()).toMatchObject({ isEnabled: true });
});
