import { setTimeout as sleep } from "node:timers/promises";
import type { Kysely } from "kysely";
import { recordKindOf, type StreamName } from "../model.ts";
import { tryLock } from "../store/advisory-lock.ts";
import { countDueAssets } from "../store/apply-tags.ts";
import { touchedAssets } from "../store/asset-risk.ts";
import type { Database } from "../store/database.ts";
import { lockKeys } from "../store/lock-keys.ts";
import type { Schema } from "../store/schema.ts";
import { dynamicTags, type TagRow } from "../store/tag.ts";
import { applyDue } from "./apply.ts";
import { listBulks, runBulk } from "./bulk.ts";
import { evaluateTag, type TaggingDeps } from "./evaluate.ts";

/** A query with `now` in it finds other assets as time goes by, without any of them changing. */
const wholeEveryMs = 300_000;
/** Looking at all assets may take so much of the time, however many there are. */
const share = 20;
/** Processes end passes side by side, and what ended first may be stored last. */
const overlapMs = 60_000;

/** Which ended passes have been looked at, by their ids; older ones than `since` no more. */
interface Looked {
  since: string | null;
  passes: Map<string, string>;
}

interface EndedPass {
  id: string;
  integrationId: string;
  stream: string;
  lane: string;
  startedAt: string;
  finishedAt: string;
}

/** Does all that is to be done about tags: for commands that end, and for tests. */
export async function settleTags(deps: TaggingDeps): Promise<void> {
  await evaluateAll(deps, [], () => true);
  await applyDue(deps, { isResting: false });
}

async function evaluateAll(
  deps: TaggingDeps,
  ended: readonly EndedPass[],
  isDue: (tag: TagRow) => boolean,
): Promise<void> {
  for (const bulk of await listBulks(deps.db)) await runBulk(deps, bulk);
  for (const tag of await dynamicTags(deps.db)) {
    if (isDue(tag) || ended.some(({ lane }) => lane === "full")) await evaluateTag(deps, tag);
    else
      for (const { integrationId, stream, startedAt } of ended) {
        const kind = recordKindOf[stream as StreamName];
        await evaluateTag(deps, tag, touchedAssets({ integrationId, kind, since: startedAt }));
      }
  }
}

/** Whether all assets are to be looked at: the query is new, or it is time again. */
function isWholeDue({ dueAt, evaluatedAt, evaluatedMs }: TagRow, now: number): boolean {
  if (dueAt !== null || evaluatedAt === null) return true;
  return now - Date.parse(evaluatedAt) > Math.max(wholeEveryMs, (evaluatedMs ?? 0) * share);
}

export interface TaggingTimes {
  tickMs?: number;
  /** After a round that failed. */
  retryMs?: number;
}

export interface StartedTagging extends TaggingDeps {
  /** A connection of its own for the lock of a round. */
  connect: Database["connect"];
}

/**
 * Keeps tags in the background: what people asked for, what passes brought, what time changes. Any number of processes
 * may do this; one works at a time. All that is to be done stands in the database, so whoever is killed is followed by
 * another.
 */
export function startTagging(deps: StartedTagging, times: TaggingTimes = {}): { stop(): Promise<void> } {
  const { tickMs = 1_000, retryMs = 30_000 } = times;
  const stopping = new AbortController();
  const { signal } = stopping;
  const log = deps.log.child({ component: "tagging" });
  const looked: Looked = { since: null, passes: new Map() };

  async function run(): Promise<void> {
    for (let waitMs = tickMs; !signal.aborted; ) {
      await sleep(waitMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      waitMs = (await isRoundDone()) ? tickMs : retryMs;
    }
  }

  async function isRoundDone(): Promise<boolean> {
    try {
      const tags = await dynamicTags(deps.db);
      const ended = tags.length === 0 ? [] : await readEnded(deps.db, looked);
      const isNeeded =
        ended.length > 0 ||
        tags.some((tag) => isWholeDue(tag, deps.now())) ||
        (await listBulks(deps.db)).length > 0 ||
        (await countDueAssets(deps.db)) > 0;
      if (isNeeded) await round(ended);
      note(looked, ended);
      return true;
    } catch (error) {
      log.warn({ err: error }, "tags are not up to date; tried again soon");
      return false;
    }
  }

  async function round(ended: readonly EndedPass[]): Promise<void> {
    const lock = await tryLock(deps, lockKeys.tagging, "weir tagging");
    if (lock === null) return;
    try {
      await evaluateAll({ ...deps, log }, ended, (tag) => isWholeDue(tag, deps.now()));
      await applyDue({ ...deps, log }, { isResting: true, signal });
    } finally {
      await lock.release();
    }
  }

  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** The first time: none, since all assets are looked at before long. */
async function readEnded(db: Kysely<Schema>, looked: Looked): Promise<EndedPass[]> {
  if (looked.since === null) {
    const newest = await db
      .selectFrom("pass")
      .select((eb) => eb.fn.max("finishedAt").as("at"))
      .executeTakeFirst();
    looked.since = newest?.at ?? new Date(0).toISOString();
  }
  const ended = await db
    .selectFrom("pass")
    .select(["id", "integrationId", "stream", "lane", "startedAt"])
    .select((eb) => eb.ref("finishedAt").$notNull().as("finishedAt"))
    .where("finishedAt", ">", new Date(Date.parse(looked.since) - overlapMs).toISOString())
    .where((eb) =>
      eb.or([
        eb("lane", "=", "full"),
        eb.exists(
          eb.selectFrom("slice").whereRef("passId", "=", "pass.id").where("written", ">", 0).select("slice.id"),
        ),
      ]),
    )
    .orderBy("finishedAt")
    .execute();
  return ended.filter(({ id }) => !looked.passes.has(id));
}

function note(looked: Looked, ended: readonly EndedPass[]): void {
  for (const { id, finishedAt } of ended) {
    looked.passes.set(id, finishedAt);
    if (looked.since === null || Date.parse(finishedAt) > Date.parse(looked.since)) looked.since = finishedAt;
  }
  const oldest = Date.parse(looked.since ?? "") - 2 * overlapMs;
  for (const [id, finishedAt] of looked.passes) if (Date.parse(finishedAt) < oldest) looked.passes.delete(id);
}
