import { spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";

import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseError } from "../../errors.ts";
import type { Logger } from "../../log.ts";
import { fileFailure } from "./failure.ts";
import { type OsUser, serverUser } from "./os-user.ts";

/** Where the embedded server keeps its things, and whom it runs as. */
export interface Place {
  /** The data directory as the user named it. */
  dataDir: string;
  /** Folder of everything that belongs to the server: binaries, cluster, log. */
  home: string;
  /** The PostgreSQL data directory and its password, made together or not at all. */
  cluster: string;
  /** PostgreSQL's own data directory. */
  data: string;
  password: string;
  log: string;
  /** Folder of the Unix socket; not always in `home`, since the path of a socket is at most about 100 bytes long. */
  socketDir: string;
  user: OsUser | undefined;
}

/** Where the server lives for root when its user cannot enter the data directory. */
const defaultStateDir = "/var/lib/weir";
const recordName = "postgres.json";
// sockaddr_un holds 108 bytes on Linux and 104 on macOS, with the final zero and "/.s.PGSQL.5432".
const maxSocketDirBytes = 103 - "/.s.PGSQL.5432".length;

/**
 * Finds the server's place for a data directory, or makes one. Root may keep its data where the unprivileged server
 * cannot go (a clone under /root); then the place is a folder under `stateDir`, noted in the data directory.
 * @throws DatabaseError that names the folder and what to change
 */
export function findPlace(dataDir: string, log: Logger, stateDir = defaultStateDir): Place {
  const isRoot = process.geteuid?.() === 0;
  makeFolder(dataDir, isRoot ? 0o711 : 0o700);
  const home = recordedHome(dataDir) ?? join(dataDir, "postgres");
  if (existsSync(home)) {
    const place = placeAt(dataDir, home);
    requireReachable(place);
    return place;
  }
  const user = serverUser(join(home, "cluster", "data"), home);
  if (user === undefined || canEnter(user, dataDir)) {
    makeFolder(home, isRoot ? 0o711 : 0o700);
    return placeAt(dataDir, home);
  }
  return placeAt(dataDir, makeHomeElsewhere({ dataDir, stateDir, user, log }));
}

function placeAt(dataDir: string, home: string): Place {
  const cluster = join(home, "cluster");
  const data = join(cluster, "data");
  return {
    dataDir,
    home,
    cluster,
    data,
    password: join(cluster, "password"),
    log: join(home, "postgres.log"),
    socketDir: socketDirFor(home),
    user: serverUser(data, home),
  };
}

function socketDirFor(home: string): string {
  const inside = join(home, "run");
  if (Buffer.byteLength(inside) <= maxSocketDirBytes) return inside;
  const name = `weir-${hash(realpathSync(home)).slice(0, 16)}`;
  const short = [tmpdir(), "/tmp"]
    .map((dir) => join(dir, name))
    .find((dir) => Buffer.byteLength(dir) <= maxSocketDirBytes);
  if (short === undefined)
    throw new DatabaseError(
      `The path ${home} is too long for a Unix socket: choose a shorter data directory with WEIR_DATA_DIR.`,
    );
  return short;
}

/** The note tells the data directory it was written for, so that a copied data directory is not taken for the original. */
function recordedHome(dataDir: string): string | undefined {
  const file = join(dataDir, recordName);
  if (!existsSync(file)) return undefined;
  const record = readRecord(file);
  if (!existsSync(record.home))
    throw new DatabaseError(
      `${file} says that the database is in ${record.home}, which does not exist. Bring that folder back, or delete ${file} to start with an empty database.`,
    );
  if (
    record.dataDir !== dataDir &&
    existsSync(join(record.dataDir, recordName)) &&
    realpathSync(record.dataDir) !== realpathSync(dataDir)
  )
    throw new DatabaseError(
      `${dataDir} is a copy of ${record.dataDir}, and both point to the database in ${record.home}. Delete ${file} to give the copy an empty database of its own.`,
    );
  return record.home;
}

function readRecord(file: string): { dataDir: string; home: string } {
  try {
    const record = JSON.parse(readFileSync(file, "utf8")) as { dataDir?: unknown; home?: unknown };
    if (typeof record.home === "string" && typeof record.dataDir === "string")
      return { home: record.home, dataDir: record.dataDir };
  } catch (error) {
    throw new DatabaseError(`Cannot read ${file}, which says where the database is: repair or restore it.`, {
      cause: error,
    });
  }
  throw new DatabaseError(`${file} does not say where the database is ("home" is missing): repair or restore it.`);
}

function makeHomeElsewhere(want: { dataDir: string; stateDir: string; user: OsUser; log: Logger }): string {
  const { dataDir, stateDir, user, log } = want;
  const prefix = hash(realpathSync(dataDir)).slice(0, 12);
  makeFolder(stateDir, 0o755);
  if (!canEnter(user, stateDir))
    throw new DatabaseError(
      `PostgreSQL does not run as root, and its user ${user.name} can enter neither ${dataDir} nor ${stateDir}: choose a directory that it can enter with WEIR_DATA_DIR.`,
    );
  const left = readdirSync(stateDir).filter((name) => name.startsWith(prefix));
  if (left.length > 0)
    log.warn(
      `${dataDir} is new, but ${join(stateDir, left[0] ?? "")} still holds an older database of it: delete that folder if you do not need it`,
    );
  // A name of its own: when the data directory was deleted to start afresh, the old database must not come back.
  const home = join(stateDir, `${prefix}-${randomBytes(4).toString("hex")}`);
  makeFolder(home, 0o711);
  note(home, dataDir);
  const isOurs = writeRecord(dataDir, {
    note: `PostgreSQL runs as the user ${user.name}, who cannot enter this directory, so the database is in "home".`,
    dataDir,
    home,
  });
  // Another process was here at the same moment: its place is the one.
  if (!isOurs) {
    rmSync(home, { recursive: true });
    return recordedHome(dataDir) ?? makeHomeElsewhere(want);
  }
  log.info(`PostgreSQL runs as ${user.name}, who cannot enter ${dataDir}, so the database is in ${home}`);
  return home;
}

/** Tells whoever finds the folder whose database it is. */
function note(home: string, dataDir: string): void {
  try {
    writeFileSync(join(home, "data-directory"), `${dataDir}\n`);
  } catch (error) {
    throw fileFailure(error, home);
  }
}

/** All or nothing, and only if there is none: `false` when another process has written it. */
function writeRecord(dataDir: string, record: { note: string; dataDir: string; home: string }): boolean {
  const file = join(dataDir, recordName);
  const draft = `${file}.${process.pid}`;
  try {
    writeFileSync(draft, `${JSON.stringify(record, undefined, 2)}\n`, { mode: 0o600 });
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw fileFailure(error, file);
  } finally {
    rmSync(draft, { force: true });
  }
}

function requireReachable(place: Place): void {
  if (place.user === undefined || canEnter(place.user, place.home)) return;
  throw new DatabaseError(
    `PostgreSQL does not run as root, and its user ${place.user.name} cannot enter ${place.home}: allow it on every folder above (chmod o+x), or choose another directory with WEIR_DATA_DIR.`,
  );
}

/** Asks the system itself, because modes alone do not know of access lists, mounts and namespaces. */
function canEnter(user: OsUser, dir: string): boolean {
  const probe = spawnSync("/bin/sh", ["-c", 'cd -- "$1"', "sh", dir], {
    uid: user.uid,
    gid: user.gid,
    cwd: "/",
    env: {},
  });
  if (probe.error !== undefined)
    throw new DatabaseError(
      `PostgreSQL does not run as root, and this process may not start one as ${user.name}: run Weir as an ordinary user, or set DATABASE_URL to use your own PostgreSQL.`,
      { cause: probe.error },
    );
  return probe.status === 0;
}

function makeFolder(dir: string, mode: number): void {
  if (existsSync(dir)) return;
  try {
    mkdirSync(dir, { recursive: true });
    // Not left to the umask: a server of another user has to pass through.
    chmodSync(dir, mode);
  } catch (error) {
    throw fileFailure(error, dir);
  }
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
