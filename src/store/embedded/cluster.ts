import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseError } from "../../errors.ts";
import { fileFailure, fullDisk, lastLines } from "./failure.ts";
import { hasPasswdEntry, type OsUser } from "./os-user.ts";
import type { Place } from "./place.ts";
import { isAlive } from "./postmaster.ts";

/** The server sees nothing of our environment, which may hold secrets. */
export const serverEnv = { PATH: "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", LC_ALL: "C", TZ: "UTC" };
/** The one role and the one database of an embedded cluster. */
export const roleName = "weir";

/**
 * Makes the cluster if there is none. It is made under another name and renamed, so that a process that dies half-way,
 * or two that begin at once, never leave half a cluster.
 * @throws DatabaseError
 */
export async function ensureCluster(place: Place, bin: string, isDurable = true): Promise<void> {
  if (existsSync(place.cluster)) return;
  removeUnfinished(place.home);
  const unfinished = join(place.home, `cluster-init-${process.pid}-${randomBytes(3).toString("hex")}`);
  try {
    const data = join(unfinished, "data");
    const password = join(unfinished, "password");
    mkdirSync(unfinished);
    chmodSync(unfinished, 0o711);
    mkdirSync(data, { mode: 0o700 });
    writeFileSync(password, randomBytes(24).toString("base64url"), { mode: 0o600 });
    giveTo(place.user, data, password);
    await runInitdb(
      join(bin, "bin", "initdb"),
      ["-D", data, "--pwfile", password, ...(isDurable ? [] : ["--no-sync"])],
      place.user,
    );
    renameSync(unfinished, place.cluster);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (existsSync(place.cluster)) return;
    throw error instanceof DatabaseError ? error : fileFailure(error, place.home);
  }
}

/**
 * Checks that the cluster is one for these binaries, before a server is started on it.
 * @throws DatabaseError that says what to do
 */
export function checkVersion(place: Place, serverVersion: string): void {
  const major = serverVersion.split(".")[0];
  let found: string;
  try {
    found = readFileSync(join(place.data, "PG_VERSION"), "utf8").trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw fileFailure(error, place.data);
    throw new DatabaseError(
      `The database in ${place.data} is damaged (PG_VERSION is missing): restore it from a backup, or move ${place.cluster} away and let Weir fetch everything again.`,
    );
  }
  if (found !== major)
    throw new DatabaseError(
      `The database in ${place.data} is of PostgreSQL ${found}, and this Weir brings PostgreSQL ${major}: use the Weir that made it, or choose another directory with WEIR_DATA_DIR and let Weir fetch everything again.`,
    );
}

/** @throws DatabaseError when the password cannot be read */
export function readPassword(place: Place): string {
  try {
    const password = readFileSync(place.password, "utf8").trim();
    if (password !== "") return password;
  } catch (error) {
    throw new DatabaseError(
      `Cannot read the database's password file ${place.password}: run Weir as the user that made it, or restore the file.`,
      { cause: error },
    );
  }
  throw new DatabaseError(`The database's password file ${place.password} is empty: restore it from a backup.`);
}

/** Makes a file or folder the server's own, when the server is not us. */
export function giveTo(user: OsUser | undefined, ...paths: string[]): void {
  if (user !== undefined) for (const path of paths) chownSync(path, user.uid, user.gid);
}

async function runInitdb(initdb: string, where: string[], user: OsUser | undefined): Promise<void> {
  const uid = user?.uid ?? process.geteuid?.() ?? 0;
  if (!hasPasswdEntry(uid) && process.platform === "linux")
    throw new DatabaseError(
      `The user id ${uid} has no entry in /etc/passwd, and PostgreSQL needs one to make its files: add one (echo 'weir:x:${uid}:0::/:/bin/false' >> /etc/passwd, when the image is built), or set DATABASE_URL to use your own PostgreSQL.`,
    );
  const args = [...where, "-U", roleName, "-A", "scram-sha-256", "-E", "UTF8", "--locale=C"];
  args.push("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions");
  const failure = await new Promise<string | undefined>((resolve) => {
    execFile(initdb, args, { uid: user?.uid, gid: user?.gid, cwd: "/", env: serverEnv }, (error, _stdout, stderr) =>
      resolve(error === null ? undefined : stderr || error.message),
    );
  });
  if (failure === undefined) return;
  if (/No space left on device|Disk quota exceeded/i.test(failure)) throw fullDisk(dirname(initdb));
  if (/EACCES|ENOENT|not found|cannot execute/i.test(failure))
    throw new DatabaseError(
      `The PostgreSQL that Weir brings does not run here (${lastLines(failure, 2)}). The folder ${initdb} must allow programs (no "noexec" mount), and Linux needs glibc (Alpine has musl): otherwise set DATABASE_URL to use your own PostgreSQL.`,
    );
  throw new DatabaseError(`PostgreSQL could not make its data directory. It says:\n${lastLines(failure)}`);
}

function removeUnfinished(home: string): void {
  for (const name of readdirSync(home)) {
    const pid = /^cluster-init-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(home, name), { recursive: true, force: true });
  }
}
