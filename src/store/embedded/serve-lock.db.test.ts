import { afterEach, beforeEach, expect, test } from "vitest";
import { startDatabaseProcess } from "../../../test/database-process.ts";
import { killServer, quietLog, serverPid, temporaryFolder } from "../../../test/embedded-place.ts";
import { type Database, openDatabase } from "../database.ts";
import { lockKeys, lockSpace } from "../lock-keys.ts";
import { holdServeLock } from "./serve-lock.ts";

let folder: ReturnType<typeof temporaryFolder>;
let database: Database;

beforeEach(async () => {
  folder = temporaryFolder();
  database = await openDatabase({ dataDir: folder.dir, log: quietLog });
});

afterEach(async () => {
  await database.close();
  killServer(`${folder.dir}/postgres`);
  folder.remove();
});

test("refuses a second serve on one data directory, and says which process serves", async () => {
  const first = await startDatabaseProcess(folder.dir, { serve: true });
  expect(first.said).toBe("open");
  const command = await startDatabaseProcess(folder.dir);
  expect(command.said).toBe("open");
  await command.end("SIGTERM");
  const second = await startDatabaseProcess(folder.dir, { serve: true });
  expect(second.said).toContain(`already runs on this data directory (process ${first.pid}, `);
  expect(second.said).toContain(folder.dir);
  await first.end("SIGKILL");
  const third = await startDatabaseProcess(folder.dir, { serve: true });
  expect(third.said).toBe("open");
  await third.end("SIGTERM");
});

test("is held again after the server was killed, without a word to the one who holds it", async () => {
  const lost: unknown[] = [];
  const lock = await holdServeLock(database, (error) => lost.push(error));
  const killed = serverPid(`${folder.dir}/postgres`) ?? 0;
  process.kill(killed, "SIGKILL");
  const isBack = () => ![undefined, killed].includes(serverPid(`${folder.dir}/postgres`));
  await expect.poll(isBack, { timeout: 20_000 }).toBe(true);
  await expect.poll(countHolders, { timeout: 20_000 }).toBe(1);
  const second = () =>
    holdServeLock(database, () => undefined).then(
      (taken) => taken.release(),
      (error: Error) => error.message,
    );
  expect(await second()).toContain(`already runs on this data directory (process ${process.pid}, `);
  expect(lost).toEqual([]);
  await lock.release();
  expect(await second()).toBeUndefined();
});

async function countHolders(): Promise<number> {
  const query = `select from pg_locks where locktype = 'advisory' and granted
    and classid::bigint = ${lockSpace} and objid::bigint = ${lockKeys.serve}`;
  return database.pool.query(query).then(
    (result) => result.rowCount ?? 0,
    () => 0,
  );
}
