import { setTimeout as sleep } from "node:timers/promises";
import { type Lane, type StreamName, streamNames } from "../../src/model.ts";
import { findIntegration, type Integration } from "../../src/store/integration.ts";
import { openReviews } from "../../src/store/review.ts";
import { type Run, readRun, requestRun } from "../../src/store/run.ts";
import { enterSecret } from "./act.ts";
import { deletedRecords, nameOf } from "./deleted.ts";
import type { World } from "./world.ts";

/** The tenants are well, and stand still; every process runs, and the integrations have the right secrets. */
export async function calmDown(world: World): Promise<void> {
  for (const [number, tenant] of world.tenants.entries()) {
    await tenant.setFaults([]);
    await tenant.withdraw([]);
    await tenant.limit(null);
    await enterSecret(world, number);
  }
  for (const worker of world.workers) {
    worker.thaw();
    if (worker.state() !== "dead") worker.start();
  }
  for (const { integration } of world.integrations) {
    const present = await findIntegration(world.app.db, integration.id);
    if (!present.isEnabled) await world.weir(["integration", "enable", integration.name]);
    const classes = integration.assetClasses?.join() ?? "all";
    if ((present.assetClasses?.join() ?? "all") !== classes)
      await world.weir(["integration", "edit", integration.name, "--asset-classes", classes]);
  }
  world.diary.say("calm: no faults any more, all scopes, the right secrets and asset classes, every worker runs");
}

const longestMs = 180_000;

/**
 * Asks for runs until each stream of each integration has come to the end of a pass that began after now.
 * @throws when that takes too long, with what the last run said
 */
export async function passes(world: World, lane: Lane): Promise<void> {
  const { rows } = await world.app.database.pool.query<{ now: string }>("select now() as now");
  const since = rows[0]?.now ?? "";
  await Promise.all(world.integrations.map(({ integration }) => pass(world, integration, { lane, since })));
}

interface Wanted {
  lane: Lane;
  /** ISO time. */
  since: string;
}

async function pass(world: World, integration: Integration, wanted: Wanted): Promise<void> {
  const { app, diary } = world;
  const { name, id: integrationId } = integration;
  const deadline = Date.now() + longestMs;
  for (;;) {
    const streams = await streamsWithout(world, integration, wanted);
    if (streams.length === 0) return;
    const request = { integrationId, trigger: "demand", mode: wanted.lane, streams } as const;
    const run = await ended(world, await requestRun(app.db, request, app.now()), deadline);
    diary.say(
      `${name}: ${wanted.lane} run of ${streams.join(", ")}: ${[run.result, run.error ?? []].flat().join(": ")}`,
    );
    if (Date.now() > deadline) throw new Error(`${name} does not become well although all is calm: ${run.error}`);
  }
}

async function ended({ app }: World, id: string, deadline: number): Promise<Run> {
  for (;;) {
    const run = await readRun(app.db, id);
    if (run !== undefined && run.finishedAt !== null) return run;
    if (Date.now() > deadline)
      throw new Error(`a run that was asked for when all was calm has not ended: ${JSON.stringify(run)}`);
    await sleep(100);
  }
}

/** Streams that had no complete pass which began after an instant; one that was gone on with does not count. */
async function streamsWithout({ app }: World, integration: Integration, { lane, since }: Wanted) {
  const complete = await app.db
    .selectFrom("pass")
    .select("stream")
    .distinct()
    .where("integrationId", "=", integration.id)
    .where("lane", "=", lane)
    .where("result", "=", "success")
    .where("startedAt", ">=", since)
    .execute();
  return streamNames.filter((stream) => !complete.some((pass) => pass.stream === stream));
}

/**
 * Answers what Weir asks a person: after the account saw nothing for a while, records that vanished or were deleted
 * meanwhile wait for an answer. All that wait must be such records; then they are gone.
 */
export async function answerReviews(world: World): Promise<void> {
  for (const { integration, tenant } of world.integrations) {
    const ofVanished = (await tenant.vanished()).map(nameOf);
    const absent = new Set([...ofVanished, ...deletedRecords(await tenant.truth())]);
    for (const { stream, reason } of await openReviews(world.app.db, integration.id)) {
      const waiting = await waitingRecords(world, integration, stream);
      const present = waiting.filter((record) => !absent.has(record));
      world.failures.push(...present.map((record) => `${integration.name}: ${record} is there, and waits to be gone`));
      if (present.length > 0) continue;
      world.diary.say(`${integration.name}: a person approves that ${waiting.length} ${stream} are gone (${reason})`);
      await world.weir(["integration", "review", integration.name, "--approve", stream]);
    }
  }
}

async function waitingRecords({ app }: World, integration: Integration, stream: StreamName): Promise<string[]> {
  const { rows } = await app.database.pool.query<{ record: string }>(
    `select coalesce(finding.kind || ' ' || finding.external_id, 'asset ' || asset_source.external_id) as record
     from missing_record
     left join finding using (id) left join asset_source using (id)
     where missing_record.integration_id = $1 and missing_record.stream = $2 and missing_record.state = 'waiting'`,
    [integration.id, stream],
  );
  return rows.map(({ record }) => record);
}

/** Waits until nothing is queued or running. */
export async function quiet({ app }: World): Promise<void> {
  for (const deadline = Date.now() + longestMs; Date.now() < deadline; await sleep(100)) {
    const busy = await app.db.selectFrom("run").select("id").where("finishedAt", "is", null).execute();
    if (busy.length === 0) return;
  }
  throw new Error("there are runs that do not come to their end although all is calm");
}
