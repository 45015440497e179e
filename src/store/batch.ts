import { CompiledQuery, type Kysely } from "kysely";
import { FencedError } from "../errors.ts";
import { CopyData, SeveralStatements } from "./copy.ts";
import { type ColumnType, copyBinary } from "./copy-binary.ts";
import { GrowingBytes } from "./growing-bytes.ts";
import type { Schema } from "./schema.ts";

/**
 * How a table is written a page at a time. Rows that are new go the way of COPY, which takes half of what any `insert`
 * takes; rows that may be there travel as one JSON parameter (`json_to_recordset`), the fastest of the others.
 */
export interface BatchTable<Row> {
  name: keyof Schema;
  columns: Readonly<Record<keyof Row & string, ColumnType>>;
  key: readonly (keyof Row & string)[];
}

/** What happens to a row that is there already. */
export type OnConflict =
  | { do: "nothing" }
  /** Overwrites the row, held back by the condition `where`. */
  | { do: "update"; where: string }
  /** Overwrites the row only if it still has the version before this one, so that nobody's change is lost. */
  | { do: "next_version" }
  /** Adds to a counter. */
  | { do: "add"; column: string };

/** Another transaction changed a row between our reading and our writing it. The page is to be done again. */
export class PageConflictError extends FencedError {}

/**
 * Writes the rows, sorted by key so that two writers never wait for each other in a circle.
 * Returns how many were inserted or updated.
 * @throws PageConflictError when `next_version` finds another version than the one that was read
 */
export async function writeBatch<Row>(
  db: Kysely<Schema>,
  table: BatchTable<Row>,
  rows: readonly Row[],
  conflict: OnConflict,
): Promise<number> {
  if (rows.length === 0) return 0;
  const result = await db.executeQuery(CompiledQuery.raw(buildStatement(table, conflict), [toJson(table, rows)]));
  const count = Number(result.numAffectedRows ?? 0);
  checkCount(conflict.do === "next_version", table.name, rows.length, count);
  return count;
}

function checkCount(isVersioned: boolean, table: string, rows: number, count: number): void {
  if (!isVersioned || count === rows) return;
  throw new PageConflictError(`${rows - count} rows of ${table} were changed by someone else`);
}

/** Rows on their way to a table. */
export interface Write {
  statement: string;
  table: keyof Schema;
  rows: number;
  isVersioned: boolean;
}

export function writeOf<Row>(table: BatchTable<Row>, rows: readonly Row[], conflict: OnConflict): Write {
  const statement = buildStatement(table, conflict, literalOf(toJson(table, rows)));
  return { statement, table: table.name, rows: rows.length, isVersioned: conflict.do === "next_version" };
}

/** As pg's `escapeLiteral`, which goes letter by letter and leaves more garbage than all else that a page needs. */
function literalOf(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return quoted.includes("\\") ? ` E${quoted.replaceAll("\\", "\\\\")}` : quoted;
}

/**
 * Writes several tables in one message: nothing that this process does meanwhile comes between them. Returns how many
 * rows each inserted or updated. @throws PageConflictError as `writeBatch` does
 */
export async function writeTogether(db: Kysely<Schema>, writes: readonly Write[]): Promise<number[]> {
  const filled = writes.filter(({ rows }) => rows > 0);
  if (filled.length === 0) return writes.map(() => 0);
  const message = CompiledQuery.raw(filled.map(({ statement }) => statement).join(";\n"), [new SeveralStatements()]);
  const { rows: counts } = await db.executeQuery<{ count: number }>(message);
  return writes.map((write) => {
    const count = counts[filled.indexOf(write)]?.count ?? 0;
    checkCount(write.isVersioned, write.table, write.rows, count);
    return count;
  });
}

const uniqueViolation = "23505";

/** Room that is used again: the megabyte that a page takes would otherwise stay until the old heap is next looked through. */
const spareBytes: GrowingBytes[] = [];
const mostSpareBytes = 4;

/**
 * Writes rows that are not there, as far as we know; where one is after all, all of them go the slower way of
 * `writeBatch`. Returns how many were inserted or updated. @throws PageConflictError as `writeBatch` does
 */
export async function insertBatch<Row>(
  db: Kysely<Schema>,
  table: BatchTable<Row>,
  rows: readonly Row[],
  conflict: OnConflict,
): Promise<number> {
  if (rows.length === 0) return 0;
  const bytes = spareBytes.pop() ?? new GrowingBytes();
  const data = new CopyData(copyBinary(table.columns, sortedByKey(table, rows), bytes));
  try {
    await db.executeQuery(CompiledQuery.raw(copyStatement(table, db.isTransaction), [data]));
    // After a failure the connection may still hold on to them.
    bytes.clear();
    if (spareBytes.length < mostSpareBytes) spareBytes.push(bytes);
    return rows.length;
  } catch (error) {
    if ((error as { code?: string }).code !== uniqueViolation) throw error;
    if (db.isTransaction) await db.executeQuery(CompiledQuery.raw("rollback to savepoint batch"));
    return await writeBatch(db, table, rows, conflict);
  }
}

/** Writes rows whose `version` is one more than the one read; 1: the row is new. @throws PageConflictError */
export async function writeVersions<Row extends { version: number }>(
  db: Kysely<Schema>,
  table: BatchTable<Row>,
  rows: readonly Row[],
): Promise<void> {
  const conflict = { do: "next_version" } as const;
  await insertBatch(
    db,
    table,
    rows.filter((row) => row.version === 1),
    conflict,
  );
  await writeBatch(
    db,
    table,
    rows.filter((row) => row.version !== 1),
    conflict,
  );
}

function sortedByKey<Row>(table: BatchTable<Row>, rows: readonly Row[]): Row[] {
  const keyed = rows.map((row) => ({ row, key: table.key.map((column) => row[column]).join() }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ row }) => row);
}

/** JSON knows no bytes: they travel as base64. */
function toJson<Row>(table: BatchTable<Row>, rows: readonly Row[]): string {
  const names = Object.keys(table.columns) as (keyof Row & string)[];
  const bytes = names.filter((name) => table.columns[name] === "bytea");
  if (bytes.length === 0) return JSON.stringify(rows);
  const textOf = (row: Row) => bytes.map((name) => [name, (row[name] as Buffer).toString("base64")] as const);
  return JSON.stringify(rows.map((row) => ({ ...row, ...Object.fromEntries(textOf(row)) })));
}

function buildStatement<Row>(table: BatchTable<Row>, conflict: OnConflict, json = "$1"): string {
  const columns = Object.entries<string>(table.columns);
  const name = snakeCase(table.name);
  const names = columns.map(([column]) => snakeCase(column));
  const record = columns.map(([column, type]) => `"${column}" ${type === "bytea" ? "text" : type}`);
  const picks = columns.map(([column, type]) => (type === "bytea" ? `decode("${column}", 'base64')` : `"${column}"`));
  const key = table.key.map(snakeCase).join(", ");
  return `insert into ${name} (${names.join(", ")})
select ${picks.join(", ")} from json_to_recordset(${json}::json) as r(${record.join(", ")})
order by ${table.key.map((column) => `"${column}"`).join(", ")}
on conflict (${key}) do ${conflictAction(name, names, conflict)}`;
}

function copyStatement<Row>(table: BatchTable<Row>, isTransaction: boolean): string {
  const names = Object.keys(table.columns).map(snakeCase);
  const copy = `copy ${snakeCase(table.name)} (${names.join(", ")}) from stdin (format binary)`;
  // One message, so that the savepoint costs no round trip.
  return isTransaction ? `savepoint batch; ${copy}; release savepoint batch` : copy;
}

function conflictAction(name: string, names: readonly string[], conflict: OnConflict): string {
  if (conflict.do === "nothing") return "nothing";
  if (conflict.do === "add")
    return `update set ${conflict.column} = ${name}.${conflict.column} + excluded.${conflict.column}`;
  const sets = names.map((column) => `${column} = excluded.${column}`).join(", ");
  const where = conflict.do === "next_version" ? `${name}.version = excluded.version - 1` : conflict.where;
  return `update set ${sets} where ${where}`;
}

function snakeCase(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
