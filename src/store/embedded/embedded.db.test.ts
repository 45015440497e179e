import { execFileSync, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startDatabaseProcess } from "../../../test/database-process.ts";
import { ask, killServer, quietLog, serverPid, temporaryFolder } from "../../../test/embedded-place.ts";
import { DatabaseError } from "../../errors.ts";
import { openDatabase } from "../database.ts";
import { findPackage } from "./binaries.ts";
import { type EmbeddedServer, openEmbedded } from "./embedded.ts";

let folder: ReturnType<typeof temporaryFolder>;
let dataDir: string;
let home: string;

beforeEach(() => {
  folder = temporaryFolder();
  useDataDir(join(folder.dir, "weir-data"));
});

afterEach(() => {
  killServer(home);
  folder.remove();
});

function useDataDir(dir: string): void {
  dataDir = dir;
  home = join(dir, "postgres");
}

function open(options: { startTimeoutMs?: number } = {}): Promise<EmbeddedServer> {
  // The processes that these tests start do with fsync what users get; here it would only take time.
  return openEmbedded({ dataDir, log: quietLog, settings: { fsync: "off" }, ...options });
}

test("starts PostgreSQL 18 in an empty folder, keeps the data, and is stopped when the last one leaves", async () => {
  const first = await open();
  expect(await ask(first.address, "select current_setting('server_version') like '18.%' as ok")).toEqual([
    { ok: true },
  ]);
  await ask(first.address, "create table box as select 7 as n");
  await first.release();
  expect(serverPid(home)).toBeUndefined();
  expect(readFileSync(join(home, "postgres.log"), "utf8")).toContain("database system is shut down");

  const second = await open();
  expect(await ask(second.address, "select n from box")).toEqual([{ n: 7 }]);
  await second.release();
});

test("stores UTF-8 in byte order and knows pg_trgm, whatever the machine's language", async () => {
  const server = await open();
  await ask(server.address, "create extension pg_trgm");
  const rows = await ask(
    server.address,
    `select pg_encoding_to_char(encoding) as encoding, datlocprovider as provider, 'ä' > 'z' as bytewise, lower('Ä') as lower
     from pg_database where datname = current_database()`,
  );
  expect(rows).toEqual([{ encoding: "UTF8", provider: "b", bytewise: true, lower: "ä" }]);
  await server.release();
});

test.skipIf(process.platform !== "linux")(
  "listens on no network address, and on a socket in a folder that only its user may enter",
  async () => {
    const server = await open();
    expect(await ask(server.address, "select current_setting('listen_addresses') as listen")).toEqual([{ listen: "" }]);
    const network = readFileSync("/proc/net/tcp", "utf8") + readFileSync("/proc/net/tcp6", "utf8");
    const sockets = socketInodes(serverPid(home) ?? 0);
    expect(sockets.length).toBeGreaterThan(0);
    for (const inode of sockets) expect(network).not.toContain(` ${inode} `);
    expect(statSync(server.place.socketDir).mode & 0o077).toBe(0);
    await server.release();
  },
);

function socketInodes(pid: number): string[] {
  const list = execFileSync("ls", ["-l", `/proc/${pid}/fd`], { encoding: "utf8" });
  return [...list.matchAll(/socket:\[(\d+)\]/g)].map((found) => found[1] ?? "");
}

test("refuses a wrong password and keeps the right one in a file that others cannot read", async () => {
  const server = await open();
  await expect(ask({ ...server.address, password: "guessed" }, "select 1")).rejects.toThrow(
    /password authentication failed/,
  );
  expect(statSync(server.place.password).mode & 0o077).toBe(0);
  expect(readFileSync(server.place.password, "utf8").length).toBeGreaterThanOrEqual(32);
  await server.release();
});

test("works on a path with spaces, quotes and commas", async () => {
  useDataDir(join(folder.dir, "my data, 'all' of it", "weir data"));
  const server = await open();
  expect(await ask(server.address, "select 1 as one")).toEqual([{ one: 1 }]);
  await server.release();
  expect(serverPid(home)).toBeUndefined();
});

test("works on a path that is too long for a socket, with the socket in a short folder of its own", async () => {
  useDataDir(join(folder.dir, "long".repeat(25), "weir-data"));
  const server = await open();
  expect(Buffer.byteLength(server.place.socketDir)).toBeLessThan(90);
  expect(statSync(server.place.socketDir).mode & 0o777).toBe(0o700);
  const other = await startDatabaseProcess(dataDir);
  expect(other.said).toBe("open");
  await other.end("SIGTERM");
  await server.release();
  rmSync(server.place.socketDir, { recursive: true });
});

test("lets two processes that start at the same moment in an empty folder share one server", async () => {
  const processes = await Promise.all([1, 2, 3].map(() => startDatabaseProcess(dataDir)));
  expect(processes.map((one) => one.said)).toEqual(["open", "open", "open"]);
  const starts = readFileSync(join(home, "postgres.log"), "utf8").match(/ready to accept connections/g);
  expect(starts).toHaveLength(1);
  for (const one of processes) await one.end("SIGTERM");
  expect(serverPid(home)).toBeUndefined();
});

test("stops the server with the last process, whichever that is, and not before", async () => {
  const first = await startDatabaseProcess(dataDir);
  const second = await startDatabaseProcess(dataDir);
  const pid = serverPid(home);
  await first.end("SIGTERM");
  expect(serverPid(home)).toBe(pid);
  expect(await second.end("SIGTERM")).toEqual({ code: 0, signal: null });
  expect(serverPid(home)).toBeUndefined();
});

test("never leaves or loses the server while processes come and go", async () => {
  const visits = Array.from({ length: 5 }, async (_, i) => {
    await sleep(i * 40);
    for (let round = 0; round < 3; round++) {
      const database = await openDatabase({ dataDir, log: quietLog, poolSize: 2 });
      const found = await database.pool.query("select 1 as one");
      expect(found.rows).toEqual([{ one: 1 }]);
      await database.close();
    }
  });
  await Promise.all(visits);
  expect(serverPid(home)).toBeUndefined();
});

test("leaves the server to a person who is connected with another program", async () => {
  const server = await open();
  const person = new pg.Client(server.address);
  await person.connect();
  await server.release();
  expect((await person.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
  await person.end();
  await (await open()).release();
  expect(serverPid(home)).toBeUndefined();
});

test("recovers by itself after everything was killed, and loses nothing that was committed", async () => {
  const weir = await startDatabaseProcess(dataDir);
  const server = await open();
  await ask(server.address, "create table box as select generate_series(1, 1000) as n");
  const pid = serverPid(home) ?? 0;
  await weir.end("SIGKILL");
  process.kill(pid, "SIGKILL");
  const again = await startDatabaseProcess(dataDir);
  expect(again.said).toBe("open");
  expect(serverPid(home)).not.toBe(pid);
  expect(await ask(server.address, "select count(*)::int as n from box")).toEqual([{ n: 1000 }]);
  await again.end("SIGTERM");
  await server.release();
});

test("recovers when the number of the killed server belongs to another process now", async () => {
  const server = await open();
  await server.release();
  const { user } = server.place;
  const stranger = spawn("sleep", ["60"], { uid: user?.uid, gid: user?.gid });
  const { uid, gid } = statSync(server.place.data);
  const stale = [
    stranger.pid,
    server.place.data,
    1700000000,
    5432,
    server.place.socketDir,
    "",
    "  1234567    123456",
    "ready   ",
  ];
  const files = [join(server.place.data, "postmaster.pid"), join(server.place.socketDir, ".s.PGSQL.5432.lock")];
  for (const file of files) {
    writeFileSync(file, `${stale.join("\n")}\n`, { mode: 0o600 });
    execFileSync("chown", [`${uid}:${gid}`, file]);
  }
  const again = await open();
  expect(await ask(again.address, "select 1 as one")).toEqual([{ one: 1 }]);
  await again.release();
  stranger.kill();
});

test("brings the server back under a running process when the server is killed", async () => {
  const database = await openDatabase({ dataDir, log: quietLog });
  await database.pool.query("create table box as select 1 as n");
  const killed = serverPid(home) ?? 0;
  process.kill(killed, "SIGKILL");
  const isBack = () => ![undefined, killed].includes(serverPid(home));
  await expect.poll(isBack, { timeout: 20_000 }).toBe(true);
  const read = () =>
    database.pool.query("select n from box").then(
      (result) => result.rows,
      () => [],
    );
  await expect.poll(read, { timeout: 20_000 }).toEqual([{ n: 1 }]);
  await database.close();
  expect(serverPid(home)).toBeUndefined();
});

test("takes a server over that a killed process left behind, and stops it in the end", async () => {
  const killed = await startDatabaseProcess(dataDir);
  const pid = serverPid(home);
  await killed.end("SIGKILL");
  const next = await startDatabaseProcess(dataDir);
  expect(serverPid(home)).toBe(pid);
  await next.end("SIGTERM");
  expect(serverPid(home)).toBeUndefined();
});

test("clears away what a killed first start left half-made", async () => {
  mkdirSync(join(home, "cluster-init-4194305-abcdef", "data"), { recursive: true });
  const server = await open();
  expect(existsSync(join(home, "cluster-init-4194305-abcdef"))).toBe(false);
  await server.release();
});

test("stops in order on Ctrl-C, which the terminal sends to every process of the group", async () => {
  const weir = await startDatabaseProcess(dataDir, { detached: true });
  const ended = new Promise((resolve) => weir.child.once("exit", (code) => resolve(code)));
  process.kill(-weir.pid, "SIGINT");
  expect(await ended).toBe(0);
  expect(serverPid(home)).toBeUndefined();
  const logText = readFileSync(join(home, "postgres.log"), "utf8");
  expect(logText.match(/received fast shutdown request/g)).toHaveLength(1);
  expect(logText).toContain("database system is shut down");
});

test("says what to do about a data directory of another PostgreSQL version", async () => {
  await (await open()).release();
  writeFileSync(join(home, "cluster/data/PG_VERSION"), "16\n");
  await expect(open()).rejects.toThrow(
    /is of PostgreSQL 16, and this Weir brings PostgreSQL 18: use the Weir that made it/,
  );
});

test("says that a damaged data directory is damaged", async () => {
  await (await open()).release();
  const control = join(home, "cluster/data/global/pg_control");
  const content = readFileSync(control);
  writeFileSync(control, content.subarray(0, 100));
  await expect(open()).rejects.toThrow(/is damaged: restore it from a backup/);
  rmSync(join(home, "cluster/data/PG_VERSION"));
  await expect(open()).rejects.toThrow(/is damaged \(PG_VERSION is missing\)/);
});

test("says what to do about a password file that is missing, empty or of another cluster", async () => {
  const server = await open();
  const password = readFileSync(server.place.password);
  writeFileSync(server.place.password, "another");
  await expect(open()).rejects.toThrow(/refuses the password in .*password: restore that file/);
  writeFileSync(server.place.password, "");
  await expect(open()).rejects.toThrow(/password file .* is empty/);
  rmSync(server.place.password);
  await expect(open()).rejects.toThrow(/Cannot read the database's password file/);
  writeFileSync(server.place.password, password, { mode: 0o600 });
  await server.release();
});

test("shows the end of the log when the server is not ready in time", async () => {
  const server = await open();
  const stopped = serverPid(home) ?? 0;
  process.kill(stopped, "SIGSTOP");
  try {
    await expect(open({ startTimeoutMs: 300 })).rejects.toThrow(
      /is not ready after 0 s[\s\S]*ready to accept connections/,
    );
  } finally {
    process.kill(stopped, "SIGCONT");
  }
  await server.release();
});

test("says what to do where a file is in the way of the data directory", async () => {
  writeFileSync(join(folder.dir, "file"), "");
  useDataDir(join(folder.dir, "file", "weir-data"));
  await expect(open()).rejects.toThrow(/something on the path is a file.*WEIR_DATA_DIR/);
});

test("says what to do on a platform that no PostgreSQL comes for", () => {
  expect(() => findPackage("sunos", "sparc")).toThrow(DatabaseError);
  expect(() => findPackage("sunos", "sparc")).toThrow(
    /no PostgreSQL for sunos-sparc.*without --omit=optional, or set DATABASE_URL/,
  );
});

test("distrusts a socket folder that somebody else has put in its place", async () => {
  await (await open()).release();
  const socketDir = join(home, "run");
  rmSync(socketDir, { recursive: true });
  writeFileSync(socketDir, "");
  chmodSync(socketDir, 0o777);
  await expect(open()).rejects.toThrow(/is not a folder of the database's user/);
});
