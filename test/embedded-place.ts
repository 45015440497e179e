import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { createLogger } from "../src/log.ts";
import type { EmbeddedServer } from "../src/store/embedded/embedded.ts";

/** Errors of the embedded server only: what a test provokes is not news. */
export const quietLog = createLogger({ format: "text", level: "error", stream: process.stderr });

/** A temporary folder that an unprivileged server can enter, and what removes it with every server left in it. */
export function temporaryFolder(): { dir: string; remove: () => void } {
  const dir = mkdtempSync(join(tmpdir(), "weir-embedded-"));
  chmodSync(dir, 0o755);
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

/** The process number of the server on a PostgreSQL data directory; `undefined` when none runs. */
export function serverPid(home: string): number | undefined {
  try {
    const pid = Number(readFileSync(join(home, "cluster/data/postmaster.pid"), "utf8").split("\n")[0]);
    process.kill(pid, 0);
    return pid;
  } catch {
    return undefined;
  }
}

/** Ends the server of a test that failed half-way. */
export function killServer(home: string): void {
  const pid = serverPid(home);
  if (pid !== undefined) process.kill(pid, "SIGKILL");
}

/** One query on a server, over a connection that is closed again. */
export async function ask(address: EmbeddedServer["address"], sql: string): Promise<unknown[]> {
  const client = new pg.Client(address);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
