import { type Kysely, type RawBuilder, type SqlBool, sql } from "kysely";
import { ConfigError } from "../errors.ts";
import { findingStatuses, severities } from "../model.ts";
import type { Schema } from "../store/schema.ts";
import { readQuery } from "./bind.ts";
import { type Compiled, compileCondition, tableOf } from "./compile.ts";
import type { Condition } from "./condition.ts";
import { estimate } from "./estimate.ts";
import { type FacetField, findFacet } from "./facet-fields.ts";
import type { Thing } from "./field.ts";
import { readIntegrationNames } from "./read-records.ts";
import { inReadTransaction, withinTime } from "./read-transaction.ts";
import type { IntegrationNames } from "./records.ts";
import { always, countableSignals, countedSignals, isCountedSignalColumn } from "./signal-counts.ts";
import { cubeFor, sampleOf } from "./sources.ts";
import { mainWords } from "./values.ts";

export interface FacetOptions {
  query: string;
  /** Names of fields, see `facetFieldNames`. */
  by: readonly string[];
  /** Values per field, 1-1000. */
  limit?: number;
  /** What `now` means in the query, in ms; without it the clock. */
  now?: number;
  timeoutMs?: number;
  /** How long all matches may be counted one by one, before a sample of them has to do; 0: not at all. */
  exactTimeoutMs?: number;
  /** Given when nobody waits for them any more. */
  signal?: AbortSignal | undefined;
}

export type FacetValue = string | number | boolean | null;

interface Facet {
  by: string;
  /** The most common first. A record with several values counts for each. */
  values: { value: FacetValue; count: number }[];
  /** Counted among some of what was found: there are at least that many of each. */
  isPartial: boolean;
}

export interface Facets {
  facets: Facet[];
  total: { value: number; capped: boolean };
}

const maxLimit = 1000;
const defaultTimeoutMs = 5000;
const defaultExactTimeoutMs = 60;

/**
 * How often each value of some fields occurs among what a query finds. Whole numbers come from the count tables where
 * these know enough, else from the records; where these are too many to be read in time, from some of them.
 * @throws QueryError when the query cannot be understood
 * @throws ConfigError when a field's values cannot be counted, or the limit is wrong
 */
export async function readFacets<T extends Thing>(
  db: Kysely<Schema>,
  thing: T,
  options: FacetOptions,
): Promise<Facets> {
  const { query, by, limit = 20, timeoutMs = defaultTimeoutMs, exactTimeoutMs = defaultExactTimeoutMs } = options;
  if (!Number.isInteger(limit) || limit < 1 || limit > maxLimit)
    throw new ConfigError(`The limit is a whole number from 1 to ${maxLimit}.`, { field: "limit" });
  const now = options.now ?? Date.now();
  const fields = by.map((name) => findFacet(thing, name, now));
  const condition = readQuery(query, { thing, now });
  return await inReadTransaction(db, { timeoutMs, signal: options.signal }, async (trx) => {
    const compiled = await compileCondition(trx, thing, condition);
    const counting = { ...compiled, thing, compiled, limit, timeoutMs, exactTimeoutMs };
    const counts = await countValues(trx, counting, [total, ...fields]);
    const names = await readIntegrationNames(trx);
    const facets = fields.map((field) => toFacet(field, counts, names));
    const found = counts.get(total);
    return { facets, total: { value: found?.values[0]?.n ?? 0, capped: found?.isPartial === true } };
  });
}

/** What is the same for every record is counted as a field with one value. */
const total = { column: null } as const;

type Counted = FacetField | typeof total;

interface Counting {
  thing: Thing;
  condition: Condition;
  where: RawBuilder<SqlBool>;
  compiled: Compiled;
  limit: number;
  timeoutMs: number;
  exactTimeoutMs: number;
}

interface Counts {
  values: { value: string | null; n: number }[];
  isPartial: boolean;
}

/** Fields that are counted in the same table are counted in one go. */
async function countValues(
  db: Kysely<Schema>,
  counting: Counting,
  fields: readonly Counted[],
): Promise<Map<Counted, Counts>> {
  const known = counting.thing === "signals" ? await countKnownSignals(db, counting, fields) : null;
  const left = fields.filter((field) => known?.has(field) !== true);
  const groups = Map.groupBy(left, ({ column }) => cubeFor(counting.thing, counting.condition, column));
  const counts = new Map<Counted, Counts>(known);
  for (const [cube, some] of groups) {
    const found = cube === null ? await countRecords(db, counting, some) : await countIn(db, counting, cube.from, some);
    for (const [field, count] of found) counts.set(field, count);
  }
  return counts;
}

/** What the count table of signals tells apart, where it knows enough for the query and that is read in time. */
async function countKnownSignals(db: Kysely<Schema>, counting: Counting, fields: readonly Counted[]) {
  const signals = countableSignals(counting.compiled);
  const some = fields.filter(({ column }) => isCountedSignalColumn(column));
  if (signals.inCube === null || some.length === 0) return null;
  const from = sql`(${countedSignals(signals, always)}) as signal`;
  const limits = { limitMs: mostCubeMs, timeoutMs: counting.timeoutMs };
  return await withinTime(db, limits, () => countIn(db, { ...counting, where: sql<SqlBool>`true` }, from, some));
}

/** A month of signals, five minutes by five minutes, is some hundred thousand rows. */
const mostCubeMs = 500;

/** What reading so many matches costs in the planner's eyes; dearer ways are not tried. */
const mostMatches = 10_000;
const highestCost = 12_000;

async function countRecords(
  db: Kysely<Schema>,
  counting: Counting,
  fields: readonly Counted[],
): Promise<Map<Counted, Counts>> {
  const { thing, where, timeoutMs, exactTimeoutMs } = counting;
  const records = sql.table(tableOf[thing]);
  const sample = await sampleOf(db, thing);
  const countAll = () => countIn(db, counting, withOne(thing, records), fields);
  if (sample === null) return await countAll();
  const inTime = (count: typeof countAll) => withinTime(db, { limitMs: exactTimeoutMs, timeoutMs }, count);
  const isCheap = async (matches: RawBuilder<unknown>) =>
    exactTimeoutMs > 0 && (await estimate(db, matches)).cost <= highestCost;
  const matches = sql`select * from ${records} where ${where}`;
  const exact = (await isCheap(matches)) ? await inTime(countAll) : null;
  if (exact !== null) return exact;
  const first = sql`${matches} limit ${mostMatches}`;
  const countFirst = () => countIn(db, counting, withOne(thing, sql`(${first}) as first`), fields);
  const partial =
    ((await isCheap(first)) ? await inTime(countFirst) : null) ??
    (await countIn(db, counting, withOne(thing, sample), fields));
  return new Map([...partial].map(([field, { values }]) => [field, { values, isPartial: true }]));
}

/** Each record stands for itself. */
function withOne(thing: Thing, from: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(select *, 1 as n from ${from}) as ${sql.table(tableOf[thing])}`;
}

async function countIn(
  db: Kysely<Schema>,
  { thing, where, limit, compiled }: Counting,
  from: RawBuilder<unknown>,
  fields: readonly Counted[],
): Promise<Map<Counted, Counts>> {
  const isDerived = (field: Counted) => "derived" in field && field.derived !== undefined;
  const plain = fields.filter((field) => !isDerived(field));
  const columns = [...new Set(plain.flatMap(({ column }) => (column === null ? [] : [column])))];
  const picks = [
    ...["n", ...columns].map((name) => sql.ref(`${tableOf[thing]}.${name}`)),
    ...fields.filter(isDerived).map((field) => derivedPick(field as FacetField, compiled)),
  ];
  const parts = fields.map((field, i) => countPart(i, field, limit));
  const { rows } = await sql<{ facet: number; value: string | null; n: number }>`
    with found as materialized (select ${sql.join(picks)} from ${from} where ${where})
    ${sql.join(parts, sql` union all `)}`.execute(db);
  const inOrder = rows.toSorted((a, b) => b.n - a.n || byValue(a.value, b.value));
  const valuesOf = (i: number) => inOrder.filter((row) => row.facet === i);
  return new Map(fields.map((field, i) => [field, { values: valuesOf(i), isPartial: false }]));
}

/** The value of a field that no column holds, as a column. */
function derivedPick({ column, derived = [] }: FacetField, { whereOf }: Compiled): RawBuilder<unknown> {
  const cases = derived.map(({ value, condition }) => sql`when ${whereOf(condition)} then ${value}`);
  return sql`case ${sql.join(cases, sql` `)} end as ${sql.ref(column ?? "")}`;
}

function byValue(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? 1 : -1;
  return a < b ? -1 : 1;
}

function countPart(i: number, counted: Counted, limit: number): RawBuilder<unknown> {
  const facet = sql.raw(String(i));
  if (counted.column === null)
    return sql`(select ${facet} as facet, null as value, coalesce(sum(n), 0)::bigint as n from found)`;
  const column = sql.ref(`found.${counted.column}`);
  const isList = "field" in counted && counted.field.type === "list";
  const value = isList
    ? sql`entry`
    : "field" in counted && counted.field.type === "date"
      ? sql`${column}::date`
      : column;
  const from = isList ? sql`found left join lateral unnest(${column}) as entry on true` : sql`found`;
  return sql`(select ${facet} as facet, value::text, n from (
    select ${value} as value, sum(n)::bigint as n from ${from}${mostCommon(counted.column, limit)} group by 1 having sum(n) > 0
    order by 2 desc, 1 limit ${limit}) as counted)`;
}

function toFacet(field: FacetField, counts: ReadonlyMap<Counted, Counts>, names: IntegrationNames): Facet {
  const found = counts.get(field) ?? { values: [], isPartial: false };
  const values = found.values.map(({ value, n }) => ({ value: toValue(field, value, names), count: n }));
  return { by: field.by, values: values.filter(({ count }) => count > 0), isPartial: found.isPartial };
}

/** As a query writes it. */
function toValue({ field, column }: FacetField, text: string | null, names: IntegrationNames): FacetValue {
  if (column === null && field.place.at === "constant") return field.place.value;
  if (text === null) return null;
  if (column === "integrationId") return names.get(text) ?? text;
  switch (field.type) {
    case "boolean":
      return text === "true";
    case "integer":
    case "number":
      return Number(text);
    case "enum":
      return mainWords(field).find((word) => String(field.words?.[word]) === text) ?? text;
    default:
      return text;
  }
}

/** In how many rows of its count table a CVE may stand. */
const cveRows = findingStatuses.length * severities.length;

/**
 * There are tens of thousands of CVEs: only those are added up that can be among the most common. As many rows as `limit`
 * CVEs may have belong to at least so many, so each of the most common has no less than the last of these rows, and one
 * row with its share of that.
 */
function mostCommon(column: string, limit: number): RawBuilder<unknown> {
  if (column !== "cve") return sql``;
  return sql` where found.cve is null or found.cve in (select cve from found where n * ${sql.raw(String(cveRows))} >= coalesce((
    select n from found order by n desc offset ${limit * cveRows - 1} limit 1), 0))`;
}
