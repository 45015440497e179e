import type { PostgresPool, PostgresPoolClient } from "kysely";
import pg from "pg";

/** The rows of `copy … from stdin`, given to Kysely as the statement's only parameter. */
export class CopyData {
  readonly bytes: Buffer;
  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }
}

/** Given to Kysely as the only parameter of several statements in one text; a row for each then says its `count`. */
export class SeveralStatements {}

/** The pool as Kysely takes it, its connections able to copy, and to do several statements in one message. */
export function withCopy(pool: pg.Pool): PostgresPool {
  const clients = new WeakMap<pg.PoolClient, PostgresPoolClient>();
  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      const client = await pool.connect();
      const known = clients.get(client) ?? copyingClient(client);
      clients.set(client, known);
      return known;
    },
  };
}

function copyingClient(client: pg.PoolClient): PostgresPoolClient {
  const query = async (statement: string, parameters: readonly unknown[]) => {
    const [data] = parameters;
    if (data instanceof SeveralStatements) return { rows: counts(await client.query(statement)) };
    return data instanceof CopyData
      ? await copy(client, statement, data)
      : await client.query(statement, [...parameters]);
  };
  // Kysely's other form is for cursors, which its dialect is not given here.
  return { query: query as unknown as PostgresPoolClient["query"], release: (destroy) => client.release(destroy) };
}

function counts(results: pg.QueryResult | pg.QueryResult[]): { count: number }[] {
  return [results].flat().map(({ rowCount }) => ({ count: rowCount ?? 0 }));
}

function copy(client: pg.PoolClient, statement: string, data: CopyData): Promise<pg.QueryResult> {
  return new Promise((resolve, reject) => {
    client.query(
      new CopyIn(statement, data, (error, result) =>
        error === undefined || error === null ? resolve(result) : reject(error),
      ),
    );
  });
}

interface CopyConnection {
  sendCopyFromChunk(bytes: Buffer): void;
  endCopyFrom(): void;
}

/** pg's own query refuses to copy: it has no rows to send. */
class CopyIn extends pg.Query {
  readonly #data: CopyData;
  constructor(
    statement: string,
    data: CopyData,
    done: (error: Error | null | undefined, result: pg.QueryResult) => void,
  ) {
    super(statement, done as () => void);
    this.#data = data;
  }

  /** Called by pg when the server waits for the rows. */
  handleCopyInResponse(connection: CopyConnection): void {
    connection.sendCopyFromChunk(this.#data.bytes);
    connection.endCopyFrom();
  }
}
