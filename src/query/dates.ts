/** A stretch of time: from `start` up to, not including, `end`. Milliseconds since 1970. */
export interface Span {
  start: number;
  end: number;
}

const dayMs = 86_400_000;
const unitMs: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: dayMs, w: 7 * dayMs };
/** PostgreSQL has no year 0 and JavaScript writes years past 9999 in another way. */
const earliest = Date.parse("0001-01-01T00:00:00Z");
const latest = Date.parse("9999-12-31T23:59:59.999Z");

/** The stretch that a date names in UTC: `2026` a year, `2026-03-01` a day, a timestamp its last digit. `null`: no date of the years 1 to 9999. */
export function readSpan(text: string): Span | null {
  const found =
    /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(\.\d{1,9})?)?(Z|[+-](?:[01]\d|2[0-3]):?[0-5]\d)?)?)?)?$/i.exec(
      text,
    );
  if (found === null) return null;
  const [, year, month, day, hour, minute, second, fraction, zone] = found;
  const part = (digits: string | undefined, absent: number) => (digits === undefined ? absent : Number(digits));
  const fields = [part(year, 0), part(month, 1) - 1, part(day, 1), part(hour, 0), part(minute, 0), part(second, 0)];
  const start = utc(fields);
  // 30 February and 25 o'clock would roll over into another day.
  if (start === null || new Date(start).toISOString().slice(0, 19) !== iso(fields)) return null;
  const ms = Number((fraction ?? ".0").slice(1, 4).padEnd(3, "0"));
  const at = start + ms - zoneMs(zone);
  if (at < earliest || at > latest) return null;
  return { start: at, end: Math.min(at + spanMs(fields, { month, day, hour, second, fraction }), latest) };
}

function utc([year, month, day, hour, minute, second]: number[]): number | null {
  const date = new Date(0);
  date.setUTCFullYear(year!, month!, day!);
  date.setUTCHours(hour!, minute!, second!);
  const ms = date.getTime();
  return Number.isNaN(ms) ? null : ms;
}

function iso(fields: number[]): string {
  const [year, month, day, ...time] = fields;
  const two = (n: number) => String(n).padStart(2, "0");
  return `${String(year).padStart(4, "0")}-${two(month! + 1)}-${two(day!)}T${time.map(two).join(":")}`;
}

function spanMs(
  fields: number[],
  given: Record<"month" | "day" | "hour" | "second" | "fraction", string | undefined>,
): number {
  if (given.fraction !== undefined) return 1;
  if (given.second !== undefined) return 1000;
  if (given.hour !== undefined) return 60_000;
  if (given.day !== undefined) return dayMs;
  const [year, month] = fields as [number, number];
  const next = given.month === undefined ? [year + 1, 0, 1, 0, 0, 0] : [year, month + 1, 1, 0, 0, 0];
  return (utc(next) ?? 0) - (utc(fields) ?? 0);
}

function zoneMs(zone: string | undefined): number {
  const found = /^([+-])(\d\d):?(\d\d)$/.exec(zone ?? "");
  if (found === null) return 0;
  return (found[1] === "-" ? -1 : 1) * (Number(found[2]) * 60 + Number(found[3])) * 60_000;
}

/** `now`, `now-2w`, `now-3M+1d`: M is a month, m a minute. `null`: not that, or beyond the calendar. */
export function readDateMath(text: string, now: number): number | null {
  if (!/^now([+-]\d{1,9}[smhdwMy])*$/.test(text.replace(/^now/i, "now"))) return null;
  let at = now;
  for (const [, sign, digits, unit] of text.matchAll(/([+-])(\d+)([smhdwMy])/g)) {
    const amount = Number(digits) * (sign === "-" ? -1 : 1);
    const ms = unitMs[unit!];
    at = ms !== undefined ? at + amount * ms : addMonths(at, unit === "y" ? amount * 12 : amount);
    if (!(at >= earliest && at <= latest)) return null;
  }
  return at;
}

/** An instant as people write it: `now-24h`, or a date, which is its beginning. `null`: neither. */
export function readInstant(text: string, now: number): number | null {
  return readDateMath(text, now) ?? readSpan(text)?.start ?? null;
}

/** A month after 31 January is the last day of February, not the third of March. */
function addMonths(at: number, months: number): number {
  const date = new Date(at);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, lastDay));
  return date.getTime();
}

/** The UTC day that holds the instant. */
export function dayOf(at: number): Span {
  const start = Math.floor(at / dayMs) * dayMs;
  return { start, end: Math.min(start + dayMs, latest) };
}
