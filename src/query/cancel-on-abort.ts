import { type Kysely, type KyselyPlugin, sql } from "kysely";
import { cancelStatement } from "../store/cancel.ts";
import type { Schema } from "../store/schema.ts";

/** Watches over a transaction whose result may stop to be wanted. */
export interface Canceller {
  /** The transaction, in which nothing more is asked once the signal is given. */
  trx: Kysely<Schema>;
  /** To be awaited before the transaction ends: a cancelling that is under way would hit the connection's next user. */
  done(): Promise<void>;
}

/** A statement that takes long does not notice that nobody waits for it any more: the signal ends it. */
export async function cancelOnAbort(
  db: Kysely<Schema>,
  trx: Kysely<Schema>,
  signal: AbortSignal | undefined,
): Promise<Canceller> {
  if (signal === undefined) return { trx, done: async () => undefined };
  signal.throwIfAborted();
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx);
  const pid = rows[0]!.pid;
  signal.throwIfAborted();
  let cancelling: Promise<unknown> | undefined;
  const cancel = () => {
    // When it cannot be cancelled it goes on to its end, and is rolled back then.
    cancelling = cancelStatement(db, pid).catch(() => undefined);
  };
  signal.addEventListener("abort", cancel, { once: true });
  return {
    trx: trx.withPlugin(stopOnAbort(signal)),
    async done() {
      signal.removeEventListener("abort", cancel);
      await cancelling;
    },
  };
}

/** What was cancelled looks as if its time was up, and then another way would be tried. */
function stopOnAbort(signal: AbortSignal): KyselyPlugin {
  return {
    transformQuery({ node }) {
      signal.throwIfAborted();
      return node;
    },
    transformResult: async ({ result }) => result,
  };
}
