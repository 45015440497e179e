import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const builder = fileURLToPath(new URL("../../ui/build-if-changed.ts", import.meta.url));

/**
 * Builds the pages, if they are not there or were built from other sources, in a process beside everything else that
 * has to start. Answers whether they are there now; what went wrong was said by then.
 */
export function buildPages(stderr: NodeJS.WritableStream): Promise<boolean> {
  const child = spawn(process.execPath, [builder], { stdio: ["ignore", "ignore", "pipe"] });
  child.stderr.on("data", (text: Buffer) => stderr.write(text));
  return new Promise((resolve) => child.once("close", (code) => resolve(code === 0)));
}
