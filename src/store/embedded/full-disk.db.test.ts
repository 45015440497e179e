import { spawnSync } from "node:child_process";
import { rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { killServer, quietLog, serverPid, temporaryFolder } from "../../../test/embedded-place.ts";
import { openDatabase } from "../database.ts";
import { databaseFailure } from "../database-failure.ts";

const megabyte = 1024 ** 2;
const mayMount = (() => {
  if (process.geteuid?.() !== 0 || process.platform !== "linux") return false;
  const folder = temporaryFolder();
  const isMounted = spawnSync("/bin/mount", ["-t", "tmpfs", "-o", "size=1m", "weir-test", folder.dir]).status === 0;
  if (isMounted) spawnSync("/bin/umount", [folder.dir]);
  folder.remove();
  return isMounted;
})();

// A disk of a chosen size needs a mount, so this runs only where root may mount.
describe.skipIf(!mayMount)("on a full disk", () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let dataDir: string;

  beforeEach(() => {
    folder = temporaryFolder();
    dataDir = join(folder.dir, "weir-data");
  });

  afterEach(() => {
    killServer(join(dataDir, "postgres"));
    spawnSync("/bin/umount", ["-l", folder.dir]);
    folder.remove();
  });

  function mountDisk(megabytes: number): void {
    expect(
      spawnSync("/bin/mount", ["-t", "tmpfs", "-o", `size=${megabytes}m,mode=755`, "weir-test", folder.dir]).status,
    ).toBe(0);
  }

  function fillDisk(): void {
    const { bavail, bsize } = statfsSync(folder.dir);
    writeFileSync(join(folder.dir, "ballast"), Buffer.alloc(bavail * bsize));
  }

  const open = () => openDatabase({ dataDir, log: quietLog });

  test.each([
    ["the binaries", 20],
    ["the cluster", 80],
  ])("a first start without room for %s says so and leaves nothing half-made", async (_what, megabytes) => {
    mountDisk(megabytes);
    await expect(open()).rejects.toThrow(/The disk that holds .* is full: free some space/);
    spawnSync("/bin/mount", ["-o", "remount,size=400m", folder.dir]);
    const database = await open();
    expect((await database.pool.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
    await database.close();
  });

  test("a later start without any room says so, and works once there is some", async () => {
    mountDisk(400);
    await (await open()).close();
    fillDisk();
    await expect(open()).rejects.toThrow(/The disk that holds .* is full: free some space/);
    rmSync(join(folder.dir, "ballast"));
    await (await open()).close();
    expect(serverPid(join(dataDir, "postgres"))).toBeUndefined();
  });

  test("a disk that fills up at work fails the statement with what to do, and nothing stored is lost", async () => {
    mountDisk(250);
    const database = await open();
    await database.pool.query("create table box (n int, filling text)");
    const insert = `insert into box select n, (select string_agg(md5(random()::text), '') from generate_series(n, n + 50))
       from generate_series(1, 1000) as n`;
    let stored = 0;
    const failure = await (async () => {
      for (;;) {
        await database.pool.query(insert);
        stored += 1000;
        if (stored * 1600 > 1000 * megabyte) throw new Error("the disk was not full after a gigabyte");
      }
    })().catch((error: unknown) => error);
    expect(databaseFailure(failure)?.message).toMatch(/disk is full: free some space/);
    spawnSync("/bin/mount", ["-o", "remount,size=500m", folder.dir]);
    await expect
      .poll(
        () =>
          database.pool.query("select count(*)::int as n from box").then(
            (r) => r.rows,
            () => [],
          ),
        { timeout: 30_000 },
      )
      .toEqual([{ n: stored }]);
    await database.close();
  });

  test("a disk without room even for the write-ahead log stops the server, which comes back once there is room", async () => {
    mountDisk(300);
    const database = await open();
    await database.pool.query("create table box as select 7 as n");
    fillDisk();
    const emit =
      "select count(pg_logical_emit_message(false, 'test', md5(random()::text))) from generate_series(1, 100000)";
    const failure = await (async () => {
      for (let i = 0; i < 100; i++) await database.pool.query(emit);
    })().catch((error: unknown) => error);
    expect(databaseFailure(failure)?.message).toMatch(/Weir goes on when it is back/);
    await expect(open()).rejects.toThrow(/The disk that holds .* is full: free some space/);
    rmSync(join(folder.dir, "ballast"));
    await expect
      .poll(
        () =>
          database.pool.query("select n from box").then(
            (r) => r.rows,
            () => [],
          ),
        { timeout: 30_000 },
      )
      .toEqual([{ n: 7 }]);
    await database.close();
  });
});
