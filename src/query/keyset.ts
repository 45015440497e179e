import { type RawBuilder, type SqlBool, sql } from "kysely";
import { ConfigError } from "../errors.ts";
import type { Thing } from "./field.ts";

type Sql = RawBuilder<SqlBool>;

/** One column of an order. `desc` puts absent values first, `asc` last, as PostgreSQL does by itself. */
export interface SortKey {
  column: string;
  type: "smallint" | "timestamptz" | "uuid" | "text";
  direction: "asc" | "desc";
  isNullable?: boolean;
}

/**
 * The orders that an index serves; the first is the default. Each has a direction of its own (worst, newest, soonest
 * first; names from A), which `:asc` or `:desc` behind the name turns round: an index is read from either end.
 */
export const sorts = {
  findings: {
    severity: [
      { column: "severity", type: "smallint", direction: "desc" },
      { column: "firstFoundAt", type: "timestamptz", direction: "desc", isNullable: true },
      { column: "id", type: "uuid", direction: "desc" },
    ],
    changed: [
      { column: "changedAt", type: "timestamptz", direction: "desc" },
      { column: "id", type: "uuid", direction: "desc" },
    ],
  },
  assets: {
    riskScore: [
      { column: "riskScore", type: "smallint", direction: "desc" },
      { column: "id", type: "uuid", direction: "asc" },
    ],
    name: [
      { column: "name", type: "text", direction: "asc" },
      { column: "id", type: "uuid", direction: "asc" },
    ],
    lastSeen: [
      { column: "lastSeenAt", type: "timestamptz", direction: "desc", isNullable: true },
      { column: "id", type: "uuid", direction: "asc" },
    ],
  },
  signals: {
    at: [
      { column: "at", type: "timestamptz", direction: "desc" },
      { column: "id", type: "uuid", direction: "desc" },
    ],
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

/**
 * What comes after a row, as conditions of which each holds for rows behind those of the one before. An index on the
 * keys answers each with one ordered scan that begins at the place, which no single condition allows: a comparison of
 * whole rows cannot say where absent values stand, and an `or` is read from the beginning of the list.
 */
export function stretchesAfter(keys: readonly SortKey[], values: KeyValues, table: string): Sql[] {
  const [key, ...rest] = keys;
  if (key === undefined) return [];
  const [value = null, ...others] = values;
  const column = ref(table, key);
  const same = value === null ? sql<SqlBool>`${column} is null` : sql<SqlBool>`${column} = ${literal(key, value)}`;
  const within = stretchesAfter(rest, others, table).map((further) => sql<SqlBool>`(${same} and ${further})`);
  return [...within, ...beyond(key, value, table)];
}

function beyond(key: SortKey, value: string | number | null, table: string): Sql[] {
  const column = ref(table, key);
  if (key.direction === "desc")
    return [value === null ? sql<SqlBool>`${column} is not null` : sql<SqlBool>`${column} < ${literal(key, value)}`];
  if (value === null) return [];
  const greater = sql<SqlBool>`${column} > ${literal(key, value)}`;
  return key.isNullable === true ? [greater, sql<SqlBool>`${column} is null`] : [greater];
}

function literal(key: SortKey, value: string | number): RawBuilder<unknown> {
  return sql`${value}::${sql.raw(key.type)}`;
}

function ref(table: string, key: SortKey): RawBuilder<unknown> {
  return sql.ref(`${table}.${key.column}`);
}
