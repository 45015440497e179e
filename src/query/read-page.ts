import { type Kysely, type RawBuilder, type SqlBool, sql } from "kysely";
import { ConfigError } from "../errors.ts";
import type { Schema } from "../store/schema.ts";
import { type Compiled, tableOf } from "./compile.ts";
import type { Cursor, Total } from "./cursor.ts";
import { estimate } from "./estimate.ts";
import type { Thing } from "./field.ts";
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
import { countInCube, cubeFor, severitiesIn } from "./sources.ts";
import { countAtLeast, countCap } from "./total.ts";

export type Row = Record<string, string | number | null>;

export interface PageQuery {
  thing: Thing;
  compiled: Compiled;
  keys: readonly SortKey[];
  cursor: Cursor | null;
  /** Records on the page. */
  limit: number;
  timeoutMs: number;
  /** How long one way to the page may take before another is tried. */
  attemptMs: number;
  /** Up to which price of the planner's all matches are collected; dearer ones are walked in their order. */
  collectCost: number;
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

interface Found {
  /** One more than the page has, if there are so many. */
  rows: Row[];
  total: Total;
}

/**
 * Few matches are collected by whatever index finds them, counted and then sorted; only where there are many is the list
 * walked in its order, since then matches are close together. Left alone, the planner walks the order for rare matches
 * too, which takes seconds.
 */
async function readInOrder(db: Kysely<Schema>, page: PageQuery): Promise<Found> {
  const { cursor, limit } = page;
  const known = cursor?.total ?? (await countInCube(db, page.thing, page.compiled.condition, page.compiled.where));
  // Of such a number nothing follows about the way: the first page looks for it, the others go on.
  const isScattered = cubeFor(page.thing, page.compiled.condition, null)?.isScattered === true;
  if (known !== null && (known.isCapped || known.value > countCap) && !(isScattered && cursor === null))
    return { rows: await readMany(db, page), total: known };
  if (known !== null && !isScattered) {
    const found = await collect(db, page);
    return cursor === null ? found : { ...found, total: known };
  }
  const few = await collectIfCheap(db, page);
  if (few !== null) return cursor === null || known === null ? few : { ...few, total: known };
  const rows = await readMany(db, page);
  if (known !== null) return { rows, total: known };
  if (rows.length <= limit) return { rows, total: { value: rows.length, isCapped: false } };
  return { rows, total: await countAtLeast(db, page, rows.length) };
}

async function collectIfCheap(db: Kysely<Schema>, page: PageQuery): Promise<Found | null> {
  const table = sql.table(tableOf[page.thing]);
  const { cost, rows } = await estimate(db, matchesOf(page));
  const highestCost = page.collectCost;
  // Dearer ones only where they are so rare that a walk to the end of the page would be longer.
  if (cost > 3 * highestCost) return null;
  if (cost > highestCost && rows > (page.limit * (await estimate(db, sql`select from ${table}`)).rows) / rows)
    return null;
  return await withinTime(db, attempt(page), () => collect(db, page));
}

function attempt({ attemptMs, timeoutMs }: PageQuery): { limitMs: number; timeoutMs: number } {
  return { limitMs: attemptMs, timeoutMs };
}

/**
 * Matches that all stand at the end of the order make the walk long: then sorting them all is quicker, unless they are so
 * many that longer walks are the better bet: on a machine that has much else to do, or where what is read is still on
 * the disk. Collecting hundreds of thousands from there takes minutes.
 */
async function readMany(db: Kysely<Schema>, page: PageQuery): Promise<Row[]> {
  const walkFor = async (patience: number) => {
    const attempted = { ...page, attemptMs: patience * page.attemptMs };
    return await withinTime(db, attempt(attempted), () => walk(db, attempted));
  };
  const walked = await walkFor(1);
  if (walked !== null) return walked;
  const { cost } = await estimate(db, matchesOf(page));
  const longer = cost > 10 * page.collectCost ? [6, 100] : [];
  for (const patience of longer) {
    const found = await walkFor(patience);
    if (found !== null) return found;
  }
  return (await collect(db, page)).rows;
}

function matchesOf(page: PageQuery): RawBuilder<unknown> {
  return sql`select ${keyColumns(page)} from ${sql.table(tableOf[page.thing])} where ${page.compiled.where}`;
}

/** `offset 0` keeps the order from the planner, so that it does not walk after all. */
async function collect(db: Kysely<Schema>, page: PageQuery): Promise<Found> {
  const { thing, compiled, keys, limit } = page;
  const table = tableOf[thing];
  const { rows } = await sql<Row>`
    with found as materialized (
      select ${keyColumns(page)} from ${sql.table(table)} where ${compiled.where} and ${fromCursor(page)} offset 0
    ), page as (
      select * from found order by ${orderBy(keys, "found")} limit ${limit + 1}
    )
    select ${sql.table(table)}.*, (select count(*) from found) as "found_total"
    from page join ${sql.table(table)} on ${sql.ref(`${table}.id`)} = page.id${sameDay(thing)}
    order by ${orderBy(keys, table)}`.execute(db);
  return { rows, total: { value: Number(rows[0]?.foundTotal ?? 0), isCapped: false } };
}

/** Signals lie in partitions by time: with it only one of them is looked into. */
function sameDay(thing: Thing): RawBuilder<unknown> {
  return thing === "signals" ? sql` and signal.at = page.at` : sql``;
}

/** Stretch by stretch, until the page is full. */
async function walk(db: Kysely<Schema>, page: PageQuery): Promise<Row[]> {
  const { thing, compiled, limit } = page;
  const table = tableOf[thing];
  const narrowed = page.keys[0]?.column === "severity" ? await severitiesIn(db, thing, compiled) : null;
  const where = narrowed === null ? compiled.test : sql<SqlBool>`${compiled.test} and ${narrowed}`;
  const rows: Row[] = [];
  const end = performance.now() + page.attemptMs;
  for (const [i, stretch] of stretches(page).entries()) {
    if (i > 0) await setStatementTimeout(db, Math.max(1, Math.ceil(end - performance.now())));
    // The keys first: where the index holds all that is asked, rows that do not match are never looked at.
    const found = await sql<Row>`
      select ${sql.table(table)}.* from (${firstKeys(page, { where, stretch, limit: limit + 1 - rows.length })}) as page
      join ${sql.table(table)} on ${sql.ref(`${table}.id`)} = page.id${sameDay(thing)}
      order by ${orderBy(stretch.keys, table)}`.execute(db);
    rows.push(...found.rows);
    if (rows.length > limit) break;
  }
  return rows;
}

interface Walk {
  where: RawBuilder<SqlBool>;
  stretch: Stretch;
  limit: number;
}

/**
 * The keys of the first rows of a stretch. Findings of some definitions are walked definition by definition, each in its
 * order: a rule's findings may all be mild, and then everything worse would be walked through before the first of them.
 */
function firstKeys(page: PageQuery, { where, stretch, limit }: Walk): RawBuilder<unknown> {
  const table = tableOf[page.thing];
  const keys = (condition: RawBuilder<SqlBool>) => sql`
    select ${keyColumns(page)} from ${sql.table(table)} where ${condition} and ${where} and ${stretch.where}
    order by ${orderBy(stretch.keys, table)} limit ${limit}`;
  const { definitions } = page.compiled;
  if (definitions === null || definitions.length > mostDefinitions || page.keys[0]?.column !== "severity")
    return keys(sql<SqlBool>`true`);
  return sql`
    select found.* from unnest(${definitions}::uuid[]) as definition (id)
    cross join lateral (${keys(sql<SqlBool>`finding.definition_id = definition.id`)}) as found
    order by ${orderBy(stretch.keys, "found")} limit ${limit}`;
}

/** Beyond, findings of all severities are among them, and one walk for all is shorter. */
const mostDefinitions = 500;

function keyColumns({ thing, keys }: PageQuery): RawBuilder<unknown> {
  return sql.join(keys.map((key) => sql.ref(`${tableOf[thing]}.${key.column}`)));
}

/** From the cursor on, in the order of the keys. */
function stretches({ cursor, keys, thing }: PageQuery): Stretch[] {
  if (cursor === null) return stretchesOf(keys, tableOf[thing]);
  return stretchesAfter(keys, checkKeys(keys, cursor.keys), tableOf[thing]);
}

function fromCursor(page: PageQuery): RawBuilder<SqlBool> {
  if (page.cursor === null) return sql<SqlBool>`true`;
  const parts = stretches(page).map(({ where }) => where);
  return parts.length === 0 ? sql<SqlBool>`false` : sql<SqlBool>`(${sql.join(parts, sql` or `)})`;
}

const keyPatterns: Record<SortKey["type"], RegExp> = {
  smallint: /^-?\d{1,4}$/,
  integer: /^-?\d{1,9}$/,
  timestamptz: /^[1-9]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$/,
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  text: /^[^\0]*$/,
};

/** A cursor may have been made up: what it holds must at least be of the column's type. */
function checkKeys(keys: readonly SortKey[], values: KeyValues): KeyValues {
  const fits = keys.every(
    ({ type }, i) =>
      values[i] === null ||
      (keyPatterns[type].test(String(values[i])) && (type !== "timestamptz" || isDay(String(values[i])))),
  );
  if (values.length === keys.length && fits) return values;
  throw new ConfigError("The cursor cannot be read: start again without it.", { field: "cursor" });
}

/** Not the 30th of February, which JavaScript takes for the 2nd of March and PostgreSQL for an error. */
function isDay(time: string): boolean {
  const ms = Date.parse(time);
  return !Number.isNaN(ms) && new Date(ms).toISOString().slice(0, 10) === time.slice(0, 10);
}
