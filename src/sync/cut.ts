import type { Count, SliceSpec, Source } from "../connectors/connector.ts";
import { instant } from "../model.ts";

/** A part of a pass, and what the source counted for it; `null` when it was not cut. */
export interface CutSlice {
  spec: SliceSpec;
  count: Count | null;
}

export interface CutOptions {
  /** The source's clock, in milliseconds. */
  now: number;
  /** A slice has about so many records. */
  target?: number;
}

/** A quarter of the whole, within bounds: enough slices to have several pages on their way, few enough to count. */
const defaultTarget = { least: 5_000, most: 20_000, parts: 4 };
/** No more slices than this, however large the tenant: each costs a count. */
const maxSlices = 48;
const yearMs = 365 * 86_400_000;
const firstReachMs = 2 * yearMs;
/** A window that cannot be halved is one slice: hundreds of records may share one instant. */
const shortestMs = 2;

/**
 * Cuts a full pass by an instant that never changes for a record, so that its slices are disjoint, stay what they are
 * while the tenant changes, and can run side by side. The newest window is open towards the future and the oldest
 * towards the past: no record is older than any look-back. The closed window of a delta is cut likewise.
 */
export async function cutSlices(
  source: Source,
  whole: SliceSpec,
  options: CutOptions,
  signal: AbortSignal,
): Promise<CutSlice[]> {
  const total = await source.count(whole, signal);
  const target = options.target ?? targetFor(total.value);
  if (!isTooLarge(total, target)) return [{ spec: whole, count: null }];
  const cut = createCut(source, whole, target, signal);
  return await cut(instant(whole.after), instant(whole.before), total, options.now);
}

function targetFor(total: number): number {
  const { least, most, parts } = defaultTarget;
  return Math.max(Math.min(most, Math.max(least, total / parts)), total / maxSlices);
}

function createCut(source: Source, whole: SliceSpec, target: number, signal: AbortSignal) {
  /** `from` and `to` in milliseconds, `null` where the window is open. */
  return async function cut(from: number | null, to: number | null, count: Count, now: number): Promise<CutSlice[]> {
    const middle = middleOf(from, to, now);
    if (!isTooLarge(count, target) || middle === null)
      return count.value === 0 && !isOpen(from, to) ? [] : [{ spec: windowOf(whole, from, to), count }];
    const older = await source.count(windowOf(whole, from, middle), signal);
    // What is not older is newer; only a capped count has to be asked for.
    const newer = count.isCapped
      ? await source.count(windowOf(whole, middle, to), signal)
      : { value: Math.max(0, count.value - older.value), isCapped: false };
    return (await Promise.all([cut(from, middle, older, now), cut(middle, to, newer, now)])).flat();
  };
}

function isTooLarge(count: Count, target: number): boolean {
  return count.isCapped || count.value > target * 1.5;
}

function isOpen(from: number | null, to: number | null): boolean {
  return from === null || to === null;
}

/** Where to halve. An open past is entered in steps that double; a window that is open to the future ends now. */
function middleOf(from: number | null, to: number | null, now: number): number | null {
  const end = to ?? now;
  if (from === null) {
    const reach = to === null ? firstReachMs : 2 * (now - to);
    return reach > 60 * yearMs ? null : Math.round(now - reach);
  }
  return end - from < shortestMs ? null : Math.round((from + end) / 2);
}

/**
 * Whether Wiz's `after` and `before` take their own instant in is not known, so neighbours share a millisecond: a
 * record that is fetched twice is written once.
 */
function windowOf(whole: SliceSpec, from: number | null, to: number | null): SliceSpec {
  const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
  return { ...whole, after: iso(from === null ? null : from - 1), before: iso(to) };
}
