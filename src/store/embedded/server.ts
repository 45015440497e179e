import { spawn } from "node:child_process";
import {
  chmodSync,
  closeSync,
  existsSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { DatabaseError } from "../../errors.ts";
import type { Logger } from "../../log.ts";
import { giveTo, readPassword, roleName, serverEnv } from "./cluster.ts";
import { type Attempt, tryConnect } from "./connect.ts";
import { fileFailure, lastLines, readLogFrom, startFailure } from "./failure.ts";
import type { Place } from "./place.ts";
import { isServer, readPostmaster, removeStaleLocks } from "./postmaster.ts";
import { measureResources, serverSettings } from "./settings.ts";

export interface ServerOptions {
  place: Place;
  /** Folder of the installed binaries. */
  bin: string;
  log: Logger;
  /** Settings that go before our own; the tests' server does without fsync. */
  settings?: Record<string, string> | undefined;
  startTimeoutMs?: number | undefined;
}

/** How to reach the server. The same for every process that shares the data directory. */
export interface ServerAddress {
  host: string;
  port: number;
  user: string;
  password: string;
}

const pollMs = 20;
const retryMs = 100;
const maxLogBytes = 10 * 1024 ** 2;

/**
 * Connects to the server of a place, and starts one if none answers. Several processes may do so at once: PostgreSQL's
 * own lock file decides whose server it is, the others attach.
 * @throws DatabaseError that says what to do
 */
export async function connectOrStart(options: ServerOptions): Promise<{ client: pg.Client; address: ServerAddress }> {
  const { place } = options;
  const timeoutMs = options.startTimeoutMs ?? 120_000;
  const deadline = Date.now() + timeoutMs;
  const password = readPassword(place);
  let launch: Launch | undefined;
  while (Date.now() < deadline) {
    const postmaster = readPostmaster(place);
    const address = {
      host: postmaster?.socketDir || place.socketDir,
      port: postmaster?.port ?? 5432,
      user: roleName,
      password,
    };
    const attempt: Attempt =
      postmaster === undefined
        ? { state: "down" }
        : await tryConnect(address, place, Math.max(1, Math.min(10_000, deadline - Date.now())));
    if (attempt.state === "up") return { client: attempt.client, address };
    const isComing = attempt.state === "busy" || (postmaster !== undefined && isServer(postmaster.pid, place));
    if (launch === undefined && !isComing) launch = startServer(options);
    else if (launch?.hasExited() === true) {
      // Another process was faster: it is theirs that we wait for. Everything else is a reason to stop.
      if (!isComing) yieldOrThrow(launch, place);
      launch = undefined;
      await sleep(retryMs);
    }
    await sleep(pollMs);
  }
  throw new DatabaseError(
    `PostgreSQL is not ready after ${Math.round(timeoutMs / 1000)} s. After a crash it may take longer, and it goes on by itself: try again in a minute. Its log is ${place.log}:\n${lastLines(readLogFrom(place.log, 0))}`,
  );
}

/** A server that we are starting. */
interface Launch {
  hasExited(): boolean;
  /** Why the program could not be run at all. */
  error(): Error | undefined;
  /** Where its part of the log begins. */
  logOffset: number;
}

function yieldOrThrow(launch: Launch, place: Place): void {
  const error = launch.error();
  const logText = readLogFrom(place.log, launch.logOffset);
  if (error !== undefined) throw fileFailure(error, join(place.home, "postgres"));
  // A killed server's last processes may still be at work for a moment; only they can end that.
  if (/pre-existing shared memory block/.test(logText)) return;
  if (!/lock file ".*" already exists/.test(logText)) throw startFailure(logText, place);
  const postmaster = readPostmaster(place);
  if (postmaster !== undefined && !isServer(postmaster.pid, place)) removeStaleLocks(place, postmaster);
}

function startServer(options: ServerOptions): Launch {
  const { place, bin } = options;
  prepareSocketDir(place);
  const fd = openLog(place.log);
  const logOffset = fstatSync(fd).size;
  try {
    // A session of its own: Ctrl-C and a closed terminal are for Weir, which then stops the server in order.
    const child = spawn(join(bin, "bin", "postgres"), serverArguments(options), {
      uid: place.user?.uid,
      gid: place.user?.gid,
      cwd: "/",
      env: serverEnv,
      detached: true,
      stdio: ["ignore", fd, fd],
    });
    let failure: Error | undefined;
    child.on("error", (error) => {
      failure = error;
    });
    child.unref();
    return {
      hasExited: () => failure !== undefined || child.exitCode !== null || child.signalCode !== null,
      error: () => failure,
      logOffset,
    };
  } finally {
    closeSync(fd);
  }
}

function serverArguments({ place, settings }: ServerOptions): string[] {
  const all = {
    ...serverSettings(measureResources(place.home)),
    listen_addresses: "",
    unix_socket_directories: `"${place.socketDir.replaceAll('"', '""')}"`,
    unix_socket_permissions: "0700",
    ...settings,
  };
  return ["-D", place.data, ...Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`])];
}

function openLog(file: string): number {
  try {
    if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > maxLogBytes) renameSync(file, `${file}.1`);
    return openSync(file, "a", 0o600);
  } catch (error) {
    throw fileFailure(error, file);
  }
}

/** Only we and the server may enter. A short one lies in a folder that all can write to, so it may be someone's trap. */
function prepareSocketDir(place: Place): void {
  const dir = place.socketDir;
  try {
    if (!existsSync(dir)) {
      mkdirSync(dir, { mode: 0o700 });
      chmodSync(dir, 0o700);
      giveTo(place.user, dir);
    }
    const found = lstatSync(dir);
    const owner = place.user?.uid ?? process.geteuid?.() ?? -1;
    if (!found.isDirectory() || found.uid !== owner)
      throw new DatabaseError(
        `${dir}, where the database's socket belongs, is not a folder of the database's user: remove it and start again.`,
      );
  } catch (error) {
    throw error instanceof DatabaseError ? error : fileFailure(error, dir);
  }
}

/** Stops a server as PostgreSQL's fast shutdown does: open transactions are rolled back, everything is on disk. */
export async function stopServer(place: Place, log: Logger, timeoutMs = 60_000): Promise<void> {
  const postmaster = readPostmaster(place);
  if (postmaster === undefined || !isServer(postmaster.pid, place)) return;
  signal(postmaster.pid, "SIGINT");
  const deadline = Date.now() + timeoutMs;
  while (isServer(postmaster.pid, place)) {
    if (Date.now() > deadline) {
      log.warn(
        `PostgreSQL is still writing to disk after ${timeoutMs / 1000} s and ends by itself; its log is ${place.log}`,
      );
      return;
    }
    await sleep(pollMs);
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // It ended on its own between our look and our signal.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
