import { type Kysely, type RawBuilder, type SqlBool, sql } from "kysely";
import type { Schema } from "../store/schema.ts";
import type { Bound, Condition, Match, Test } from "./condition.ts";
import type { FieldType, Place, Thing } from "./field.ts";

type Sql = RawBuilder<SqlBool>;

export const tableOf = { findings: "finding", assets: "asset", signals: "signal" } as const satisfies Record<
  Thing,
  keyof Schema
>;

/** With more than these, the search goes through the other table instead of through a list of ids. */
const relatedIdsCap = 5000;

/**
 * The condition as SQL on the thing's table, every value a parameter. What a condition asks of other tables (the title
 * of a definition, the name of an asset) is looked up first: with ids at hand the planner knows how many rows to expect
 * and never walks a whole list in its order, testing texts.
 */
export async function compileCondition(db: Kysely<Schema>, thing: Thing, condition: Condition): Promise<Sql> {
  const ids = new Map<Match, string[]>();
  for (const match of relatedMatches(condition)) {
    const found = await relatedIds(db, match);
    if (found !== null) ids.set(match, found);
  }
  return toSql(condition, tableOf[thing], ids);
}

function* relatedMatches(condition: Condition): Generator<Match> {
  if (condition.type === "and" || condition.type === "or")
    for (const child of condition.conditions) yield* relatedMatches(child);
  else if (condition.type === "not" || condition.type === "child") yield* relatedMatches(condition.condition);
  else if (condition.type === "match" && condition.place.at === "related") yield condition;
}

/** `null`: too many to list. */
async function relatedIds(db: Kysely<Schema>, match: Match): Promise<string[] | null> {
  const query = sql<{ id: string }>`${relatedKeys(match, match.place as RelatedPlace)} limit ${relatedIdsCap + 1}`;
  const { rows } = await query.execute(db);
  return rows.length > relatedIdsCap ? null : rows.map((row) => row.id);
}

type RelatedPlace = Place & { at: "related" };

function relatedKeys(match: Match, place: RelatedPlace): RawBuilder<{ id: string }> {
  const condition = placeSql({ ...match, place: place.place }, place.table);
  const ofKind = place.kind === undefined ? sql`` : sql`${sql.ref(`${place.table}.kind`)} = ${place.kind} and `;
  return sql`select distinct ${sql.ref(`${place.table}.${place.key}`)} as id from ${sql.table(place.table)} where ${ofKind}${condition}`;
}

function toSql(condition: Condition, table: string, ids: ReadonlyMap<Match, string[]>): Sql {
  switch (condition.type) {
    case "all":
      return sql<SqlBool>`true`;
    case "and":
    case "or":
      return joined(
        condition.conditions.map((child) => toSql(child, table, ids)),
        condition.type,
      );
    // Absent values make a test neither true nor false; NOT means everything that is not true.
    case "not":
      return sql<SqlBool>`(${toSql(condition.condition, table, ids)}) is not true`;
    case "child": {
      const { child } = condition;
      const [own, key] = [sql.ref(`${table}.${child.own}`), sql.ref(`${child.table}.${child.key}`)];
      return sql<SqlBool>`${own} in (select ${key} from ${sql.table(child.table)} where ${toSql(condition.condition, child.table, ids)})`;
    }
    case "match":
      return placeSql(condition, table, ids.get(condition));
  }
}

function placeSql(match: Match, table: string, ids?: readonly string[]): Sql {
  const { place } = match;
  switch (place.at) {
    case "columns":
      return joined(
        place.columns.map((column) => testSql(sql.ref(`${table}.${column}`), match)),
        "or",
      );
    case "own":
      return sql<SqlBool>`(${sql.ref(`${table}.${place.unless}`)} is null and ${testSql(sql.ref(`${table}.${place.column}`), match)})`;
    case "keys":
      return testSql(sql`array(select jsonb_object_keys(${sql.ref(`${table}.${place.column}`)}))`, match);
    case "constant":
      return testSql(sql`${place.value}::text`, match);
    case "related": {
      const own = sql.ref(`${table}.${place.own}`);
      if (ids === undefined) return sql<SqlBool>`${own} in (${relatedKeys(match, place)})`;
      const type = place.key === "accountId" ? sql`text` : sql`uuid`;
      return ids.length === 0 ? sql<SqlBool>`false` : sql<SqlBool>`${own} = any(${ids}::${type}[])`;
    }
  }
}

function joined(conditions: Sql[], word: "and" | "or"): Sql {
  if (conditions.length === 1) return conditions[0]!;
  return sql<SqlBool>`(${sql.join(conditions, word === "and" ? sql` and ` : sql` or `)})`;
}

function testSql(value: RawBuilder<unknown>, { test, valueType }: Match): Sql {
  if (valueType === "list") return listSql(value, test);
  switch (test.type) {
    case "present":
      return sql<SqlBool>`${value} is not null`;
    case "like":
      return sql<SqlBool>`${value} ilike ${test.pattern}`;
    case "prefix":
      return sql<SqlBool>`${value} like ${test.pattern}`;
    case "words":
      return sql<SqlBool>`${value} @@ to_tsquery('simple', ${test.query})`;
    case "oneOf": {
      const type = sqlType(valueType, test.values);
      if (test.values.length === 1) return sql<SqlBool>`${value} = ${test.values[0]}::${type}`;
      return sql<SqlBool>`${value} = any(${test.values}::${type}[])`;
    }
    case "range":
      return rangeSql(value, valueType, test);
  }
}

function listSql(value: RawBuilder<unknown>, test: Test): Sql {
  if (test.type === "oneOf") return sql<SqlBool>`${value} && ${test.values}::text[]`;
  if (test.type === "like")
    return sql<SqlBool>`exists (select from unnest(${value}) as entry where entry ilike ${test.pattern})`;
  return sql<SqlBool>`cardinality(${value}) > 0`;
}

function rangeSql(value: RawBuilder<unknown>, valueType: FieldType, { from, to }: Test & { type: "range" }): Sql {
  const side = (bound: Bound | null, sign: ">" | "<") =>
    bound === null
      ? []
      : [
          sql<SqlBool>`${value} ${sql.raw(bound.isIncluded ? `${sign}=` : sign)} ${bound.value}::${sqlType(valueType, [bound.value])}`,
        ];
  return joined([...side(from, ">"), ...side(to, "<")], "and");
}

/** The type that keeps the column's indexes usable: a `real` column compared with a double is never equal to 9.8. */
function sqlType(valueType: FieldType, values: readonly unknown[]): RawBuilder<unknown> {
  const isWhole = values.every((value) => Number.isInteger(value));
  switch (valueType) {
    case "integer":
      return isWhole ? sql`int` : sql`float8`;
    case "number":
      return sql`real`;
    case "enum":
      return isWhole ? sql`int` : sql`text`;
    case "boolean":
      return sql`boolean`;
    case "date":
      return sql`timestamptz`;
    case "id":
      return sql`uuid`;
    default:
      return sql`text`;
  }
}
