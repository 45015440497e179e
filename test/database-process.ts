import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { createLogger } from "../src/log.ts";
import { openDatabase } from "../src/store/database.ts";
import { holdServeLock } from "../src/store/embedded/serve-lock.ts";

/** Another process that has a database open, for tests about processes that share, stop or are killed. */
export interface DatabaseProcess {
  pid: number;
  child: ChildProcess;
  /** What it said: `open`, or the message of the error that it ended with. */
  said: string;
  /** Sends the signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

export interface ProcessOptions {
  /** Take the lock of `weir serve` too. */
  serve?: boolean;
  uid?: number;
  gid?: number;
  /** A process group of its own, as a shell makes one for the foreground of a terminal. */
  detached?: boolean;
}

const thisFile = fileURLToPath(import.meta.url);

/** Starts the process and waits until the database is open, or the reason why not is known. */
export async function startDatabaseProcess(dataDir: string, options: ProcessOptions = {}): Promise<DatabaseProcess> {
  const { uid, gid, detached } = options;
  const args = [thisFile, dataDir, ...(options.serve === true ? ["serve"] : [])];
  const child = spawn(process.execPath, args, { uid, gid, detached, cwd: "/", stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
  let said = "";
  for await (const chunk of child.stdout) {
    said += chunk;
    if (said.includes("\n")) break;
  }
  return {
    pid: child.pid ?? 0,
    child,
    said: said.trim(),
    async end(signal) {
      child.kill(signal);
      const [code, by] = await ended;
      return { code, signal: by };
    },
  };
}

async function main(dataDir: string, isServe: boolean): Promise<void> {
  const log = createLogger({ format: "text", level: "error", stream: process.stderr });
  const database = await openDatabase({ dataDir, log });
  const lock = isServe ? await holdServeLock(database, (error) => log.error(error)).catch(closing) : undefined;
  async function closing(error: unknown): Promise<never> {
    await database.close();
    throw error;
  }
  const stop = async () => {
    await lock?.release();
    await database.close();
  };
  process.once("SIGINT", () => void stop());
  process.once("SIGTERM", () => void stop());
  process.stdout.write("open\n");
}

if (import.meta.main)
  main(process.argv[2] ?? "", process.argv[3] === "serve").catch((error: Error) => {
    process.stdout.write(`${error.message.replaceAll("\n", " ")}\n`);
    process.exitCode = 1;
  });
