import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../src/cli/main.ts", import.meta.url));

/** A weir command that runs as a process of its own, with everything that it prints. */
export interface WeirProcess {
  child: ChildProcess;
  lines: string[];
  /** Resolves with the first line that matches, printed already or still to come. @throws when the process ends before */
  line(pattern: RegExp): Promise<string>;
  exit: Promise<number | null>;
  /** kill -9 of the process and, when a data directory is given, of the whole server that it started there. */
  killAll(dataDir?: string): Promise<void>;
  stop(): Promise<number | null>;
}

export function startWeir(args: readonly string[], env: Record<string, string> = {}): WeirProcess {
  const child = spawn(process.execPath, [main, ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      for (const look of waiting) look();
    });
  }
  const exit = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  void exit.then(() => {
    for (const look of waiting) look();
  });
  return {
    child,
    lines,
    exit,
    line: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = lines.find((line) => pattern.test(line));
          const isOver = child.exitCode !== null || child.signalCode !== null;
          if (found === undefined && !isOver) return;
          waiting.delete(look);
          if (found !== undefined) resolve(found);
          else reject(new Error(`weir ${args.join(" ")} ended without ${pattern}:\n${lines.join("\n")}`));
        };
        waiting.add(look);
        look();
      }),
    async killAll(dataDir) {
      child.kill("SIGKILL");
      await exit;
      if (dataDir !== undefined) for (const pid of serverProcesses(dataDir)) kill(pid);
    },
    async stop() {
      child.kill("SIGTERM");
      return await exit;
    },
  };
}

/** The embedded server of a data directory and all its children (Linux). */
function serverProcesses(dataDir: string): number[] {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  const servers = all.filter(
    (pid) => read(`/proc/${pid}/cmdline`).includes(dataDir) && read(`/proc/${pid}/comm`).startsWith("postgres"),
  );
  return all.filter((pid) => servers.includes(pid) || servers.includes(parentOf(pid)));
}

function parentOf(pid: number): number {
  return Number(/^PPid:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0);
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    // The process has ended meanwhile.
    return "";
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It fell with its parent.
  }
}
