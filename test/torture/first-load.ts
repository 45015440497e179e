import { setTimeout as sleep } from "node:timers/promises";
import { streamNames } from "../../src/model.ts";
import { quiet } from "./calm.ts";
import { lookAround } from "./look.ts";
import { createRandom } from "./random.ts";
import { judged, type TortureOptions } from "./torture.ts";
import { verify } from "./verify.ts";
import { createWorld, type World } from "./world.ts";

/** Findings of a tenant whose first load takes about a minute at one request a second. */
const findingsPerMinute = 22_000;
const killEveryMs = 20_000;
const longestMs = 15 * 60_000;

/**
 * Two workers and a web process load a tenant that allows one request a second; every 20 seconds one of them is killed
 * and started again, mostly the one that works. Then everything must be there, exactly, and the load must have lasted.
 */
export async function loadAndKill(options: TortureOptions): Promise<boolean> {
  const findings = options.findings ?? findingsPerMinute * options.minutes;
  const world = await createWorld({
    ...options,
    tenants: [{ findings, args: ["--rps", "1"] }],
    integrations: [{ name: "north", tenant: 0 }],
    env: { WEIR_MAX_REQUESTS_PER_SECOND: "1" },
  });
  return await judged(world, options, async () => {
    const started = Date.now();
    const random = createRandom(options.seed);
    for (;;) {
      await sleep(killEveryMs - 2_000);
      if (await isLoaded(world)) break;
      if (Date.now() - started > longestMs) throw new Error("the first load does not come to its end");
      await killOne(world, random.chance(0.7));
      world.diary.say(await lookAround(world));
    }
    world.diary.say(`the first load took ${Math.round((Date.now() - started) / 1000)} s`);
    await quiet(world);
    return await verify(world);
  });
}

async function killOne(world: World, isWorking: boolean): Promise<void> {
  const { holder } = await world.app.db.selectFrom("lease").select("holder").executeTakeFirstOrThrow();
  const working = world.workers.find((worker) => holder.endsWith(` ${worker.pid()}`));
  const idle = world.workers.find((worker) => worker !== working);
  const victim = (isWorking ? working : idle) ?? world.workers[0]!;
  await victim.kill();
  world.diary.count("kills");
  world.diary.say(`${victim.name} killed; ${victim === working ? "it was the one that works" : "the other one works"}`);
  await sleep(2_000);
  victim.start();
}

/** Every stream has come to the end of a first full pass. */
async function isLoaded({ app }: World): Promise<boolean> {
  const complete = await app.db
    .selectFrom("streamState")
    .select("stream")
    .where("lastFullAt", "is not", null)
    .execute();
  return complete.length === streamNames.length;
}
