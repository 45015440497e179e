import { type RawBuilder, type SqlBool, sql } from "kysely";
import type { Thing } from "./field.ts";

type Sql = RawBuilder<SqlBool>;

/** One column of an order. `desc` puts absent values first, `asc` last, as PostgreSQL does by itself. */
export interface SortKey {
  column: string;
  type: "smallint" | "timestamptz" | "uuid" | "text";
  direction: "asc" | "desc";
}

/** The orders that an index serves; the first is the default. */
export const sorts = {
  findings: {
    severity: [
      { column: "severity", type: "smallint", direction: "desc" },
      { column: "firstFoundAt", type: "timestamptz", direction: "desc" },
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
      { column: "lastSeenAt", type: "timestamptz", direction: "desc" },
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

/** A row's place in an order: the value of each key. Times are texts with every digit that is stored. */
export type KeyValues = readonly (string | number | null)[];

export function orderBy(keys: readonly SortKey[], table: string): RawBuilder<unknown> {
  return sql.join(keys.map((key) => sql`${ref(table, key)} ${sql.raw(key.direction)}`));
}

/** What comes after a row. */
export function after(keys: readonly SortKey[], values: KeyValues, table: string): Sql {
  const [first, ...rest] = keys;
  const isOneWay = keys.every((key) => key.direction === first?.direction);
  // Only a comparison of whole rows lets the index start at the place. It cannot say where absent values come, which
  // stand first in descending order: past a value they are behind us.
  if (isOneWay && first?.direction === "desc" && !values.includes(null)) {
    const columns = sql.join(keys.map((key) => ref(table, key)));
    const place = sql.join(keys.map((key, i) => literal(key, values[i]!)));
    return sql<SqlBool>`(${columns}) < (${place})`;
  }
  const bound = values[0] === null || first === undefined ? null : notBefore(first, values[0]!, table);
  const expanded = expand(first, rest, values, table);
  return bound === null ? expanded : sql<SqlBool>`(${bound} and ${expanded})`;
}

/** Says nothing new, but in a form that an index on the first key understands. */
function notBefore(key: SortKey, value: string | number, table: string): Sql | null {
  if (key.direction === "asc" && key.type !== "text") return null;
  return sql<SqlBool>`${ref(table, key)} ${sql.raw(key.direction === "desc" ? "<=" : ">=")} ${literal(key, value)}`;
}

function expand(key: SortKey | undefined, rest: readonly SortKey[], values: KeyValues, table: string): Sql {
  if (key === undefined) return sql<SqlBool>`false`;
  const [value = null, ...others] = values;
  const column = ref(table, key);
  const further = expand(rest[0], rest.slice(1), others, table);
  if (value === null) {
    const same = sql<SqlBool>`(${column} is null and ${further})`;
    return key.direction === "desc" ? sql<SqlBool>`(${column} is not null or ${same})` : same;
  }
  const beyond = sql<SqlBool>`${column} ${sql.raw(key.direction === "desc" ? "<" : ">")} ${literal(key, value)}`;
  return sql<SqlBool>`(${beyond} or (${column} = ${literal(key, value)} and ${further}))`;
}

function literal(key: SortKey, value: string | number): RawBuilder<unknown> {
  return sql`${value}::${sql.raw(key.type)}`;
}

function ref(table: string, key: SortKey): RawBuilder<unknown> {
  return sql.ref(`${table}.${key.column}`);
}
