import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

const weir = new URL("../src/cli/main.ts", import.meta.url).pathname;

/** How `npm run weir` starts Node: V8 would let garbage grow with the machine's memory. */
const nodeFlags = ["--max-semi-space-size=16", "--max-old-space-size=400"];

/** What a process took, from start to end. */
export interface Usage {
  seconds: number;
  /** Highest resident memory, MB (Linux only; 0 elsewhere). */
  peakMb: number;
  /** CPU seconds of the process itself (Linux only; 0 elsewhere). */
  cpuSeconds: number;
}

/** Runs a weir command to its end and measures it. @throws when it fails, with what it said */
export async function measureWeir(args: readonly string[], env: Record<string, string>): Promise<Usage> {
  const started = performance.now();
  const child = spawn(process.execPath, [...nodeFlags, weir, ...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (text: Buffer) => {
    said = (said + text.toString()).slice(-4_000);
  });
  let [peakMb, cpuSeconds] = [0, 0];
  const sampler = setInterval(() => {
    peakMb = Math.max(peakMb, peakOf(child.pid));
    cpuSeconds = Math.max(cpuSeconds, cpuOf(child.pid));
  }, 50);
  const code = await new Promise((resolve) => child.on("exit", resolve));
  clearInterval(sampler);
  if (code !== 0) throw new Error(`weir ${args.join(" ")} ended with ${code}:\n${said}`);
  return { seconds: (performance.now() - started) / 1000, peakMb, cpuSeconds };
}

/** Highest resident memory so far, in MB. */
export function peakOf(pid: number | undefined): number {
  const kb = /VmHWM:\s+(\d+) kB/.exec(readProc(pid, "status"))?.[1];
  return kb === undefined ? 0 : Math.round(Number(kb) / 1024);
}

const ticksPerSecond = 100;

function cpuOf(pid: number | undefined): number {
  // Fields 14 and 15 of proc(5) stat, counted after the command's name, which may hold blanks.
  const fields = readProc(pid, "stat").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / ticksPerSecond;
}

function readProc(pid: number | undefined, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    // The process has just ended, or this is not Linux: there is nothing to measure.
    return "";
  }
}
