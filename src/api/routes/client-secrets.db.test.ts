import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { testApi } from "../../../test/api.ts";
import { type TestDatabase, testDatabase } from "../../../test/postgres.ts";
import { emulatorHost, type TestWeir, testSecretBox, testWeir } from "../../../test/weir.ts";
import { createEmulator, type Emulator } from "../../emulator/emulator.ts";
import { findIntegration, readConnection } from "../../store/integration.ts";
import { readStreamStates } from "../../store/stream-state.ts";
import type { Worker } from "../../sync/worker.ts";

const newSecret = "a-new-secret";

let database: TestDatabase;
let emulator: Emulator;
let weir: TestWeir;
let as: ReturnType<typeof testApi>["as"];
let worker: Worker | undefined;
/** By so much our clock is ahead. */
let aheadMs = 0;
let tokenRequests: string[];

const wire = (async (input: string, init: RequestInit) => {
  if (String(input).endsWith("/oauth/token"))
    tokenRequests.push(new URLSearchParams(String(init.body)).get("client_id")!);
  return await emulator.fetch(input, init);
}) as typeof fetch;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.pool.query("truncate integration, finding, asset, signal, audit_event, lease cascade");
  aheadMs = 0;
  tokenRequests = [];
  const now = () => Date.now() + aheadMs;
  emulator = createEmulator({ findings: 100, seed: 4 });
  weir = testWeir(database, wire, { now });
  ({ as } = testApi(database, { fetch: wire, now }));
});
afterEach(async () => {
  await worker?.stop();
  worker = undefined;
});

async function control(path: string, body: unknown): Promise<void> {
  const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  expect((await emulator.fetch(`http://${emulatorHost}/emulator/${path}`, init)).status).toBe(200);
}

async function send(method: string, path: string, body?: unknown) {
  const answer = await as("admin").send(method, `/api/v1/integrations/${path}`, body);
  const text = await answer.text();
  expect(text).not.toContain(newSecret);
  return { status: answer.status, body: JSON.parse(text) };
}
const rotate = (body: Record<string, unknown> = {}, name = "prod") =>
  send("PUT", `${name}/secret`, { clientSecret: newSecret, ...body });
const stored = async (name = "prod") => {
  const { id, ...integration } = await findIntegration(database.db, name);
  const { clientSecret } = await readConnection(database.db, testSecretBox(), id);
  return { id, ...integration, clientSecret };
};
const actions = async () =>
  (await database.db.selectFrom("auditEvent").select("action").orderBy("at").orderBy("id").execute()).map(
    ({ action }) => action,
  );

describe("a new secret of the same service account", () => {
  test("takes over once it works, and the old one is forgotten", async () => {
    await weir.addIntegration("prod");
    await control("secret", { secret: newSecret });
    const { status, body } = await rotate();
    expect({ status, pending: body.pendingSecret }).toEqual({ status: 200, pending: null });
    const { clientSecret, pendingSince } = await stored();
    expect({ clientSecret, pendingSince }).toEqual({ clientSecret: newSecret, pendingSince: null });
    expect((await actions()).slice(-2)).toEqual(["integration.secret_offer", "integration.secret_replace"]);
    expect(await weir.sync(await findIntegration(database.db, "prod"))).toMatchObject({ result: "success" });
  });

  test("that does not work waits with its reason, warns on the tile, and harms no poll", async () => {
    const integration = await weir.addIntegration("prod");
    await weir.sync(integration);
    const { status, body } = await rotate();
    expect(status).toBe(200);
    expect(body.pendingSecret).toEqual({
      clientId: "emulator",
      since: expect.any(String),
      triedAt: expect.any(String),
      error: expect.stringMatching(/^token: .*refused the credentials/),
    });
    expect(body.tile).toEqual({
      colour: "amber",
      reason: expect.stringContaining("new client secret does not work yet, the present one goes on serving"),
    });
    expect(await stored()).toMatchObject({ clientSecret: "emulator-secret" });
    expect(await weir.sync(await findIntegration(database.db, "prod"))).toMatchObject({ result: "success" });

    const withdrawn = await send("DELETE", "prod/secret/pending");
    expect(withdrawn.body).toMatchObject({ pendingSecret: null, tile: { colour: "green" } });
    expect((await send("DELETE", "prod/secret/pending")).status).toBe(404);
  });

  test("that Wiz does not know yet is tried again by whoever polls, and takes over then", async () => {
    await weir.addIntegration("prod");
    expect((await rotate()).body.pendingSecret).not.toBeNull();
    await control("secret", { secret: newSecret });
    worker = weir.worker({ isScheduling: true });
    aheadMs = 61_000;
    await expect.poll(async () => (await stored()).clientSecret, { timeout: 10_000 }).toBe(newSecret);
    const states = await readStreamStates(database.db, [(await stored()).id]);
    expect(states.filter(({ errorCode }) => errorCode === "wiz_auth")).toEqual([]);
  });

  test("goes to the other integrations of the account too, since Wiz has one secret for it", async () => {
    await weir.addIntegration("prod");
    await weir.addIntegration("prod-payments");
    await control("secret", { secret: newSecret });
    await rotate();
    expect((await stored("prod-payments")).clientSecret).toBe(newSecret);
  });

  test("that is no secret, or of an integration that is not there, is refused", async () => {
    await weir.addIntegration("prod");
    expect(await rotate({ clientSecret: "with space" })).toMatchObject({
      status: 400,
      body: { error: { field: "clientSecret" } },
    });
    expect((await rotate({}, "nobody")).status).toBe(404);
    expect((await stored()).pendingSince).toBeNull();
  });
});

/** Service accounts that some process holds the lease of. */
async function accountsHeld(): Promise<number> {
  const { rows } = await database.pool.query(
    `select count(*)::int as n from pg_locks join pg_stat_activity using (pid)
     where locktype = 'advisory' and datname = current_database() and application_name like 'weir lease %'`,
  );
  return rows[0]?.n;
}

describe("the secret of another service account", () => {
  beforeEach(async () => {
    await weir.addIntegration("prod");
  });

  test("takes over with its account: one lease each, deltas hold good, everything is looked at once more", async () => {
    worker = weir.worker({ isScheduling: true });
    const loaded = async () =>
      (await readStreamStates(database.db, [(await stored()).id])).filter(({ lastFullAt }) => lastFullAt !== null)
        .length;
    await expect.poll(loaded, { timeout: 20_000 }).toBe(5);
    expect(await accountsHeld()).toBe(1);
    const before = await stored();
    const [watermark] = (await readStreamStates(database.db, [before.id])).map((state) => state.watermark);

    await control("accounts", { clientId: "second", clientSecret: newSecret });
    const { body } = await rotate({ clientId: "second" });
    expect(body).toMatchObject({ clientId: "second", pendingSecret: null });
    const after = await stored();
    expect(after.accountKey).not.toBe(before.accountKey);
    expect((await readStreamStates(database.db, [before.id]))[0]?.watermark).toBe(watermark);
    await expect.poll(loaded, { timeout: 20_000 }).toBe(5);
    // The old account is put down: somebody works for the new one alone.
    await expect.poll(accountsHeld).toBe(1);
    await worker.stop();
    const results = await database.db
      .selectFrom("pass")
      .select("result")
      .where("accountKey", "=", after.accountKey)
      .execute();
    expect(results.length).toBeGreaterThanOrEqual(5);
    const failed = await database.db
      .selectFrom("run")
      .select("result")
      .where("result", "in", ["failed", "unauthorized"])
      .execute();
    expect(failed).toEqual([]);
    const lastOld = tokenRequests.lastIndexOf("emulator");
    expect(tokenRequests.slice(lastOld + 1)).toContain("second");
  });

  test("must read whatever the present one reads", async () => {
    await weir.sync(await findIntegration(database.db, "prod"));
    await control("accounts", { clientId: "poor", clientSecret: newSecret, scopes: ["read:resources"] });
    const { body } = await rotate({ clientId: "poor" });
    expect(body).toMatchObject({
      clientId: "emulator",
      pendingSecret: { clientId: "poor", error: expect.stringMatching(/^issues: .*read:issues/) },
    });
  });

  test("is dropped when the integration moves to another endpoint meanwhile", async () => {
    await rotate({ clientId: "nobody" });
    await send("PATCH", "prod", { clientId: "third", clientSecret: "of-the-third" });
    expect(await stored()).toMatchObject({ clientId: "third", pendingSince: null });
  });
});
