import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { errorText } from "../../src/errors.ts";
import { act } from "./act.ts";
import { writeAutopsy } from "./autopsy.ts";
import { answerReviews, calmDown, passes, quiet } from "./calm.ts";
import { makePlan, type PlannedEvent } from "./plan.ts";
import { streamTrouble, type Verdict, verify } from "./verify.ts";
import { createWorld, type World } from "./world.ts";

export interface TortureOptions {
  minutes: number;
  seed: string;
  workers: number;
  /** Of the largest tenant. */
  findings?: number | undefined;
  databaseUrl?: string | undefined;
  /** Keep the folder with the logs when all is well, too. */
  keep?: boolean | undefined;
}

/** About as much as a page holds happens in some hours of the tenants' time. */
const lively = ["--changes-per-hour", "30", "--silent-edits"];

/** Two tenants; two integrations share a service account, one of them wants some asset classes only. Answers whether everything came out equal to the truth. */
export async function torture(options: TortureOptions): Promise<boolean> {
  const findings = options.findings ?? 3_000;
  const world = await createWorld({
    ...options,
    tenants: [
      { findings, args: lively },
      { findings: Math.round(findings / 2), args: [...lively, "--token-life", "1800", "--count-cap", "300"] },
    ],
    integrations: [
      { name: "north", tenant: 0 },
      { name: "south", tenant: 0, assetClasses: ["compute", "container_image", "storage", "identity"] },
      { name: "island", tenant: 1 },
    ],
  });
  return await judged(world, options, async () => {
    const { minutes, seed, workers } = options;
    const sizes = { tenants: world.tenants.length, integrations: world.integrations.length };
    await follow(world, makePlan({ seed, minutes, workers, ...sizes }));
    await calmDown(world);
    // The second pass makes gone what the first one missed; what was deleted is told by deltas only.
    for (const lane of ["full", "full", "delta"] as const) await passes(world, lane);
    await quiet(world);
    await answerReviews(world);
    world.failures.push(...(await streamTrouble(world)));
    return await verify(world);
  });
}

/** Does the work in a world, says how it came out, and takes the world down again. */
export async function judged(world: World, options: TortureOptions, work: () => Promise<Verdict>): Promise<boolean> {
  const { diary, failures, folder } = world;
  diary.say(`seed ${options.seed}: ${options.minutes} minutes, ${options.workers} workers; logs in ${folder}`);
  let verdict: Verdict = { counts: new Map(), differences: [] };
  try {
    world.web.start();
    for (const worker of world.workers) worker.start();
    await world.web.line(/listening on/);
    verdict = await work();
    for (const member of [...world.workers, world.web]) await member.stop();
  } catch (error) {
    failures.push(errorText(error));
  }
  const trouble = [...failures, ...verdict.differences];
  const isWell = trouble.length === 0;
  diary.say(`compared: ${listOf(verdict.counts)}`);
  diary.say(`done: ${listOf(diary.counts())}; runs: ${await runResults(world)}`);
  for (const text of trouble.slice(0, 30)) diary.say(`WRONG: ${text}`);
  if (!isWell) {
    writeFileSync(join(folder, "wrong.txt"), trouble.join("\n"));
    await writeAutopsy(world, trouble).catch((error: unknown) => diary.say(`no autopsy: ${errorText(error)}`));
  }
  const again = `npm run torture -- --seed ${options.seed} --minutes ${options.minutes} --workers ${options.workers}`;
  diary.say(
    isWell
      ? `OK, seed ${options.seed}`
      : `FAILED, seed ${options.seed}: ${trouble.length} things are wrong; logs in ${folder}; again: ${again}`,
  );
  await world.close({ keep: !isWell || options.keep === true });
  return isWell;
}

async function follow(world: World, plan: readonly PlannedEvent[]): Promise<void> {
  const started = performance.now();
  const going = new Set<Promise<void>>();
  for (const { at, event } of plan) {
    await sleep(Math.max(0, at - (performance.now() - started)));
    // What takes its time holds up nothing else.
    const doing = act(world, event)
      .catch((error: unknown) => void world.failures.push(`${event.kind}: ${errorText(error)}`))
      .finally(() => going.delete(doing));
    going.add(doing);
    if (world.failures.length > 0) break;
  }
  await Promise.all(going);
}

function listOf(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([what, n]) => `${n} ${what}`).join(", ");
}

async function runResults({ app }: World): Promise<string> {
  const rows = await app.db
    .selectFrom("run")
    .select(["result", (eb) => eb.fn.countAll<number>().as("n")])
    .groupBy("result")
    .execute();
  return listOf(new Map(rows.map(({ result, n }) => [result ?? "unfinished", Number(n)])));
}
