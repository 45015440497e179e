import type { Database } from "./database.ts";
import { lockSpace } from "./lock-keys.ts";

/** An advisory lock on a connection of its own. It falls with the connection, so also when the process dies. */
export interface HeldLock {
  release(): Promise<void>;
}

/** Takes the lock, or answers `null` when another process has it. */
export async function tryLock(
  database: Pick<Database, "connect">,
  key: number,
  connectionName: string,
): Promise<HeldLock | null> {
  const client = await database.connect(connectionName);
  try {
    const { rows } = await client.query<{ locked: boolean }>("select pg_try_advisory_lock($1, $2) as locked", [
      lockSpace,
      key,
    ]);
    if (rows[0]?.locked === true) return { release: () => client.end() };
    await client.end();
    return null;
  } catch (error) {
    await client.end();
    throw error;
  }
}
