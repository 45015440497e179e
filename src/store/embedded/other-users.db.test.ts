import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startDatabaseProcess } from "../../../test/database-process.ts";
import { ask, killServer, quietLog, serverPid, temporaryFolder } from "../../../test/embedded-place.ts";
import { openEmbedded } from "./embedded.ts";

const isRoot = process.geteuid?.() === 0;
const nobody = { uid: 65534, gid: 65534 };
/** A user id that no image knows, as OpenShift gives its containers. */
const unknown = { uid: 1_234_567, gid: 0 };
const repository = fileURLToPath(new URL("../../..", import.meta.url));
// The ordinary user runs the code of this clone, which is impossible where the clone lies under /root.
const canRunAsOthers =
  isRoot &&
  spawnSync(process.execPath, ["-e", "process.chdir(process.argv[1])", repository], { ...nobody, cwd: "/" }).status ===
    0;

let folder: ReturnType<typeof temporaryFolder>;
let dataDir: string;
let home: string;

beforeEach(() => {
  folder = temporaryFolder();
  dataDir = join(folder.dir, "weir-data");
  home = join(dataDir, "postgres");
});

afterEach(() => {
  killServer(home);
  folder.remove();
});

function folderOf(user: { uid: number; gid: number }, mode = 0o700): void {
  mkdirSync(dataDir, { recursive: true });
  chownSync(dataDir, user.uid, user.gid);
  chmodSync(dataDir, mode);
}

function serverUid(): number {
  return statSync(`/proc/${serverPid(home)}`).uid;
}

describe.skipIf(!isRoot)("as root", () => {
  const open = () =>
    openEmbedded({ dataDir, log: quietLog, settings: { fsync: "off" }, stateDir: join(folder.dir, "state") });

  test("runs the server as an unprivileged user who owns the data", async () => {
    const server = await open();
    expect(serverUid()).not.toBe(0);
    expect(statSync(server.place.data).uid).toBe(serverUid());
    await server.release();
  });

  describe("with a data directory that the server's user cannot enter", () => {
    beforeEach(() => folderOf({ uid: 0, gid: 0 }));

    test("keeps the database elsewhere, notes where, and finds it again", async () => {
      const server = await open();
      home = server.place.home;
      expect(home.startsWith(join(folder.dir, "state"))).toBe(true);
      expect(JSON.parse(readFileSync(join(dataDir, "postgres.json"), "utf8"))).toMatchObject({ home, dataDir });
      await ask(server.address, "create table box as select 7 as n");
      await server.release();
      const again = await open();
      expect(await ask(again.address, "select n from box")).toEqual([{ n: 7 }]);
      await again.release();
    });

    test("makes one place when two processes are the first at once", async () => {
      const servers = await Promise.all([open(), open(), open()]);
      home = servers[0]?.place.home ?? "";
      expect(new Set(servers.map((server) => server.place.home)).size).toBe(1);
      await Promise.all(servers.map((server) => server.release()));
      expect(serverPid(home)).toBeUndefined();
    });

    test("starts with an empty database after the data directory was deleted", async () => {
      const server = await open();
      await ask(server.address, "create table box as select 7 as n");
      await server.release();
      rmSync(dataDir, { recursive: true });
      folderOf({ uid: 0, gid: 0 });
      const fresh = await open();
      home = fresh.place.home;
      expect(await ask(fresh.address, "select to_regclass('box') as box")).toEqual([{ box: null }]);
      expect(readdirSync(join(folder.dir, "state"))).toHaveLength(2);
      await fresh.release();
    });

    test("does not let a copy of the data directory write into the original's database", async () => {
      await (await open()).release();
      const original = dataDir;
      dataDir = join(folder.dir, "copy");
      cpSync(original, dataDir, { recursive: true });
      await expect(open()).rejects.toThrow(`${dataDir} is a copy of ${original}`);
      rmSync(original, { recursive: true });
      await (await open()).release();
    });

    test("says what to do when the noted place is gone", async () => {
      await (await open()).release();
      rmSync(join(folder.dir, "state"), { recursive: true });
      await expect(open()).rejects.toThrow(/does not exist. Bring that folder back, or delete .*postgres\.json/);
    });
  });

  test("says what to do when an existing database can no longer be entered", async () => {
    await (await open()).release();
    chmodSync(dataDir, 0o700);
    await expect(open()).rejects.toThrow(/cannot enter .*chmod o\+x/);
  });
});

describe.skipIf(!canRunAsOthers)("as an ordinary user", () => {
  test("runs the server as that user and stops it", async () => {
    folderOf(nobody);
    const weir = await startDatabaseProcess(dataDir, nobody);
    expect(weir.said).toBe("open");
    expect(serverUid()).toBe(nobody.uid);
    expect(statSync(join(home, "cluster/password")).mode & 0o777).toBe(0o600);
    expect(await weir.end("SIGINT")).toEqual({ code: 0, signal: null });
    expect(serverPid(home)).toBeUndefined();
  });

  test("shares the server with root, whoever comes first and last", async () => {
    folderOf(nobody);
    const ordinary = await startDatabaseProcess(dataDir, nobody);
    const root = await startDatabaseProcess(dataDir);
    expect(root.said).toBe("open");
    await ordinary.end("SIGTERM");
    await root.end("SIGTERM");
    expect(serverPid(home)).toBeUndefined();
    const rootFirst = await startDatabaseProcess(dataDir);
    expect(serverUid()).toBe(nobody.uid);
    await rootFirst.end("SIGTERM");
    const ordinaryAgain = await startDatabaseProcess(dataDir, nobody);
    expect(ordinaryAgain.said).toBe("open");
    await ordinaryAgain.end("SIGTERM");
  });

  test("says what to do about a folder that it may not write to", async () => {
    folderOf({ uid: 0, gid: 0 }, 0o755);
    const weir = await startDatabaseProcess(dataDir, nobody);
    expect(weir.said).toMatch(/Cannot use .*this user may not write there.*WEIR_DATA_DIR/);
    expect(existsSync(home)).toBe(false);
  });

  test("says what to do about a database that belongs to somebody else", async () => {
    folderOf(nobody);
    await (await startDatabaseProcess(dataDir, nobody)).end("SIGTERM");
    chmodSync(dataDir, 0o777);
    chmodSync(home, 0o777);
    const other = await startDatabaseProcess(dataDir, { uid: 12_345, gid: 12_345 });
    expect(other.said).toMatch(/belongs to the user nobody: run Weir as that user, or choose another directory/);
  });

  test("says what to do when its user id has no name, and runs a database that exists all the same", async () => {
    folderOf(unknown);
    const refused = await startDatabaseProcess(dataDir, unknown);
    expect(refused.said).toMatch(/user id 1234567 has no entry in \/etc\/passwd.*or set DATABASE_URL/);
    rmSync(home, { recursive: true });
    chmodSync(dataDir, 0o711);
    await (await openEmbedded({ dataDir, log: quietLog, settings: { fsync: "off" } })).release();
    spawnSync("chown", ["-R", `${unknown.uid}:${unknown.gid}`, dataDir]);
    const weir = await startDatabaseProcess(dataDir, unknown);
    expect(weir.said).toBe("open");
    await weir.end("SIGTERM");
  });
});
