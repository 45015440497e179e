/** How an export stands, as the API tells. */
export interface ExportProgress {
  id: string;
  rows: number;
  bytes: number;
  startedAt: string;
  finishedAt: string | null;
  /** `null`: it goes on. */
  result: "complete" | "broken" | "cancelled" | null;
  error: string | null;
  manifest: { rows: number; sha256: string } | null;
}

/** What is said of an export that was started. */
export type ExportState =
  | { type: "starting" }
  /** The server has not heard of it for long: the browser did not ask, or was refused. */
  | { type: "absent" }
  | { type: "running"; rows: number; bytes: number; perSecond: number; percent: number | null }
  | { type: "complete"; rows: number; bytes: number; sha256: string; tookMs: number }
  | { type: "broken"; rows: number; reason: string }
  | { type: "cancelled"; rows: number };

/** So long may it take until the server knows of an export: its first rows are looked for before it begins. */
const patienceMs = 20_000;

interface Now {
  /** When it was asked for. */
  askedAt: number;
  now: number;
  /** How many rows the query was counted to find. */
  total: number | null;
}

/** `null`: the server does not know of it. */
export function exportState(progress: ExportProgress | null, { askedAt, now, total }: Now): ExportState {
  if (progress === null) return { type: now - askedAt > patienceMs ? "absent" : "starting" };
  const { rows, bytes, result, error, manifest, startedAt, finishedAt } = progress;
  const tookMs = Math.max(0, (finishedAt === null ? now : Date.parse(finishedAt)) - Date.parse(startedAt));
  if (result === "complete")
    return { type: "complete", rows: manifest?.rows ?? rows, bytes, sha256: manifest?.sha256 ?? "", tookMs };
  if (result === "broken") return { type: "broken", rows, reason: error ?? "Weir does not say why." };
  if (result === "cancelled") return { type: "cancelled", rows };
  const perSecond = tookMs < 500 ? 0 : Math.round(rows / (tookMs / 1_000));
  // It may find more than was counted: records change meanwhile.
  const percent = total === null || total === 0 ? null : Math.min(100, (rows / total) * 100);
  return { type: "running", rows, bytes, perSecond, percent };
}

export function isOver({ type }: ExportState): boolean {
  return type !== "starting" && type !== "running";
}

/** A random UUID, also on a page that did not come over HTTPS: there `crypto.randomUUID` is missing. */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
