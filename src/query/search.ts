import { type Kysely, type RawBuilder, type SqlBool, sql } from "kysely";
import { ConfigError, QueryError } from "../errors.ts";
import type { Schema } from "../store/schema.ts";
import { readQuery } from "./bind.ts";
import { compileCondition, tableOf } from "./compile.ts";
import { type Cursor, decodeCursor, encodeCursor, type Total } from "./cursor.ts";
import type { Thing } from "./field.ts";
import { after, type KeyValues, orderBy, type SortKey, sorts } from "./keyset.ts";
import { type FoundRecords, readIntegrationNames, toRecords } from "./read-records.ts";

export interface SearchOptions {
  query: string;
  /** Records per page, 1-1000. */
  limit: number;
  /** `nextCursor` of the page before. */
  cursor?: string | null | undefined;
  /** One of `sorts`; without it the thing's first. */
  sort?: string | undefined;
  /** What `now` means in the query, in ms; without it the clock. */
  now?: number;
  timeoutMs?: number;
}

export interface SearchPage<T> {
  items: T[];
  /** `null`: this was the last page. */
  nextCursor: string | null;
  total: { value: number; capped: boolean };
}

/** Nobody waits for a count beyond this. */
export const countCap = 10_000;
const maxLimit = 1000;
const defaultTimeoutMs = 30_000;

export function searchFindings(db: Kysely<Schema>, options: SearchOptions) {
  return search(db, "findings", options);
}

export function searchAssets(db: Kysely<Schema>, options: SearchOptions) {
  return search(db, "assets", options);
}

export function searchSignals(db: Kysely<Schema>, options: SearchOptions) {
  return search(db, "signals", options);
}

/**
 * One page of what a query finds, and how many there are.
 * @throws QueryError when the query cannot be understood or takes too long
 * @throws ConfigError when the sort, the limit or the cursor is wrong
 */
async function search<T extends Thing>(
  db: Kysely<Schema>,
  thing: T,
  options: SearchOptions,
): Promise<SearchPage<FoundRecords[T]>> {
  const { query, limit } = options;
  const sort = findSort(thing, options.sort);
  if (!Number.isInteger(limit) || limit < 1 || limit > maxLimit)
    throw new ConfigError(`The limit is a whole number from 1 to ${maxLimit}.`, { field: "limit" });
  const identity = [thing, query, sort.name];
  const cursor = options.cursor ? decodeCursor(identity, options.cursor) : null;
  const now = cursor?.now ?? options.now ?? Date.now();
  const condition = readQuery(query, { thing, now });
  return await inReadTransaction(db, options.timeoutMs ?? defaultTimeoutMs, async (trx) => {
    const where = await compileCondition(trx, thing, condition);
    const { rows, total } = await readPage(trx, { table: tableOf[thing], where, keys: sort.keys, cursor, limit });
    const items = await toRecords(trx, thing, rows.slice(0, limit), await readIntegrationNames(trx));
    const last = rows.length > limit ? rows[limit - 1] : undefined;
    const next = last && encodeCursor(identity, { keys: sort.keys.map((key) => last[key.column] ?? null), total, now });
    return { items, nextCursor: next ?? null, total: { value: total.value, capped: total.isCapped } };
  });
}

function findSort(thing: Thing, name: string | undefined): { name: string; keys: readonly SortKey[] } {
  const known: Record<string, readonly SortKey[]> = sorts[thing];
  const chosen = name ?? Object.keys(known)[0]!;
  const keys = Object.hasOwn(known, chosen) ? known[chosen] : undefined;
  if (keys === undefined)
    throw new ConfigError(`${thing} cannot be sorted by "${chosen}", only by ${Object.keys(known).join(", ")}.`, {
      field: "sort",
    });
  return { name: chosen, keys };
}

/** Everything a page needs is read from one state of the database, in bounded time. */
async function inReadTransaction<R>(
  db: Kysely<Schema>,
  timeoutMs: number,
  read: (trx: Kysely<Schema>) => Promise<R>,
): Promise<R> {
  try {
    return await db
      .transaction()
      .setIsolationLevel("repeatable read")
      .setAccessMode("read only")
      .execute(async (trx) => {
        await sql`select set_config('statement_timeout', ${String(timeoutMs)}, true)`.execute(trx);
        return await read(trx);
      });
  } catch (error) {
    if ((error as { code?: unknown }).code !== "57014") throw error;
    throw new QueryError(`The search took longer than ${timeoutMs / 1000} s: narrow it down`, 0, { cause: error });
  }
}

type Row = Record<string, string | number | null>;

interface PageQuery {
  table: string;
  where: RawBuilder<SqlBool>;
  keys: readonly SortKey[];
  cursor: Cursor | null;
  /** One more is read, to know whether there is a next page. */
  limit: number;
}

/**
 * Few matches are collected by whatever index finds them, counted and then sorted; only where there are more than the
 * cap is the list walked in its order, since then matches are close together. Left alone, the planner walks the order
 * for rare matches too, which takes seconds.
 */
async function readPage(db: Kysely<Schema>, page: PageQuery): Promise<{ rows: Row[]; total: Total }> {
  const { cursor } = page;
  if (cursor?.total.isCapped === true) return { rows: await walk(db, page), total: cursor.total };
  const { rows, total } = await collect(db, page);
  if (cursor !== null) return { rows, total: cursor.total };
  if (total.isCapped) return { rows: await walk(db, page), total };
  return { rows, total };
}

async function collect(db: Kysely<Schema>, page: PageQuery): Promise<{ rows: Row[]; total: Total }> {
  const { table, where, keys, limit } = page;
  const columns = sql.join(keys.map((key) => sql.ref(`${table}.${key.column}`)));
  const { rows } = await sql<Row & { foundTotal: number }>`
    with found as materialized (
      select ${columns} from ${sql.table(table)} where ${where} and ${fromCursor(page)} limit ${countCap + 1}
    ), page as (
      select * from found order by ${orderBy(keys, "found")} limit ${limit + 1}
    )
    select ${sql.table(table)}.*, (select count(*) from found) as "found_total"
    from page join ${sql.table(table)} on ${sql.ref(`${table}.id`)} = page.id${sameDay(page)}
    order by ${orderBy(keys, table)}`.execute(db);
  const found = rows[0]?.foundTotal ?? 0;
  return { rows, total: { value: Math.min(found, countCap), isCapped: found > countCap } };
}

/** Signals lie in partitions by time: with it only one of them is looked into. */
function sameDay({ table }: PageQuery): RawBuilder<unknown> {
  return table === "signal" ? sql` and signal.at = page.at` : sql``;
}

async function walk(db: Kysely<Schema>, page: PageQuery): Promise<Row[]> {
  const { table, where, keys, limit } = page;
  const { rows } = await sql<Row>`
    select ${sql.table(table)}.* from ${sql.table(table)} where ${where} and ${fromCursor(page)}
    order by ${orderBy(keys, table)} limit ${limit + 1}`.execute(db);
  return rows;
}

function fromCursor({ cursor, keys, table }: PageQuery): RawBuilder<SqlBool> {
  return cursor === null ? sql<SqlBool>`true` : after(keys, checkKeys(keys, cursor.keys), table);
}

const keyPatterns: Record<SortKey["type"], RegExp> = {
  smallint: /^-?\d{1,4}$/,
  timestamptz: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/,
  uuid: /^[0-9a-f-]{36}$/,
  text: /^[^\0]*$/,
};

/** A cursor may have been made up: what it holds must at least be of the column's type. */
function checkKeys(keys: readonly SortKey[], values: KeyValues): KeyValues {
  const fits = keys.every((key, i) => values[i] === null || keyPatterns[key.type].test(String(values[i])));
  if (values.length === keys.length && fits) return values;
  throw new ConfigError("The cursor cannot be read: start again without it.", { field: "cursor" });
}
