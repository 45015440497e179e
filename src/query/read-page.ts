import { type Kysely, type RawBuilder, type SqlBool, sql } from "kysely";
import { ConfigError } from "../errors.ts";
import type { Schema } from "../store/schema.ts";
import type { Cursor, Total } from "./cursor.ts";
import {
  type KeyValues,
  orderBy,
  reversed,
  type SortKey,
  type Stretch,
  stretchesAfter,
  stretchesOf,
} from "./keyset.ts";
import { setStatementTimeout, withinTime } from "./read-transaction.ts";

/** Nobody waits for a count beyond this. */
const countCap = 10_000;

export type Row = Record<string, string | number | null>;

export interface PageQuery {
  table: string;
  where: RawBuilder<SqlBool>;
  keys: readonly SortKey[];
  cursor: Cursor | null;
  /** Records on the page. */
  limit: number;
  timeoutMs: number;
  walkTimeoutMs: number;
}

export interface PageRows {
  rows: Row[];
  /** Whether there are more beyond them, in the direction in which the cursor goes. */
  hasMore: boolean;
  total: Total;
}

/** The rows of a page in the order of its keys, whichever way the cursor goes. */
export async function readPage(db: Kysely<Schema>, page: PageQuery): Promise<PageRows> {
  const { cursor, keys, limit } = page;
  const isBackward = cursor?.isBackward === true;
  const { rows, total } = await readInOrder(db, isBackward ? { ...page, keys: reversed(keys) } : page);
  const found = rows.slice(0, limit);
  return { rows: isBackward ? found.reverse() : found, hasMore: rows.length > limit, total };
}

/**
 * One row more than the page has. Few matches are collected by whatever index finds them, counted and then sorted; only
 * where there are more than the cap is the list walked in its order, since then matches are close together. Left alone,
 * the planner walks the order for rare matches too, which takes seconds.
 */
async function readInOrder(db: Kysely<Schema>, page: PageQuery): Promise<{ rows: Row[]; total: Total }> {
  const { cursor } = page;
  if (cursor?.total.isCapped === true) return { rows: await walk(db, page), total: cursor.total };
  const { rows, total } = await collect(db, page);
  if (cursor !== null) return { rows, total: cursor.total };
  if (total.isCapped) return { rows: await walk(db, page), total };
  return { rows, total };
}

async function collect(db: Kysely<Schema>, page: PageQuery): Promise<{ rows: Row[]; total: Total }> {
  const { table, where, keys, limit } = page;
  const { rows } = await sql<Row & { foundTotal: number }>`
    with found as materialized (
      select ${keyColumns(page)} from ${sql.table(table)} where ${where} and ${fromCursor(page)} limit ${countCap + 1}
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

/** Matches that all stand at the end of the order make the walk long: then sorting them all is quicker. */
async function walk(db: Kysely<Schema>, page: PageQuery): Promise<Row[]> {
  const limits = { limitMs: page.walkTimeoutMs, timeoutMs: page.timeoutMs };
  return (await withinTime(db, limits, () => walkInOrder(db, page))) ?? (await sortAll(db, page));
}

/** Stretch by stretch, until the page is full. */
async function walkInOrder(db: Kysely<Schema>, page: PageQuery): Promise<Row[]> {
  const { table, where, limit } = page;
  const rows: Row[] = [];
  const end = performance.now() + Math.min(page.walkTimeoutMs, page.timeoutMs);
  for (const stretch of stretches(page)) {
    await setStatementTimeout(db, Math.max(1, Math.ceil(end - performance.now())));
    const found = await sql<Row>`
      select ${sql.table(table)}.* from ${sql.table(table)} where ${where} and ${stretch.where}
      order by ${orderBy(stretch.keys, table)} limit ${limit + 1 - rows.length}`.execute(db);
    rows.push(...found.rows);
    if (rows.length > limit) break;
  }
  return rows;
}

/** `offset 0` keeps the order from the planner, so that it does not walk after all. */
async function sortAll(db: Kysely<Schema>, page: PageQuery): Promise<Row[]> {
  const { table, where, keys, limit } = page;
  const { rows } = await sql<Row>`
    with page as (
      select * from (
        select ${keyColumns(page)} from ${sql.table(table)} where ${where} and ${fromCursor(page)} offset 0
      ) as found order by ${orderBy(keys, "found")} limit ${limit + 1}
    )
    select ${sql.table(table)}.* from page join ${sql.table(table)} on ${sql.ref(`${table}.id`)} = page.id${sameDay(page)}
    order by ${orderBy(keys, table)}`.execute(db);
  return rows;
}

function keyColumns({ table, keys }: PageQuery): RawBuilder<unknown> {
  return sql.join(keys.map((key) => sql.ref(`${table}.${key.column}`)));
}

/** From the cursor on, in the order of the keys. */
function stretches({ cursor, keys, table }: PageQuery): Stretch[] {
  if (cursor === null) return stretchesOf(keys, table);
  return stretchesAfter(keys, checkKeys(keys, cursor.keys), table);
}

function fromCursor(page: PageQuery): RawBuilder<SqlBool> {
  if (page.cursor === null) return sql<SqlBool>`true`;
  const parts = stretches(page).map(({ where }) => where);
  return parts.length === 0 ? sql<SqlBool>`false` : sql<SqlBool>`(${sql.join(parts, sql` or `)})`;
}

const keyPatterns: Record<SortKey["type"], RegExp> = {
  smallint: /^-?\d{1,4}$/,
  integer: /^-?\d{1,9}$/,
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
