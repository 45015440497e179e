import { type RawBuilder, type SqlBool, sql } from "kysely";
import { ConfigError } from "../errors.ts";
import type { Thing } from "./field.ts";

type Sql = RawBuilder<SqlBool>;

/** One column of an order. `desc` puts absent values first, `asc` last, as PostgreSQL does by itself. */
export interface SortKey {
  column: string;
  type: "smallint" | "integer" | "timestamptz" | "uuid" | "text";
  direction: "asc" | "desc";
  /** Where a value may be absent: whether the index holds such rows too. */
  absent?: "indexed" | "apart";
}

/** A part of a list that one ordered scan reads. */
export interface Stretch {
  where: Sql;
  /** What it is still to be ordered by. */
  keys: readonly SortKey[];
}

const desc = (column: string, type: SortKey["type"], absent?: SortKey["absent"]): SortKey => ({
  column,
  type,
  direction: "desc",
  ...(absent && { absent }),
});

const asc = (column: string, type: SortKey["type"], absent?: SortKey["absent"]): SortKey => ({
  ...desc(column, type, absent),
  direction: "asc",
});

/**
 * The orders that an index serves; the first is the default. Each has a direction of its own (worst, newest, soonest
 * first; names from A), which `:asc` or `:desc` behind the name turns round: an index is read from either end.
 */
export const sorts = {
  findings: {
    severity: [desc("severity", "smallint"), desc("firstFoundAt", "timestamptz", "indexed"), desc("id", "uuid")],
    riskScore: [desc("riskScore", "smallint"), desc("severity", "smallint"), desc("id", "uuid")],
    firstFound: [desc("firstFoundAt", "timestamptz", "indexed"), desc("id", "uuid")],
    changed: [desc("changedAt", "timestamptz"), desc("id", "uuid")],
    due: [asc("dueAt", "timestamptz", "apart"), asc("id", "uuid")],
  },
  assets: {
    riskScore: [desc("riskScore", "smallint"), asc("id", "uuid")],
    openCritical: [desc("openCritical", "integer"), desc("openHigh", "integer"), asc("id", "uuid")],
    criticality: [desc("criticality", "smallint"), desc("riskScore", "smallint"), asc("id", "uuid")],
    name: [asc("name", "text"), asc("id", "uuid")],
    firstSeen: [desc("firstSeenAt", "timestamptz", "indexed"), asc("id", "uuid")],
    lastSeen: [desc("lastSeenAt", "timestamptz", "indexed"), asc("id", "uuid")],
  },
  signals: {
    at: [desc("at", "timestamptz"), desc("id", "uuid")],
  },
} as const satisfies Record<Thing, Record<string, readonly SortKey[]>>;

/**
 * The order of a sort as users write it: `riskScore`, `riskScore:asc`.
 * @throws ConfigError when there is none of that name
 */
export function findSort(thing: Thing, text: string | undefined): { name: string; keys: readonly SortKey[] } {
  const known: Record<string, readonly SortKey[]> = sorts[thing];
  const [, name, direction] = /^([^:]*)(?::(asc|desc))?$/.exec(text ?? Object.keys(known)[0]!) ?? [];
  const keys = name !== undefined && Object.hasOwn(known, name) ? known[name] : undefined;
  if (keys === undefined)
    throw new ConfigError(
      `${thing} cannot be sorted by "${text}", only by ${Object.keys(known).join(", ")}, each also with :asc or :desc behind it.`,
      { field: "sort" },
    );
  const own = keys[0]!.direction;
  return {
    name: `${name}:${direction ?? own}`,
    keys: direction === undefined || direction === own ? keys : reversed(keys),
  };
}

/** A row's place in an order: the value of each key. Times are texts with every digit that is stored. */
export type KeyValues = readonly (string | number | null)[];

export function orderBy(keys: readonly SortKey[], table: string): RawBuilder<unknown> {
  return sql.join(keys.map((key) => sql`${ref(table, key)} ${sql.raw(key.direction)}`));
}

/** The same order from its other end: absent values change sides with the rest. */
export function reversed(keys: readonly SortKey[]): SortKey[] {
  return keys.map((key) => ({ ...key, direction: key.direction === "asc" ? "desc" : "asc" }));
}

/** The whole list. */
export function stretchesOf(keys: readonly SortKey[], table: string): Stretch[] {
  const [key] = keys;
  if (key?.absent !== "apart") return [{ where: sql<SqlBool>`true`, keys }];
  const parts = [{ where: sql<SqlBool>`${ref(table, key)} is not null`, keys }, absentOf(key, keys, table)];
  return key.direction === "asc" ? parts : parts.reverse();
}

/**
 * What comes after a row, in stretches that follow each other. An index on the keys answers each with one ordered scan
 * that begins at the place, which no single condition allows: a comparison of whole rows cannot say where absent values
 * stand, and an `or` is read from the beginning of the list.
 */
export function stretchesAfter(keys: readonly SortKey[], values: KeyValues, table: string): Stretch[] {
  const [key, ...rest] = keys;
  if (key === undefined) return [];
  const [value = null, ...others] = values;
  const same = value === null ? absentOf(key, keys, table) : { where: equals(key, value, table), keys };
  const within = stretchesAfter(rest, others, table).map(({ where }) => ({
    where: sql<SqlBool>`(${same.where} and ${where})`,
    keys: same.keys,
  }));
  return [...within, ...beyond(keys, value, table)];
}

function beyond(keys: readonly SortKey[], value: string | number | null, table: string): Stretch[] {
  const key = keys[0]!;
  const column = ref(table, key);
  if (value === null) return key.direction === "desc" ? [{ where: sql<SqlBool>`${column} is not null`, keys }] : [];
  if (key.direction === "desc") return [{ where: sql<SqlBool>`${column} < ${literal(key, value)}`, keys }];
  const greater = { where: sql<SqlBool>`${column} > ${literal(key, value)}`, keys };
  return key.absent === undefined ? [greater] : [greater, absentOf(key, keys, table)];
}

/** Rows without a value are all the same to this key; naming it would ask for an index that does not hold them. */
function absentOf(key: SortKey, keys: readonly SortKey[], table: string): Stretch {
  return { where: sql<SqlBool>`${ref(table, key)} is null`, keys: key.absent === "apart" ? keys.slice(1) : keys };
}

function equals(key: SortKey, value: string | number, table: string): Sql {
  return sql<SqlBool>`${ref(table, key)} = ${literal(key, value)}`;
}

function literal(key: SortKey, value: string | number): RawBuilder<unknown> {
  return sql`${value}::${sql.raw(key.type)}`;
}

function ref(table: string, key: SortKey): RawBuilder<unknown> {
  return sql.ref(`${table}.${key.column}`);
}
