import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { CommandFailed } from "./exit.ts";

/** An emulator that runs beside us as a process of its own, as a tenant would run elsewhere. */
export interface EmulatorProcess {
  /** For example `http://127.0.0.1:4400`. */
  url: string;
  /** With port, as WEIR_ALLOWED_HOSTS takes it. */
  host: string;
  pid: number;
  stop(): Promise<void>;
}

const main = fileURLToPath(new URL("./main.ts", import.meta.url));

/** Starts `weir emulator` and waits until it listens. @throws CommandFailed with what it said instead */
export async function startEmulatorProcess(args: readonly string[]): Promise<EmulatorProcess> {
  // A process group of its own: Ctrl-C is for us, and we end it when we are done.
  const child = spawn(process.execPath, [main, "emulator", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const stop = () =>
    new Promise<void>((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) return resolve();
      child.once("exit", () => resolve());
      child.kill("SIGTERM");
    });
  process.once("exit", () => child.kill("SIGKILL"));
  let complaints = "";
  child.stderr.on("data", (text: Buffer) => {
    complaints = (complaints + text.toString()).slice(-2_000);
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /http:\/\/[\w.:[\]-]+/.exec(line)?.[0];
    if (url === undefined) continue;
    child.stdout.resume();
    return { url, host: new URL(url).host, pid: child.pid ?? 0, stop };
  }
  throw new CommandFailed(`The emulator did not start: ${complaints.trim() || "it said nothing"}`);
}
