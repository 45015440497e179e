import { day, hour, type Micros, minute, parseMicros } from "../tenant/micros.ts";
import { badInput } from "./answer-error.ts";

/** Does this row belong to the answer? */
export type Test = (index: number) => boolean;

export interface DateFilter {
  after?: string | null;
  before?: string | null;
  inLast?: Duration | null;
  beforeLast?: Duration | null;
  inNext?: Duration | null;
  afterNext?: Duration | null;
}

interface Duration {
  amount: number;
  unit: string;
}

export interface OperatorFilter {
  equals?: readonly string[] | null;
  notEquals?: readonly string[] | null;
}

export interface StringFilter extends OperatorFilter {
  startsWith?: readonly string[] | null;
  endsWith?: readonly string[] | null;
  containsAll?: readonly string[] | null;
  contains?: readonly string[] | null;
  isSet?: boolean | null;
}

/** All of them must hold; none at all always holds. */
export function all(tests: Test[]): Test {
  if (tests.length === 0) return () => true;
  if (tests.length === 1) return tests[0]!;
  if (tests.length === 2) {
    const [a, b] = tests as [Test, Test];
    return (i) => a(i) && b(i);
  }
  return (i) => {
    for (const test of tests) if (!test(i)) return false;
    return true;
  };
}

/** A value of a column is one of the names in the filter. */
export function codeIn(
  names: readonly string[] | null | undefined,
  all: readonly string[],
  column: Uint8Array,
): Test[] {
  if (names === null || names === undefined) return [];
  let mask = 0;
  for (const name of names) if (all.includes(name)) mask |= 1 << all.indexOf(name);
  return [(i) => ((mask >>> column[i]!) & 1) === 1];
}

export function nameIn(names: readonly string[] | null | undefined, nameOf: (index: number) => string | null): Test[] {
  if (names === null || names === undefined) return [];
  const wanted = new Set(names);
  return [(i) => wanted.has(nameOf(i)!)];
}

export function operator(filter: OperatorFilter | null | undefined, nameOf: (index: number) => string | null): Test[] {
  if (filter === null || filter === undefined) return [];
  const not = filter.notEquals;
  return [...nameIn(filter.equals, nameOf), ...(not ? [(i: number) => !not.includes(nameOf(i)!)] : [])];
}

export function text(filter: StringFilter | null | undefined, textOf: (index: number) => string | null): Test[] {
  if (filter === null || filter === undefined) return [];
  const tests = operator(filter, textOf);
  const { startsWith, endsWith, contains, containsAll, isSet } = filter;
  const has = (i: number, part: string) => textOf(i)?.toLowerCase().includes(part.toLowerCase()) ?? false;
  if (startsWith) tests.push((i) => startsWith.some((part) => textOf(i)?.startsWith(part) ?? false));
  if (endsWith) tests.push((i) => endsWith.some((part) => textOf(i)?.endsWith(part) ?? false));
  if (contains) tests.push((i) => contains.some((part) => has(i, part)));
  if (containsAll) tests.push((i) => containsAll.every((part) => has(i, part)));
  if (typeof isSet === "boolean") tests.push((i) => (textOf(i) !== null) === isSet);
  return tests;
}

export function flag(wanted: boolean | null | undefined, isSo: Test): Test[] {
  return typeof wanted === "boolean" ? [(i) => isSo(i) === wanted] : [];
}

const units: Record<string, Micros> = {
  DurationFilterValueUnitMinutes: minute,
  DurationFilterValueUnitHours: hour,
  DurationFilterValueUnitDays: day,
  DurationFilterValueUnitWeeks: 7 * day,
  DurationFilterValueUnitMonths: 30 * day,
};

/** Both ends are outside: Wiz does not say, and a reader that loses a record at the border should find out here. */
export function date(filter: DateFilter | null | undefined, timeOf: (index: number) => Micros, now: Micros): Test[] {
  if (filter === null || filter === undefined) return [];
  const tests: Test[] = [];
  if (typeof filter.after === "string") {
    const after = readTime(filter.after);
    tests.push((i) => timeOf(i) > after);
  }
  if (typeof filter.before === "string") {
    const before = readTime(filter.before);
    tests.push((i) => timeOf(i) < before);
  }
  return [...tests, ...aroundNow(filter, timeOf, now)];
}

/** Windows that move with the clock. */
function aroundNow(
  { inLast, beforeLast, inNext, afterNext }: DateFilter,
  timeOf: (index: number) => Micros,
  now: Micros,
): Test[] {
  const length = (duration: Duration) => duration.amount * units[duration.unit]!;
  const tests: Test[] = [];
  if (inLast) tests.push((i) => timeOf(i) >= now - length(inLast));
  if (beforeLast) tests.push((i) => timeOf(i) < now - length(beforeLast));
  if (inNext) tests.push((i) => timeOf(i) >= now && timeOf(i) <= now + length(inNext));
  if (afterNext) tests.push((i) => timeOf(i) > now + length(afterNext));
  return tests;
}

function readTime(value: string): Micros {
  const at = parseMicros(value);
  if (Number.isNaN(at)) throw badInput(`cannot parse "${value}" as a time`);
  return at;
}
