import { type Kysely, type RawBuilder, type SqlBool, sql } from "kysely";
import type { Schema } from "../store/schema.ts";
import type { Bound, Condition, Match, Test } from "./condition.ts";
import { estimate } from "./estimate.ts";
import type { FieldType, Place, Thing } from "./field.ts";

type Sql = RawBuilder<SqlBool>;

export const tableOf = { findings: "finding", assets: "asset", signals: "signal" } as const satisfies Record<
  Thing,
  keyof Schema
>;

/** With more than these, the search goes through the other table instead of through a list of ids. */
const relatedIdsCap = 5000;

/** A condition as SQL on the thing's table, every value a parameter. Both forms hold for the same rows. */
export interface Compiled {
  /** What is left of the condition when matches that find nothing are taken out. */
  condition: Condition;
  /** To be used where all matches are wanted. */
  where: Sql;
  /** To be tested row by row, where most rows match and few are wanted. */
  test: Sql;
  /** The definitions of which one must be a match's, if the condition says so and they are few enough to be listed. */
  definitions: readonly string[] | null;
  /** A part of the same condition. */
  whereOf(part: Condition): Sql;
}

/**
 * What a condition asks of other tables (the title of a definition, the name of an asset) is looked up first: with ids at
 * hand the planner knows how many rows to expect and never walks a whole list in its order, testing texts. So are the
 * values that a wildcard stands for.
 */
export async function compileCondition(db: Kysely<Schema>, thing: Thing, condition: Condition): Promise<Compiled> {
  const known: Known = new Map();
  for (const match of matchesIn(condition)) {
    const values = match.place.at === "related" ? await relatedIds(db, match) : await ownValues(db, thing, match);
    if (values !== null) known.set(match, values);
  }
  const left = withoutNothing(condition, known, await noneWithoutDefinition(db, thing, condition));
  const whereOf = (part: Condition) => toSql(part, { table: tableOf[thing], known, isTest: false });
  const test = toSql(left, { table: tableOf[thing], known, isTest: true });
  return { condition: left, where: whereOf(left), test, definitions: definitionsOf(left, known), whereOf };
}

function definitionsOf(condition: Condition, known: Known): readonly string[] | null {
  const parts = condition.type === "and" ? condition.conditions : [condition];
  for (const part of parts) {
    const matches = part.type === "or" ? part.conditions : [part];
    const lists = matches.map((match) =>
      match.type === "match" && match.place.at === "related" && match.place.own === "definitionId"
        ? known.get(match)
        : undefined,
    );
    if (lists.every((list) => list !== undefined)) return [...new Set(lists.flat())];
  }
  return null;
}

/** Whether no finding is without a definition, if the condition has a place for those: there are none at most tenants. */
async function noneWithoutDefinition(db: Kysely<Schema>, thing: Thing, condition: Condition): Promise<boolean> {
  const isOwn = (match: Match) => match.place.at === "own" && match.place.unless === "definitionId";
  if (thing !== "findings" || ![...matchesIn(condition)].some(isOwn)) return false;
  const { rows } = await sql`select from finding where definition_id is null limit 1`.execute(db);
  return rows.length === 0;
}

/** Alternatives that find nothing only keep the others from using what they know: an index, a count table. */
function withoutNothing(condition: Condition, known: Known, hasNoOwn: boolean): Condition {
  if (condition.type === "and") {
    return { ...condition, conditions: condition.conditions.map((child) => withoutNothing(child, known, hasNoOwn)) };
  }
  if (condition.type !== "or") return condition;
  const isNothing = (child: Condition) =>
    child.type === "match" && (known.get(child)?.length === 0 || (hasNoOwn && child.place.at === "own"));
  const conditions = condition.conditions
    .filter((child) => !isNothing(child))
    .map((child) => withoutNothing(child, known, hasNoOwn));
  // One alternative that finds nothing says that there is nothing to find.
  if (conditions.length === 0) return condition.conditions[0] ?? condition;
  return conditions.length === 1 ? conditions[0]! : { type: "or", conditions };
}

/** What was looked up for a match: ids of another table, or values of its own column. */
type Known = Map<Match, readonly string[]>;

interface Target {
  table: string;
  known: Known;
  isTest: boolean;
}

function* matchesIn(condition: Condition): Generator<Match> {
  if (condition.type === "and" || condition.type === "or")
    for (const child of condition.conditions) yield* matchesIn(child);
  else if (condition.type === "not" || condition.type === "child") yield* matchesIn(condition.condition);
  else if (condition.type === "match") yield condition;
}

/** With so many more expected than are listed, they are not even begun to be read. */
const surelyTooMany = 20 * relatedIdsCap;

/** `null`: too many to list. */
async function relatedIds(db: Kysely<Schema>, match: Match): Promise<string[] | null> {
  const { rows: expected } = await estimate(db, relatedKeys(match, match.place as RelatedPlace));
  if (expected > surelyTooMany) return null;
  const query = sql<{ id: string }>`${relatedKeys(match, match.place as RelatedPlace)} limit ${relatedIdsCap + 1}`;
  const { rows } = await query.execute(db);
  return rows.length > relatedIdsCap ? null : [...new Set(rows.map((row) => row.id))];
}

type RelatedPlace = Place & { at: "related" };

function relatedKeys(match: Match, place: RelatedPlace): RawBuilder<{ id: string }> {
  // An account has many assets; the other keys hardly repeat, and finding all of them takes longer than some too many.
  const distinct = place.key === "accountId" ? sql`distinct ` : sql``;
  return sql`select ${distinct}${sql.ref(`${place.table}.${place.key}`)} as id from ${sql.table(place.table)} where ${relatedSql(match, place)}`;
}

function relatedSql(match: Match, place: RelatedPlace): Sql {
  const condition = placeSql({ ...match, place: place.place }, { table: place.table, known: new Map(), isTest: false });
  const more: Sql[] = [
    ...(place.kind === undefined ? [] : [sql<SqlBool>`${sql.ref(`${place.table}.kind`)} = ${place.kind}`]),
    ...(place.except === undefined ? [] : [sql<SqlBool>`${sql.ref(`${place.table}.externalId`)} <> ${place.except}`]),
  ];
  return joined([...more, condition], "and");
}

/** What is known of the values that a match finds in the thing's own table; `null`: nothing. */
async function ownValues(db: Kysely<Schema>, thing: Thing, match: Match): Promise<string[] | null> {
  return (await hasNone(db, thing, match)) ? [] : await wildcardValues(db, thing, match);
}

/** Whether no finding has such a package or CVE: free text asks for both, and mostly for nothing. */
async function hasNone(db: Kysely<Schema>, thing: Thing, match: Match): Promise<boolean> {
  const { place, test } = match;
  if (thing !== "findings" || place.at !== "columns") return false;
  const isProbed =
    (place.columns[0] === "packageName" && test.type === "prefix") ||
    (place.columns[0] === "cve" && test.type === "oneOf");
  if (!isProbed) return false;
  const condition = placeSql(match, { table: "finding", known: new Map(), isTest: false });
  const { rows } = await sql`select from finding where ${condition} limit 1`.execute(db);
  return rows.length === 0;
}

/** The values that a wildcard stands for. `null`: not to be listed. */
async function wildcardValues(db: Kysely<Schema>, thing: Thing, match: Match): Promise<string[] | null> {
  const { place, test } = match;
  if (thing !== "findings" || place.at !== "columns" || test.type !== "like") return null;
  const [name = ""] = place.columns;
  const values = Object.hasOwn(listable, name) ? listable[name] : undefined;
  if (values === undefined) return null;
  const { rows } = await sql<{ value: string }>`
    ${values} select distinct value from value where value ilike ${test.pattern} limit ${relatedIdsCap + 1}`.execute(
    db,
  );
  return rows.length > relatedIdsCap ? null : rows.map((row) => row.value);
}

/** Columns of findings with much fewer values than rows, and a table named `value` that has them all. */
const listable: Record<string, RawBuilder<unknown>> = {
  region: valuesInIndex("region", { after: ">", order: "<" }),
  assetType: valuesInIndex("assetType", { after: ">", order: "<" }),
  packageName: valuesInIndex("packageName", { after: "~>~", order: "~<~" }),
  projects: sql`with value as (select project as value from cube_project where project <> '')`,
  // They are the tags of its asset, and assets are fewer.
  tags: sql`with value as (select unnest(tags) as value from asset)`,
};

/** The index is asked for one value after the other. `after` and `order` are how it compares. */
function valuesInIndex(name: string, { after, order }: { after: string; order: string }): RawBuilder<unknown> {
  const column = sql.ref(`finding.${name}`);
  const first = sql`order by ${column} using ${sql.raw(order)} limit 1`;
  return sql`
    with recursive value as (
      (select ${column} as value from finding where ${column} is not null ${first})
      union all
      select (select ${column} from finding where ${column} ${sql.raw(after)} value.value ${first})
      from value where value.value is not null
    )`;
}

function toSql(condition: Condition, target: Target): Sql {
  switch (condition.type) {
    case "all":
      return sql<SqlBool>`true`;
    case "and":
    case "or":
      return joined(
        condition.conditions.map((child) => toSql(child, target)),
        condition.type,
      );
    // Absent values make a test neither true nor false; NOT means everything that is not true.
    case "not":
      return (
        absentSql(condition.condition, target) ?? sql<SqlBool>`(${toSql(condition.condition, target)}) is not true`
      );
    case "child": {
      const { child } = condition;
      const [own, key] = [sql.ref(`${target.table}.${child.own}`), sql.ref(`${child.table}.${child.key}`)];
      const inner = toSql(condition.condition, { ...target, table: child.table });
      return sql<SqlBool>`${own} in (select ${key} from ${sql.table(child.table)} where ${inner})`;
    }
    case "match":
      return placeSql(condition, target);
  }
}

/** That a column has no value, in the form that an index knows. */
function absentSql(condition: Condition, { table }: Target): Sql | null {
  if (condition.type !== "match" || condition.test.type !== "present" || condition.valueType === "list") return null;
  const { place } = condition;
  if (place.at !== "columns" || place.columns.length !== 1) return null;
  return sql<SqlBool>`${sql.ref(`${table}.${place.columns[0]}`)} is null`;
}

function placeSql(match: Match, { table, known, isTest }: Target): Sql {
  const { place } = match;
  const found = known.get(match);
  switch (place.at) {
    case "columns": {
      const [first] = place.columns;
      if (found !== undefined && match.valueType === "list")
        return sql<SqlBool>`${sql.ref(`${table}.${first}`)} && ${found}::text[]`;
      if (found !== undefined) return anyOf(sql.ref(`${table}.${first}`), found, sql`text`);
      const tests = place.columns.map((column) => testSql(sql.ref(`${table}.${column}`), match));
      return joined(tests, "or");
    }
    case "own":
      return sql<SqlBool>`(${sql.ref(`${table}.${place.unless}`)} is null and ${testSql(sql.ref(`${table}.${place.column}`), match)})`;
    case "keys":
      return testSql(sql`array(select jsonb_object_keys(${sql.ref(`${table}.${place.column}`)}))`, match);
    case "constant":
      return testSql(sql`${place.value}::text`, match);
    case "related": {
      const own = sql.ref(`${table}.${place.own}`);
      if (found !== undefined) return anyOf(own, found, place.key === "accountId" ? sql`text` : sql`uuid`);
      if (!isTest) return sql<SqlBool>`${own} in (${relatedKeys(match, place)})`;
      // `offset 0` keeps it a look at one row; the planner would read the whole other table first.
      return sql<SqlBool>`exists (select from ${sql.table(place.table)}
        where ${sql.ref(`${place.table}.${place.key}`)} = ${own} and ${relatedSql(match, place)} offset 0)`;
    }
  }
}

function anyOf(value: RawBuilder<unknown>, found: readonly string[], type: RawBuilder<unknown>): Sql {
  if (found.length === 0) return sql<SqlBool>`false`;
  return sql<SqlBool>`${value} = any(${found}::${type}[])`;
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
