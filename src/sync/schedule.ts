import { instant, type Lane, type StreamName, streamNames } from "../model.ts";
import type { StreamSettings } from "../store/integration.ts";
import type { RunTrigger } from "../store/run.ts";
import type { StreamState } from "../store/stream-state.ts";

/** A full pass finds what deltas cannot see: silent edits and disappearances. */
const fullIntervalMs = 24 * 3_600_000;
/** After a failure the next try comes sooner than the interval, then later and later. */
const firstRetryMs = 15_000;

export interface DueRun {
  trigger: RunTrigger;
  mode: Lane;
  streams: StreamName[];
}

export interface ScheduleInput {
  settings: StreamSettings;
  states: ReadonlyMap<StreamName, StreamState>;
  isBusy: (stream: StreamName, lane: Lane) => boolean;
  /** Milliseconds. */
  now: number;
}

/** Which runs are due: each stream has its own clock, so one that is slow never holds up another (W-10). */
export function dueRuns(input: ScheduleInput): DueRun[] {
  const due = streamNames.flatMap((stream) => {
    const lane = dueLane(input, stream);
    return lane === null ? [] : [{ stream, ...lane }];
  });
  const runs = new Map<string, DueRun>();
  for (const { stream, mode, trigger } of due) {
    const key = `${mode} ${trigger}`;
    const run = runs.get(key) ?? { trigger, mode, streams: [] };
    run.streams.push(stream);
    runs.set(key, run);
  }
  return [...runs.values()];
}

function dueLane({ settings, states, isBusy, now }: ScheduleInput, stream: StreamName): Omit<DueRun, "streams"> | null {
  const setting = settings[stream];
  const state = states.get(stream);
  if (!setting.enabled || now < nextAttempt(state, setting.intervalMinutes)) return null;
  if (state?.watermark === null || state?.watermark === undefined) {
    return isBusy(stream, "full") || isBusy(stream, "delta") ? null : { trigger: "first", mode: "full" };
  }
  if (!isBusy(stream, "full") && now >= (instant(state.lastFullAt) ?? 0) + fullIntervalMs)
    return { trigger: "schedule", mode: "full" };
  return isBusy(stream, "delta") ? null : { trigger: "schedule", mode: "delta" };
}

/** When a stream may be asked again, in milliseconds; 0 when it never was. */
export function nextAttempt(state: StreamState | undefined, intervalMinutes: number): number {
  const last = instant(state?.lastAttemptAt);
  if (state === undefined || last === null) return 0;
  const intervalMs = intervalMinutes * 60_000;
  // A refusal is not cured by asking often; everything else may pass.
  const isRefused = state.errorCode === "wiz_auth" || state.errorCode === "wiz_permission";
  if (state.failures === 0 || isRefused) return last + intervalMs;
  return last + Math.min(intervalMs, firstRetryMs * 2 ** Math.min(state.failures - 1, 10));
}
