import type { Kysely } from "kysely";
import type { Logger } from "../log.ts";
import { instant } from "../model.ts";
import { compareCubes, rebuildCubes } from "../store/inventory-check.ts";
import type { Schema } from "../store/schema.ts";
import { cellStart } from "../store/signal-cube.ts";

interface CheckDeps {
  db: Kysely<Schema>;
  now: () => number;
  log: Logger;
}

/** Reads all findings, which takes some seconds for ten million of them. */
const checkEveryMs = 86_400_000;
/** What is older was checked the day before, and nothing is appended to it. */
const checkedSignalsMs = 2 * checkEveryMs;
const lastCheck = "counts-checked-at";

/**
 * Compares the count tables with the findings and the latest signals once a day and counts anew what is wrong: lists trust them to leave out
 * what they say is not there. Answers with the number of wrong cells, `null` when it was not time yet.
 */
export async function checkCounts({ db, now, log }: CheckDeps): Promise<number | null> {
  const row = await db.selectFrom("setting").select("value").where("key", "=", lastCheck).executeTakeFirst();
  const checkedAt = typeof row?.value === "string" ? instant(row.value) : null;
  if (checkedAt !== null && Math.abs(now() - checkedAt) < checkEveryMs) return null;
  const differences = await compareCubes(db, new Date(cellStart(now() - checkedSignalsMs)).toISOString());
  const wrong = differences.reduce((sum, { wrongCells }) => sum + wrongCells, 0);
  if (wrong > 0) {
    const where = differences.filter(({ wrongCells }) => wrongCells > 0).map(({ cube }) => cube);
    await rebuildCubes(db, where);
    log.warn(
      `${wrong} counts in ${where.join(", ")} were wrong and are counted anew; please report how it came to this`,
    );
  }
  const value = JSON.stringify(new Date(now()).toISOString());
  await db
    .insertInto("setting")
    .values({ key: lastCheck, value })
    .onConflict((conflict) => conflict.column("key").doUpdateSet({ value }))
    .execute();
  return wrong;
}
