const units = [
  ["day", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1_000],
] as const;

/** A length of time as people say it: `3 s`, `12 min`, `2 days`. */
export function spanText(ms: number): string {
  const [unit, size] = units.find(([, candidate]) => ms >= candidate) ?? (["s", 1_000] as const);
  const n = Math.floor(Math.max(0, ms) / size);
  return `${n} ${unit}${unit === "day" && n !== 1 ? "s" : ""}`;
}

export function agoText(then: number, now: number): string {
  return now - then < 1_000 ? "just now" : `${spanText(now - then)} ago`;
}
