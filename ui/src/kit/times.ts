const steps = [
  { unit: "y", ms: 365 * 86_400_000 },
  { unit: "mo", ms: 30 * 86_400_000 },
  { unit: "d", ms: 86_400_000 },
  { unit: "h", ms: 3_600_000 },
  { unit: "min", ms: 60_000 },
  { unit: "s", ms: 1_000 },
];

/** `3 d`, `2 h 10 min`: the largest unit, with the next one where that still says something. */
export function durationText(ms: number): string {
  const whole = Math.max(0, Math.round(ms / 1_000) * 1_000);
  if (whole < 1_000) return "0 s";
  const at = steps.findIndex((step) => whole >= step.ms);
  const first = steps[at]!;
  const count = Math.floor(whole / first.ms);
  const next = steps[at + 1];
  const rest = next === undefined ? 0 : Math.floor((whole % first.ms) / next.ms);
  const head = `${count} ${first.unit}`;
  return count < 10 && rest > 0 && next !== undefined ? `${head} ${rest} ${next.unit}` : head;
}

/** `3 d ago`, `in 4 min`, `just now`. */
export function agoText(at: string | number | Date, now = Date.now()): string {
  const distance = now - new Date(at).getTime();
  if (Math.abs(distance) < 5_000) return "just now";
  const text = durationText(Math.abs(distance)).split(" ").slice(0, 2).join(" ");
  return distance >= 0 ? `${text} ago` : `in ${text}`;
}

const exact = new Intl.DateTimeFormat("en-GB", {
  year: "numeric",
  month: "short",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  timeZoneName: "short",
});

/** The instant in the viewer's zone, `29 Nov 2026, 14:02:11 CET`. */
export function exactText(at: string | number | Date): string {
  return exact.format(new Date(at));
}

const date = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

/** `29 Nov 2026`, of a day in UTC. */
export function dateText(at: string): string {
  return date.format(new Date(at));
}

const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });

/** `29 Nov`, of a day in UTC. */
export function dayText(at: string): string {
  return day.format(new Date(at));
}
