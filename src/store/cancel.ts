import type { Kysely } from "kysely";
import pg from "pg";
import type { Schema } from "./schema.ts";

/** A line to the server beside the pool, which may be all taken by what is to be cancelled. */
export interface CancelLine {
  cancel(pid: number): Promise<void>;
  close(): Promise<void>;
}

const idleMs = 10_000;

/** Connects when something is to be cancelled, and hangs up when that is a while ago. */
export function createCancelLine(config: pg.ClientConfig, onError: (error: Error) => void): CancelLine {
  const line = new pg.Pool({ ...config, max: 1, idleTimeoutMillis: idleMs });
  line.on("error", onError);
  return {
    cancel: async (pid) => void (await line.query("select pg_cancel_backend($1)", [pid])),
    close: () => line.end(),
  };
}

const lines = new WeakMap<Kysely<Schema>, CancelLine>();

/** Statements of this database are cancelled over this line. */
export function setCancelLine(db: Kysely<Schema>, line: CancelLine): void {
  lines.set(db, line);
}

/** Ends the statement that a connection is busy with; nothing happens when there is none. */
export async function cancelStatement(db: Kysely<Schema>, pid: number): Promise<void> {
  const line = lines.get(db);
  if (line === undefined) throw new Error("this database was not opened by openDatabase");
  await line.cancel(pid);
}
