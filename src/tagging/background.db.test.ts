import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { emulatorHost, testWeir } from "../../test/weir.ts";
import { createEmulator } from "../emulator/emulator.ts";
import { createLogger } from "../log.ts";
import { countAssets, createTag } from "./edit.ts";
import { startTagging } from "./tagging.ts";

let database: TestDatabase;
beforeEach(async () => {
  database = await testDatabase();
});
afterEach(() => database.close());

const by = { actor: { type: "cli", id: null, name: "a test" }, address: null } as const;

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  for (let i = 0; !(await isTrue()); i++) {
    if (i > 200) throw new Error("It did not come to that.");
    await sleep(50);
  }
}

function aTenant() {
  const emulator = createEmulator({ findings: 300, seed: 7, start: "2026-08-01T00:00:00Z", clock: "frozen" });
  const send = async (input: string | URL | Request, init?: RequestInit) =>
    await emulator.fetch(new Request(input, init));
  const advance = (advanceSeconds: number) =>
    send(`http://${emulatorHost}/emulator/clock`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ advanceSeconds }),
    });
  return { fetch: send as typeof fetch, advance };
}

test("a dynamic tag follows what a sync brings, long before all assets are looked at again", async () => {
  const tenant = aTenant();
  const weir = testWeir(database, tenant.fetch);
  const integration = await weir.addIntegration("tenant");
  await weir.sync(integration, { full: true });
  const log = createLogger({ format: "text", level: "error", stream: process.stderr });
  const deps = { db: database.db, now: Date.now, log, connect: database.connect };
  const query = "openFindings.critical > 0 OR openFindings.high > 1";
  const id = await createTag(deps, by, { name: "Bad", kind: "dynamic", query, criticality: 5, description: null });
  const tagging = startTagging(deps, { tickMs: 50 });
  const tagged = () => countAssets(database.db, "ownTags:Bad AND tags:Bad AND criticality:5", Date.now());
  const found = () => countAssets(database.db, query, Date.now());
  try {
    await until(async () => (await tagged()) > 0 && (await tagged()) === (await found()));
    const before = await found();
    const { evaluatedAt } = await database.db
      .selectFrom("tag")
      .select("evaluatedAt")
      .where("id", "=", id)
      .executeTakeFirstOrThrow();
    for (let i = 0; (await found()) === before; i++) {
      expect(i, "the tenant does not change").toBeLessThan(10);
      await tenant.advance(24 * 3600);
      await weir.sync(integration);
    }
    await until(async () => (await tagged()) === (await found()));
    const others = await countAssets(database.db, `tags:Bad AND NOT (${query})`, Date.now());
    expect(others).toBe(0);
    const tag = await database.db.selectFrom("tag").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
    expect(tag.evaluatedAt, "all assets were looked at").toBe(evaluatedAt);
  } finally {
    await tagging.stop();
  }
});
