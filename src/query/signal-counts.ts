import { type RawBuilder, type SqlBool, sql } from "kysely";
import { cellStart, signalCellMs } from "../store/signal-cube.ts";
import type { Compiled } from "./compile.ts";
import type { Condition, Match } from "./condition.ts";
import { conditionColumns } from "./sources.ts";

/** From an instant up to, not including, another, in ms. Infinite where there is no end. */
export interface Stretch {
  from: number;
  to: number;
}

export const always: Stretch = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };

/** Signals that a query finds, as they can be counted. */
export interface CountableSignals {
  where: RawBuilder<SqlBool>;
  /** Where the count table knows enough: the query without what it says of their time, and a time in which that holds. */
  inCube: { where: RawBuilder<SqlBool>; stretch: Stretch } | null;
}

const cubeColumns = ["integrationId", "stream", "subjectKind", "change", "severity"];

/** Whether the count table tells signals apart by it. */
export function isCountedSignalColumn(column: string | null): boolean {
  return column === null || cubeColumns.includes(column);
}

export function countableSignals({ condition, where, whereOf }: Compiled): CountableSignals {
  const parts = partsOf(condition);
  const others = parts.filter((part) => !isTime(part));
  const isKnown = others.flatMap((part) => [...conditionColumns(part)]).every((name) => cubeColumns.includes(name));
  if (!isKnown) return { where, inCube: null };
  const rest: Condition = others.length === 0 ? { type: "all" } : { type: "and", conditions: others };
  const stretch = parts.filter(isTime).map(surelyIn).reduce(common, always);
  return { where, inCube: { where: whereOf(rest), stretch } };
}

function partsOf(condition: Condition): Condition[] {
  return condition.type === "and" ? condition.conditions.flatMap(partsOf) : [condition];
}

function isTime(part: Condition): part is Match {
  if (part.type !== "match" || part.test.type !== "range") return false;
  return part.place.at === "columns" && part.place.columns.join() === "at";
}

/** Everything in it is in the range; what lies at its very edges is looked at one by one. */
function surelyIn({ test }: Match): Stretch {
  if (test.type !== "range") return always;
  const { from, to } = test;
  return {
    from: from === null ? always.from : Date.parse(String(from.value)) + (from.isIncluded ? 0 : 1),
    to: to === null ? always.to : Date.parse(String(to.value)),
  };
}

function common(a: Stretch, b: Stretch): Stretch {
  return { from: Math.max(a.from, b.from), to: Math.min(a.to, b.to) };
}

/**
 * The signals of a stretch as rows of `at`, what the count table knows of them, and the number `n` for which each stands: whole cells of
 * the count table, and the signals themselves where it does not know or a cell is cut.
 */
export function countedSignals({ where, inCube }: CountableSignals, stretch: Stretch): RawBuilder<unknown> {
  if (inCube === null) return signalsIn(where, stretch);
  const { from, to } = common(inCube.stretch, stretch);
  const cells = { from: cellStart(from + signalCellMs - 1), to: cellStart(to) };
  if (cells.from >= cells.to) return signalsIn(where, stretch);
  const edges = [
    { from: stretch.from, to: cells.from },
    { from: cells.to, to: stretch.to },
  ].filter((edge) => edge.from < edge.to);
  const parts = [cellsIn(inCube.where, cells), ...edges.map((edge) => signalsIn(where, edge))];
  return sql.join(parts, sql` union all `);
}

const counted = sql.raw("integration_id, stream, subject_kind, change, severity");

function signalsIn(where: RawBuilder<SqlBool>, stretch: Stretch): RawBuilder<unknown> {
  return sql`select at, ${counted}, 1 as n from signal where ${where} and ${inStretch(stretch)}`;
}

/** The cells look like signals, so that a condition on their columns is the same SQL on either. */
function cellsIn(where: RawBuilder<SqlBool>, stretch: Stretch): RawBuilder<unknown> {
  return sql`select at, ${counted}, n from (
      select at, integration_id, stream, subject_kind, change, nullif(severity, 0) as severity, n from cube_signal
    ) as signal where ${where} and ${inStretch(stretch)}`;
}

function inStretch({ from, to }: Stretch): RawBuilder<SqlBool> {
  const time = (ms: number) => sql`${new Date(ms).toISOString()}::timestamptz`;
  const sides = [
    ...(Number.isFinite(from) ? [sql<SqlBool>`signal.at >= ${time(from)}`] : []),
    ...(Number.isFinite(to) ? [sql<SqlBool>`signal.at < ${time(to)}`] : []),
  ];
  return sides.length === 0 ? sql<SqlBool>`true` : sql<SqlBool>`${sql.join(sides, sql` and `)}`;
}
