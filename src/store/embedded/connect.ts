import pg from "pg";
import { DatabaseError } from "../../errors.ts";
import { roleName } from "./cluster.ts";
import { fullDisk } from "./failure.ts";
import type { Place } from "./place.ts";
import type { ServerAddress } from "./server.ts";

/** `busy`: there is a server, and it is starting or stopping. */
export type Attempt = { state: "up"; client: pg.Client } | { state: "busy" } | { state: "down" };

export const databaseName = "weir";

/**
 * Tries to connect to the embedded server's database, and makes the database if the server is new.
 * @throws DatabaseError when trying again cannot help
 */
export async function tryConnect(address: ServerAddress, place: Place, timeoutMs: number): Promise<Attempt> {
  const opened = await open(address, databaseName, timeoutMs);
  if (opened instanceof pg.Client) return { state: "up", client: opened };
  if (codeOf(opened) === "3D000") return createDatabase(address, place, timeoutMs);
  return judge(opened, place);
}

async function createDatabase(address: ServerAddress, place: Place, timeoutMs: number): Promise<Attempt> {
  const client = await open(address, "postgres", timeoutMs);
  if (!(client instanceof pg.Client)) return judge(client, place);
  try {
    await client.query(`create database ${databaseName} owner ${roleName}`);
  } catch (error) {
    // Another process may be doing the same; the next attempt finds the database.
    if (!["42P04", "23505", "55006"].includes(codeOf(error))) return judge(error, place);
  } finally {
    await client.end();
  }
  return { state: "busy" };
}

async function open(address: ServerAddress, database: string, timeoutMs: number): Promise<pg.Client | Error> {
  const client = new pg.Client({ ...address, database, application_name: "weir", connectionTimeoutMillis: timeoutMs });
  // Without a listener a connection that breaks later would end the process.
  client.on("error", () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function judge(error: unknown, place: Place): Attempt {
  const code = codeOf(error);
  if (code === "ENOENT" || code === "ECONNREFUSED") return { state: "down" };
  if (code === "28P01" || code === "28000")
    throw new DatabaseError(
      `The database refuses the password in ${place.password}: restore that file from a backup of the data directory.`,
      { cause: error },
    );
  if (code === "EACCES" || code === "EPERM")
    throw new DatabaseError(
      `This user may not use the database's socket in ${place.socketDir}: run Weir as the user that started the database.`,
      { cause: error },
    );
  if (code === "53300")
    throw new DatabaseError("The database has no connection left: stop some of the Weir commands that are running.", {
      cause: error,
    });
  if (code === "53100") throw fullDisk(place.data, error);
  // Starting up, shutting down, crashed and restarting, or cut while we were knocking.
  return { state: "busy" };
}

function codeOf(error: unknown): string {
  return (error as { code?: string } | undefined)?.code ?? "";
}
