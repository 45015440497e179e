import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
/** As `npm start` starts Node: a leak ends the process, and that is noticed. */
const nodeFlags = ["--max-semi-space-size=16", "--heap-growing-percent=50", "--max-old-space-size=400"];

/** A `weir serve` that is started, killed and frozen again and again; all that it says goes to one file. */
export interface Member {
  name: string;
  logFile: string;
  /** What it is just now; `dead`: it ended by itself. */
  state(): "up" | "frozen" | "down" | "dead";
  pid(): number | undefined;
  start(): void;
  /** kill -9, frozen or not. */
  kill(): Promise<void>;
  freeze(): void;
  thaw(): void;
  /** Asks it to stop. @throws when it does not within half a minute, or not in peace */
  stop(): Promise<void>;
  /** The first line of this start that matches. @throws when there is none within half a minute */
  line(pattern: RegExp): Promise<string>;
}

export interface MemberOptions {
  name: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  folder: string;
  /** Told when the process ended and nobody had asked for it. */
  onDeath: (text: string) => void;
}

const patienceMs = 30_000;

export function createMember({ name, args, env, folder, onDeath }: MemberOptions): Member {
  const logFile = join(folder, `${name.replaceAll(" ", "-")}.log`);
  let child: ChildProcess | undefined;
  let exit: Promise<void> = Promise.resolve();
  let state: ReturnType<Member["state"]> = "down";
  let saidBefore = 0;

  function start(): void {
    if (state === "up" || state === "frozen") return;
    const file = openSync(logFile, "a");
    saidBefore = readFileSync(logFile).length;
    const process_ = spawn(process.execPath, [...nodeFlags, main, ...args], {
      env: { PATH: process.env.PATH, ...env },
      stdio: ["ignore", file, file],
    });
    closeSync(file);
    child = process_;
    state = "up";
    exit = new Promise((resolve) => {
      process_.once("error", (error) => ended(`could not be started: ${error.message}`));
      process_.once("exit", (code, signal) => ended(`ended by itself (${signal ?? `exit code ${code}`})`));
      function ended(how: string): void {
        if (child === process_ && state !== "down") {
          state = "dead";
          onDeath(`${name} ${how}`);
        }
        resolve();
      }
    });
  }

  async function stop(): Promise<void> {
    thaw();
    if (state !== "up") return;
    state = "down";
    // It may be started anew before the old process is gone.
    const [leaving, left, isAwake] = [child, exit, readFileSync(logFile).length > saidBefore];
    leaving?.kill("SIGTERM");
    const isLate = await Promise.race([left.then(() => false), sleep(patienceMs, true, { ref: false })]);
    if (isLate) leaving?.kill("SIGKILL");
    if (isLate) throw new Error(`${name} did not stop within ${patienceMs / 1000} s`);
    // Before its first line it does not listen to signals yet: it just ends.
    if (leaving?.exitCode !== 0 && (isAwake || leaving?.signalCode !== "SIGTERM"))
      throw new Error(
        `${name} was asked to stop and ended with ${leaving?.signalCode ?? `exit code ${leaving?.exitCode}`}`,
      );
  }

  function thaw(): void {
    if (state !== "frozen") return;
    child?.kill("SIGCONT");
    state = "up";
  }

  return {
    name,
    logFile,
    state: () => state,
    pid: () => child?.pid,
    start,
    async kill() {
      if (state === "up" || state === "frozen") state = "down";
      child?.kill("SIGKILL");
      await exit;
    },
    freeze() {
      if (state !== "up") return;
      child?.kill("SIGSTOP");
      state = "frozen";
    },
    thaw,
    stop,
    async line(pattern) {
      for (let waited = 0; waited < patienceMs; waited += 50) {
        const text = readFileSync(logFile).subarray(saidBefore).toString();
        const found = text.split("\n").find((line) => pattern.test(line));
        if (found !== undefined) return found;
        await sleep(50);
      }
      throw new Error(`${name} did not say ${pattern} within ${patienceMs / 1000} s`);
    },
  };
}
