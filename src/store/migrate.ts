import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type pg from "pg";
import { DatabaseError } from "../errors.ts";
import type { Database } from "./database.ts";
import { databaseFailure } from "./database-failure.ts";
import { lockKeys, lockSpace } from "./lock-keys.ts";

const releasedMigrations = fileURLToPath(new URL("../../migrations", import.meta.url));

interface Migration {
  name: string;
  sql: string;
  checksum: string;
}

interface Applied {
  name: string;
  checksum: string;
}

/**
 * Brings the database to this program's tables: every file of `migrations/` that it lacks, in order, each in its own
 * transaction. One process does it at a time; the others wait and find nothing to do.
 * @throws DatabaseError when a file fails, was edited after it was applied, or the database is newer than the program
 */
export async function migrate(
  database: Pick<Database, "connect">,
  directory = releasedMigrations,
): Promise<{ applied: string[] }> {
  const client = await database.connect("weir migrate");
  try {
    await client.query("select pg_advisory_lock($1, $2)", [lockSpace, lockKeys.migrate]);
    await client.query(
      `create table if not exists migration (
         name text primary key, checksum text not null, applied_at timestamptz not null default now())`,
    );
    const pending = findPending(readMigrations(directory), await readApplied(client));
    for (const migration of pending) await apply(client, migration);
    return { applied: pending.map((migration) => migration.name) };
  } catch (error) {
    throw databaseFailure(error) ?? error;
  } finally {
    await client.end();
  }
}

/**
 * Names of the migrations that the database still lacks; empty when it is current. Changes nothing.
 * @throws DatabaseError when the database is newer than the program, or a file was edited after it was applied
 */
export async function pendingMigrations(
  database: Pick<Database, "pool">,
  directory = releasedMigrations,
): Promise<string[]> {
  const exists = await database.pool.query<{ found: boolean }>("select to_regclass('migration') is not null as found");
  const applied = exists.rows[0]?.found === true ? await readApplied(database.pool) : [];
  return findPending(readMigrations(directory), applied).map((migration) => migration.name);
}

async function readApplied(db: pg.Client | pg.Pool): Promise<Applied[]> {
  return (await db.query<Applied>("select name, checksum from migration order by name")).rows;
}

function readMigrations(directory: string): Migration[] {
  const names = readdirSync(directory)
    .filter((name) => name.endsWith(".sql"))
    .sort();
  const numbers = new Set<string>();
  return names.map((name) => {
    const number = /^(\d{4})_[a-z0-9_]+\.sql$/.exec(name)?.[1];
    if (number === undefined) throw new DatabaseError(`The migration ${name} is not named like 0001_what_it_does.sql.`);
    if (numbers.has(number))
      throw new DatabaseError(`Two migrations have the number ${number}: give one of them the next free one.`);
    numbers.add(number);
    // Git may check files out with other line ends; that is not an edit.
    const sql = readFileSync(join(directory, name), "utf8").replaceAll("\r\n", "\n");
    return { name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
  });
}

function findPending(known: Migration[], applied: Applied[]): Migration[] {
  const checksums = new Map(applied.map((migration) => [migration.name, migration.checksum]));
  const newer = applied.filter((migration) => !known.some(({ name }) => name === migration.name));
  if (newer.length > 0)
    throw new DatabaseError(
      `The database was changed by a newer Weir (${newer.map(({ name }) => name).join(", ")}): update Weir, or restore a backup from before.`,
    );
  for (const { name, checksum } of known)
    if (checksums.has(name) && checksums.get(name) !== checksum)
      throw new DatabaseError(
        `The migration ${name} was edited after this database had applied it: restore the file, and put the change into a new migration.`,
      );
  const last = applied.at(-1)?.name ?? "";
  const pending = known.filter(({ name }) => !checksums.has(name));
  const late = pending.find(({ name }) => name < last);
  if (late !== undefined)
    throw new DatabaseError(
      `The migration ${late.name} comes before ${last}, which this database has applied already: give it the next free number.`,
    );
  return pending;
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  try {
    await client.query("begin");
    await client.query(migration.sql);
    await client.query("insert into migration (name, checksum) values ($1, $2)", [migration.name, migration.checksum]);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback").catch(() => undefined);
    const why = databaseFailure(error)?.message ?? (error as Error).message;
    throw new DatabaseError(
      `Migration ${migration.name} failed${lineOf(error, migration.sql)} and was rolled back: ${why}`,
      { cause: error },
    );
  }
}

function lineOf(error: unknown, sql: string): string {
  const position = Number((error as pg.DatabaseError).position);
  return Number.isInteger(position) && position > 0 ? ` at line ${sql.slice(0, position).split("\n").length}` : "";
}
