import type { Thing } from "../api/types.ts";

export const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** The last so and so long, as it stands in an address. */
export const presets = [
  { value: "15m", label: "Last 15 minutes", ms: 15 * minuteMs },
  { value: "1h", label: "Last hour", ms: hourMs },
  { value: "24h", label: "Last 24 hours", ms: dayMs },
  { value: "7d", label: "Last 7 days", ms: 7 * dayMs },
  { value: "30d", label: "Last 30 days", ms: 30 * dayMs },
  { value: "90d", label: "Last 90 days", ms: 90 * dayMs },
] as const;
type Preset = (typeof presets)[number];

/** The times that a range may be of, the one that is meant when nothing is said first. */
const rangeFields: Record<Thing, readonly { field: string; label: string }[]> = {
  findings: [
    { field: "firstFound", label: "First found" },
    { field: "changed", label: "Changed" },
  ],
  assets: [{ field: "lastSeen", label: "Last seen" }],
  signals: [{ field: "at", label: "Seen" }],
};

export function rangeFieldsOf(on: Thing): readonly { field: string; label: string }[] {
  return rangeFields[on];
}

export type Range =
  | { type: "any" }
  | { type: "last"; preset: Preset }
  /** From an instant up to, not including, another; `null`: open. */
  | { type: "between"; from: string | null; to: string | null };

/**
 * Reads `7d`, `2026-11-01T00:00:00Z..2026-11-08T00:00:00Z`, and the same behind the field that is meant: `changed:7d`.
 * What an address says that is none of these asks for any time.
 */
export function readRange(value: string | undefined): Range {
  const text = bodyOf(value);
  const preset = presets.find((one) => one.value === text);
  if (preset !== undefined) return { type: "last", preset };
  const [from, to, ...more] = text.split("..").map(readInstant);
  if (from === undefined || to === undefined || more.length > 0) return { type: "any" };
  return from === null && to === null ? { type: "any" } : { type: "between", from, to };
}

/** The text for an address. `undefined`: any time. */
export function printRange(range: Range, field: string, on: Thing): string | undefined {
  if (range.type === "any") return undefined;
  const text = range.type === "last" ? range.preset.value : `${range.from ?? ""}..${range.to ?? ""}`;
  return field === rangeFields[on][0]!.field ? text : `${field}:${text}`;
}

/** Which time the range is of. */
export function rangeField(value: string | undefined, on: Thing): string {
  const written = /^(\w+):/.exec(value ?? "")?.[1];
  const fields = rangeFields[on];
  return (fields.find(({ field }) => field === written) ?? fields[0]!).field;
}

/** The range as a condition of the query language; the empty text when it asks for any time. */
export function rangeQuery(value: string | undefined, field: string): string {
  const range = readRange(value);
  if (range.type === "any") return "";
  if (range.type === "last") return `${field} > now-${range.preset.value}`;
  const { from, to } = range;
  if (to === null) return `${field} >= "${from}"`;
  return from === null ? `${field} < "${to}"` : `${field}:["${from}" .. "${to}")`;
}

/** Where the range begins and ends, in ms; `null`: it has no such end, or is none. */
export function rangeBounds(value: string | undefined, now: number): { from: number | null; to: number | null } | null {
  const range = readRange(value);
  if (range.type === "any") return null;
  if (range.type === "last") return { from: now - range.preset.ms, to: now };
  return { from: instantMs(range.from), to: instantMs(range.to) };
}

/** A range between two instants, as a brush over a chart gives them. */
export function between(from: number, to: number): Range {
  return { type: "between", from: instantText(from), to: instantText(to) };
}

/** Signals are kept for so long. */
export const signalDays = 30;

/** Whether it asks for signals from before those that are kept. */
export function isBeyondSignals(value: string | undefined, now: number): boolean {
  const bounds = rangeBounds(value, now);
  return bounds !== null && (bounds.from === null || bounds.from < now - signalDays * dayMs - minuteMs);
}

/** The range in words; whole days without their times. */
export function rangeLabel(value: string | undefined): string {
  const range = readRange(value);
  if (range.type === "any") return "Any time";
  if (range.type === "last") return range.preset.label;
  const { from, to } = range;
  const isOfDays = [from, to].every((at) => at === null || localTime(at, 0)?.time === "00:00");
  const end = to !== null && isOfDays ? instantText(Date.parse(to) - minuteMs) : to;
  const [first, last] = [from, end].map((at) => (at === null ? "" : momentText(at, isOfDays)));
  if (to === null) return `Since ${first}`;
  if (from === null) return `Until ${last}`;
  return first === last ? first! : `${first} – ${last}`;
}

/** A day and a time as the viewer's clock and calendar show them. */
export interface LocalTime {
  /** `2026-11-01`. */
  day: string | null;
  /** `23:59`; empty while nobody has said. */
  time: string;
}

/** An instant so much later, in the viewer's zone. */
export function localTime(at: string | null, laterMs: number): LocalTime | null {
  if (at === null) return null;
  const date = new Date(Date.parse(at) + laterMs);
  const two = (part: number) => String(part).padStart(2, "0");
  return {
    day: `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`,
    time: `${two(date.getHours())}:${two(date.getMinutes())}`,
  };
}

/** The same backwards. `null`: there is no day. */
export function localInstant({ day, time }: LocalTime, laterMs: number): string | null {
  if (day === null) return null;
  return instantText(Date.parse(`${day}T${time === "" ? "00:00" : time.slice(0, 5)}:00`) + laterMs);
}

function instantText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

function bodyOf(value: string | undefined): string {
  return (value ?? "").replace(/^[a-zA-Z]+:/, "");
}

/** `undefined`: no instant; `null`: left open. A day is its beginning. */
function readInstant(text: string): string | null | undefined {
  if (text === "") return null;
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?(\.\d+)?Z)?$/.test(text)) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : instantText(ms);
}

function instantMs(text: string | null): number | null {
  return text === null ? null : Date.parse(text);
}

/** `1 Nov, 00:00` in the viewer's zone, of another year `1 Nov 2025, 00:00`. */
function momentText(at: string, isDay: boolean): string {
  const date = new Date(at);
  const isThisYear = date.getFullYear() === new Date().getFullYear();
  return new Intl.DateTimeFormat("en-GB", {
    day: "numeric",
    month: "short",
    ...(!isThisYear && { year: "numeric" }),
    ...(!isDay && { hour: "2-digit", minute: "2-digit" }),
  }).format(date);
}
