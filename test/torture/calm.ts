import { setTimeout as sleep } from "node:timers/promises";
import { streamNames } from "../../src/model.ts";
import { findIntegration, type Integration } from "../../src/store/integration.ts";
import { readRun, requestRun } from "../../src/store/run.ts";
import { enterSecret } from "./act.ts";
import type { World } from "./world.ts";

/** The tenants are well, and stand still; every process runs, and the integrations have the right secrets. */
export async function calmDown(world: World): Promise<void> {
  for (const [number, tenant] of world.tenants.entries()) {
    await tenant.setFaults([]);
    await tenant.withdraw([]);
    await enterSecret(world, number);
  }
  for (const worker of world.workers) {
    worker.thaw();
    if (worker.state() !== "dead") worker.start();
  }
  for (const { integration } of world.integrations)
    if (!(await findIntegration(world.app.db, integration.id)).isEnabled)
      await world.weir(["integration", "enable", integration.name]);
  world.diary.say("calm: no faults any more, all scopes, the right secrets, every worker runs");
}

const longestMs = 180_000;

/**
 * Asks for full runs until each stream of each integration has come to the end of one that began after now.
 * @throws when that takes too long, with what the last run said
 */
export async function fullPasses(world: World): Promise<void> {
  const since = await databaseNow(world);
  await Promise.all(world.integrations.map(({ integration }) => fullPass(world, integration, since)));
}

async function databaseNow({ app }: World): Promise<string> {
  const { rows } = await app.database.pool.query("select now() as now");
  return rows[0].now as string;
}

async function fullPass(world: World, integration: Integration, since: string): Promise<void> {
  const { app, diary } = world;
  const deadline = Date.now() + longestMs;
  for (;;) {
    const missing = await streamsWithout(world, integration, since);
    if (missing.length === 0) return;
    const request = { integrationId: integration.id, trigger: "demand", mode: "full", streams: missing } as const;
    const id = await requestRun(app.db, request, app.now());
    let run = await readRun(app.db, id);
    while (run?.finishedAt == null) {
      if (Date.now() > deadline)
        throw new Error(
          `${integration.name}: a full run that was asked for when all was calm has not ended: ${JSON.stringify(run)}`,
        );
      await sleep(100);
      run = await readRun(app.db, id);
    }
    diary.say(
      `${integration.name}: full run of ${missing.join(", ")}: ${run.result}${run.error === null ? "" : `: ${run.error}`}`,
    );
    if (Date.now() > deadline)
      throw new Error(`${integration.name} does not become well although all is calm: ${run.error}`);
  }
}

/** Streams that had no complete full pass which began after an instant; one that was gone on with does not count. */
async function streamsWithout({ app }: World, integration: Integration, since: string) {
  const passes = await app.db
    .selectFrom("pass")
    .select("stream")
    .distinct()
    .where("integrationId", "=", integration.id)
    .where("lane", "=", "full")
    .where("result", "=", "success")
    .where("startedAt", ">=", since)
    .execute();
  return streamNames.filter((stream) => !passes.some((pass) => pass.stream === stream));
}

/** Waits until nothing is queued or running. */
export async function quiet({ app }: World): Promise<void> {
  for (const deadline = Date.now() + longestMs; Date.now() < deadline; await sleep(100)) {
    const busy = await app.db.selectFrom("run").select("id").where("finishedAt", "is", null).execute();
    if (busy.length === 0) return;
  }
  throw new Error("there are runs that do not come to their end although all is calm");
}
