import type { Kysely } from "kysely";
import { ConfigError } from "../errors.ts";
import type { Schema } from "../store/schema.ts";
import { readQuery } from "./bind.ts";
import { compileCondition } from "./compile.ts";
import { type Cursor, decodeCursor, encodeCursor } from "./cursor.ts";
import type { Thing } from "./field.ts";
import { findSort, type SortKey } from "./keyset.ts";
import { type PageRows, type Row, readPage } from "./read-page.ts";
import { type FoundRecords, readIntegrationNames, toRecords } from "./read-records.ts";
import { inReadTransaction } from "./read-transaction.ts";

export interface SearchOptions {
  query: string;
  /** Records per page, 1-1000. */
  limit: number;
  /** `nextCursor` or `prevCursor` of another page of the same search. */
  cursor?: string | null | undefined;
  /** One of `sorts`, with `:asc` or `:desc` behind it to turn it round; without it the thing's first. */
  sort?: string | undefined;
  /** What `now` means in the query, in ms; without it the clock. */
  now?: number;
  timeoutMs?: number;
  /** How long one way to the page may take before another is tried. */
  attemptMs?: number;
  /** Up to which price of the planner's all matches are collected; dearer ones are walked in their order. */
  collectCost?: number;
  /** Given when nobody waits for the page any more. */
  signal?: AbortSignal | undefined;
}

export interface SearchPage<T> {
  items: T[];
  /** `null`: this was the last page. */
  nextCursor: string | null;
  /** `null`: this was the first page. */
  prevCursor: string | null;
  total: { value: number; capped: boolean };
}

const maxLimit = 1000;
const defaultTimeoutMs = 30_000;
const defaultAttemptMs = 80;
/** What reading about as many matches as are counted costs. */
const defaultCollectCost = 12_000;

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
  const { timeoutMs = defaultTimeoutMs, attemptMs = defaultAttemptMs, collectCost = defaultCollectCost } = options;
  return await inReadTransaction(db, { timeoutMs, signal: options.signal }, async (trx) => {
    const compiled = await compileCondition(trx, thing, condition);
    const page = { thing, compiled, keys: sort.keys, cursor, limit, timeoutMs, attemptMs, collectCost };
    const read = await readPage(trx, page);
    const items = await toRecords(trx, thing, read.rows, await readIntegrationNames(trx));
    const { value, isCapped } = read.total;
    return { items, ...cursorsAround(identity, { ...page, now }, read), total: { value, capped: isCapped } };
  });
}

/** There is a page where the given one came from, and where there were more rows than it holds. */
function cursorsAround(
  identity: readonly string[],
  { cursor, keys, now }: { cursor: Cursor | null; keys: readonly SortKey[]; now: number },
  { rows, hasMore, total }: PageRows,
): { nextCursor: string | null; prevCursor: string | null } {
  const isBackward = cursor?.isBackward === true;
  const from = (row: Row | undefined, direction: { isBackward: boolean }) =>
    row === undefined
      ? null
      : encodeCursor(identity, { keys: keys.map((key) => row[key.column] ?? null), total, now, ...direction });
  return {
    nextCursor: hasMore || isBackward ? from(rows.at(-1), { isBackward: false }) : null,
    prevCursor: (isBackward ? hasMore : cursor !== null) ? from(rows[0], { isBackward: true }) : null,
  };
}
