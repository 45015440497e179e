import { DatabaseError } from "../../errors.ts";
import type { Database } from "../database.ts";
import { lockKeys, lockSpace } from "../lock-keys.ts";
import { openLastingSession } from "./lasting-session.ts";

/**
 * Makes this process the only `weir serve` of an embedded database until `release`. With a PostgreSQL of your own any
 * number of them may share it, so nothing is locked there. When the server restarts the lock is taken again; `onLost` is
 * called when another process was faster.
 * @throws DatabaseError that names the process which serves already
 */
export async function holdServeLock(
  database: Database,
  onLost: (error: unknown) => void,
): Promise<{ release(): Promise<void> }> {
  if (!database.isEmbedded) return { release: async () => undefined };
  const session = await openLastingSession(
    () => lock(database),
    (error) => {
      // That the server does not answer yet is told by the session that keeps it running.
      if (error instanceof AlreadyServedError) onLost(error);
    },
  );
  return { release: session.close };
}

class AlreadyServedError extends DatabaseError {}

async function lock(database: Database) {
  // The name is how the one who comes second learns who was first.
  const client = await database.connect(`weir serve, process ${process.pid}`);
  const answer = await client.query<{ locked: boolean }>("select pg_try_advisory_lock($1, $2) as locked", [
    lockSpace,
    lockKeys.serve,
  ]);
  if (answer.rows[0]?.locked === true) return client;
  const holder = await client.query<{ name: string }>(
    `select application_name as name from pg_stat_activity join pg_locks using (pid)
     where locktype = 'advisory' and classid::bigint = $1 and objid::bigint = $2 and granted`,
    [lockSpace, lockKeys.serve],
  );
  await client.end();
  const who = /process \d+/.exec(holder.rows[0]?.name ?? "")?.[0] ?? "another process";
  throw new AlreadyServedError(
    `\`weir serve\` already runs on this data directory (${who}, ${database.description}): stop it first, or give this one another WEIR_DATA_DIR.`,
  );
}
