import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import packageJson from "../package.json" with { type: "json" };

const weir = new URL("../src/cli/main.ts", import.meta.url).pathname;

/** How `npm run weir` starts Node. */
const nodeFlags = packageJson.scripts.weir.split(" ").filter((part) => part.startsWith("--"));

/** What a process took, from start to end. */
export interface Usage {
  seconds: number;
  /** Highest resident memory, MB (Linux only; 0 elsewhere). */
  peakMb: number;
  cpu: CpuSeconds;
}

/** CPU seconds, user and system, of all that took part (Linux only; 0 elsewhere). They hardly depend on what else the machine does. */
export interface CpuSeconds {
  weir: number;
  database: number;
  emulator: number;
}

/** The processes beside Weir: the emulator, and PostgreSQL's first one. */
export interface Bystanders {
  emulator: number;
  database: number;
}

/** Runs a weir command to its end and measures it. @throws when it fails, with what it said */
export async function measureWeir(
  args: readonly string[],
  env: Record<string, string>,
  beside: Bystanders,
): Promise<Usage> {
  const before = { database: familyCpu(beside.database), emulator: cpuOf(beside.emulator) };
  const started = performance.now();
  const child = spawn(process.execPath, [...nodeFlags, weir, ...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (text: Buffer) => {
    said = (said + text.toString()).slice(-4_000);
  });
  let [peakMb, cpu] = [0, 0];
  const sampler = setInterval(() => {
    peakMb = Math.max(peakMb, peakOf(child.pid));
    cpu = Math.max(cpu, cpuOf(child.pid));
  }, 50);
  const code = await new Promise((resolve) => child.on("exit", resolve));
  clearInterval(sampler);
  if (code !== 0) throw new Error(`weir ${args.join(" ")} ended with ${code}:\n${said}`);
  return {
    seconds: (performance.now() - started) / 1000,
    peakMb,
    cpu: {
      weir: cpu,
      database: familyCpu(beside.database) - before.database,
      emulator: cpuOf(beside.emulator) - before.emulator,
    },
  };
}

/** Highest resident memory so far, in MB. */
export function peakOf(pid: number | undefined): number {
  const kb = /VmHWM:\s+(\d+) kB/.exec(readProc(pid, "status"))?.[1];
  return kb === undefined ? 0 : Math.round(Number(kb) / 1024);
}

/** The process that started this one; 0 where that cannot be told. */
export function parentOf(pid: number): number {
  return Number(statOf(pid)[1] ?? 0);
}

const ticksPerSecond = 100;

function cpuOf(pid: number | undefined): number {
  const fields = statOf(pid);
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / ticksPerSecond;
}

/** Of a process, its children, and those that have ended. */
export function familyCpu(pid: number): number {
  if (pid === 0) return 0;
  const fields = statOf(pid);
  const ended = (Number(fields[13] ?? 0) + Number(fields[14] ?? 0)) / ticksPerSecond;
  const children = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && parentOf(Number(name)) === pid);
  return children.reduce((sum, child) => sum + cpuOf(Number(child)), cpuOf(pid) + ended);
}

/** The fields of proc(5) stat from the state on, which stands after the command's name; that may hold blanks. */
function statOf(pid: number | undefined): string[] {
  return readProc(pid, "stat").split(") ").at(-1)?.split(" ") ?? [];
}

function readProc(pid: number | undefined, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    // The process has just ended, or this is not Linux: there is nothing to measure.
    return "";
  }
}

/** A weir command that goes on until it is done or stopped. */
export function startWeir(args: readonly string[], env: Record<string, string>): { stop(): Promise<void> } {
  const child = spawn(process.execPath, [...nodeFlags, weir, ...args], {
    env: { ...process.env, ...env },
    stdio: "ignore",
  });
  const ended = new Promise<void>((resolve) => child.on("exit", () => resolve()));
  return {
    async stop() {
      child.kill("SIGINT");
      await ended;
    },
  };
}
