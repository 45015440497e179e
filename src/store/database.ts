import { CamelCasePlugin, Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import { ConfigError, DatabaseError } from "../errors.ts";
import type { Logger } from "../log.ts";
import { createCancelLine, setCancelLine } from "./cancel.ts";
import { columnTypes } from "./column-types.ts";
import { withCopy } from "./copy.ts";
import { type ConnectionTarget, connectionFailure } from "./database-failure.ts";
import { openEmbedded } from "./embedded/embedded.ts";
import type { Schema } from "./schema.ts";

export interface DatabaseOptions {
  /** Your own PostgreSQL; without it the embedded one in `dataDir` is used, and started if need be. */
  databaseUrl?: string | undefined;
  dataDir: string;
  log: Logger;
  /** Shown in pg_stat_activity. */
  applicationName?: string;
  poolSize?: number;
}

/** An open database. `close` is to be called before the process ends: it stops the embedded server if it is the last. */
export interface Database {
  pool: pg.Pool;
  db: Kysely<Schema>;
  /** A connection of its own, for what must stay in one session (advisory locks, cursors). The caller ends it. */
  connect(applicationName?: string): Promise<pg.Client>;
  isEmbedded: boolean;
  /** For example 180004. */
  serverVersion: number;
  /** How to name this database to people; holds no secret. */
  description: string;
  close(): Promise<void>;
}

const oldestVersion = 150000;
// One round trip per connection; a pooler in between refuses the same as start-up options.
const sessionSetup = "set timezone to 'UTC'; set datestyle to 'ISO'; set intervalstyle to 'iso_8601'";

/**
 * Opens the database: yours, or the embedded one.
 * @throws ConfigError when the URL cannot be read
 * @throws DatabaseError when the database cannot be started, reached or used; the message says what to do
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { databaseUrl, log } = options;
  if (databaseUrl !== undefined) {
    const target = describeUrl(databaseUrl);
    return openPool(
      options,
      { connectionString: databaseUrl },
      { target, isEmbedded: false, description: `PostgreSQL at ${target.name}`, release: async () => undefined },
    );
  }
  const server = await openEmbedded({ dataDir: options.dataDir, log: log.child({ component: "database" }) });
  const target = { name: server.place.home, user: server.address.user, database: server.address.database };
  return openPool(options, server.address, {
    target,
    isEmbedded: true,
    description: `embedded PostgreSQL in ${server.place.home}`,
    release: server.release,
  });
}

interface Origin {
  target: ConnectionTarget;
  isEmbedded: boolean;
  description: string;
  release(): Promise<void>;
}

async function openPool(options: DatabaseOptions, address: pg.ClientConfig, origin: Origin): Promise<Database> {
  const log = options.log.child({ component: "database" });
  const config: pg.ClientConfig = {
    ...address,
    types: columnTypes,
    application_name: options.applicationName ?? "weir",
    keepAlive: true,
    connectionTimeoutMillis: 15_000,
  };
  const pool = new pg.Pool({ ...config, max: options.poolSize ?? 10, idleTimeoutMillis: 30_000, onConnect: setUp });
  // Idle connections break when the server restarts; the pool makes new ones.
  pool.on("error", (error) => log.warn({ err: error }, "an idle connection broke"));
  const db = new Kysely<Schema>({
    dialect: new PostgresDialect({ pool: withCopy(pool) }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  });
  const cancelLine = createCancelLine(config, (error) => log.warn({ err: error }, "an idle connection broke"));
  setCancelLine(db, cancelLine);
  const close = once(async () => {
    await db.destroy();
    await cancelLine.close();
    // Kysely ends the pool only once it has used it.
    if (!pool.ending) await pool.end();
    await origin.release();
  });
  try {
    const serverVersion = await checkServer(pool, origin.target);
    const connect = (applicationName?: string) =>
      connectOne({ ...config, application_name: applicationName ?? config.application_name }, origin.target);
    return { pool, db, connect, isEmbedded: origin.isEmbedded, serverVersion, description: origin.description, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function setUp(client: pg.ClientBase): Promise<void> {
  // A connection that breaks fails its next query; without a listener it would end the process.
  client.on("error", () => undefined);
  await client.query(sessionSetup);
}

async function connectOne(config: pg.ClientConfig, target: ConnectionTarget): Promise<pg.Client> {
  const client = new pg.Client(config);
  try {
    await client.connect();
    await setUp(client);
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw connectionFailure(error, target);
  }
}

async function checkServer(pool: pg.Pool, target: ConnectionTarget): Promise<number> {
  const found = await pool
    .query<{ version: number; hasTrigrams: boolean; encoding: string }>(
      `select current_setting('server_version_num')::int as version, current_setting('server_encoding') as encoding,
         exists (select from pg_available_extensions where name = 'pg_trgm') as "hasTrigrams"`,
    )
    .catch((error: unknown) => {
      throw connectionFailure(error, target);
    });
  const { version, hasTrigrams, encoding } = found.rows[0]!;
  if (version < oldestVersion)
    throw new DatabaseError(
      `PostgreSQL at ${target.name} is version ${Math.floor(version / 10000)}; Weir needs 15 or later.`,
    );
  if (encoding !== "UTF8")
    throw new DatabaseError(
      `The database "${target.database}" at ${target.name} stores ${encoding}; Weir needs UTF8: create it with encoding 'UTF8'.`,
    );
  if (!hasTrigrams)
    throw new DatabaseError(
      `PostgreSQL at ${target.name} lacks the extension pg_trgm: install its contrib package (postgresql-contrib).`,
    );
  return version;
}

function describeUrl(databaseUrl: string): ConnectionTarget {
  let config: pg.Client;
  try {
    config = new pg.Client({ connectionString: databaseUrl });
  } catch {
    // The cause repeats the URL, password and all.
    throw new ConfigError(
      "DATABASE_URL cannot be read as postgres://user:password@host:port/database: correct it (special characters in the password must be percent-encoded).",
      { field: "DATABASE_URL" },
    );
  }
  const name = config.host.startsWith("/") ? config.host : `${config.host}:${config.port}`;
  return { name, user: config.user ?? "(none)", database: config.database ?? "(none)" };
}

function once(action: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= action();
    return done;
  };
}
