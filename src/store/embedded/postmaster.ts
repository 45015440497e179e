import { readFileSync, readlinkSync, realpathSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseError } from "../../errors.ts";
import type { Place } from "./place.ts";

/** What a server says of itself in postmaster.pid. */
export interface Postmaster {
  pid: number;
  socketDir: string;
  port: number;
  text: string;
}

/** Reads postmaster.pid; `undefined` when there is none, or one that is not written to its end yet. */
export function readPostmaster(place: Place): Postmaster | undefined {
  let text: string;
  try {
    text = readFileSync(join(place.data, "postmaster.pid"), "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT") return undefined;
    throw new DatabaseError(
      `Cannot read ${place.data}/postmaster.pid (${code}): run Weir as the user that owns the database.`,
      { cause: error },
    );
  }
  const lines = text.split("\n");
  const pid = Math.abs(Number(lines[0]));
  return Number.isInteger(pid) && pid > 0
    ? { pid, port: Number(lines[3]) || 5432, socketDir: lines[4] ?? "", text }
    : undefined;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/**
 * Whether a process is a server on this data directory. After a crash its number may belong to something else (process
 * numbers repeat after a container's restart), or to a zombie that nobody collects.
 */
export function isServer(pid: number, place: Place): boolean {
  if (!isAlive(pid)) return false;
  if (process.platform !== "linux") return true;
  try {
    const [, command, state] = /^\d+ \((.*)\) (\S)/s.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
    if (command !== "postgres" || state === "Z") return false;
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(place.data);
  } catch (error) {
    // What we may not look at (root without CAP_SYS_PTRACE) is not ours to declare dead.
    return !["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "");
  }
}

/**
 * Removes the lock files of a dead server whose process number is in use again; PostgreSQL removes all others itself.
 * A new server may write its own between our reading and removing: then what was taken is put back.
 */
export function removeStaleLocks(place: Place, stale: Postmaster): void {
  const pidFile = join(place.data, "postmaster.pid");
  const taken = `${pidFile}.stale-${process.pid}`;
  try {
    renameSync(pidFile, taken);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  if (readFileSync(taken, "utf8") !== stale.text) {
    renameSync(taken, pidFile);
    return;
  }
  const socket = join(stale.socketDir, `.s.PGSQL.${stale.port}`);
  // The socket before its lock: once the lock is gone a new server may make its own socket.
  for (const file of [taken, socket, `${socket}.lock`]) rmSync(file, { force: true });
}
