import type { Pace } from "../../../api/integration-details.ts";

type Sample = Pace["samples"][number];

/** A point of the graph; nulls break the line where nothing was asked. */
export interface PacePoint {
  /** Milliseconds. */
  at: number;
  allowed: number | null;
  used: number | null;
  waiting: number | null;
  inFlight: number | null;
  /** Requests refused for their rate since the point before. */
  limited: number;
}

/** Samples come every ten seconds while there is work. */
const stepMs = 10_000;
const gapMs = 2.5 * stepMs;

export function pointsOf(samples: readonly Sample[]): PacePoint[] {
  return samples.flatMap((sample, index) => {
    const at = Date.parse(sample.at);
    const before = samples[index - 1];
    const { requestsPerSecond: allowed, usedPerSecond: used, waiting, inFlight, limited } = sample;
    const point: PacePoint = { at, allowed, used, waiting, inFlight, limited };
    if (before === undefined || at - Date.parse(before.at) <= gapMs) return [point];
    // What it does is known for the ten seconds before a sample, no further back.
    return [{ ...nothing, at: Date.parse(before.at) + 1 }, { ...nothing, at: at - stepMs }, point];
  });
}

const nothing = { allowed: null, used: null, waiting: null, inFlight: null, limited: 0 };

/** Stretches in which the source had asked to wait. */
export function pausesOf(samples: readonly Sample[]): { from: number; until: number }[] {
  const pauses: { from: number; until: number }[] = [];
  for (const { at, isPaused } of samples) {
    if (!isPaused) continue;
    const until = Date.parse(at);
    const last = pauses.at(-1);
    if (last !== undefined && until - last.until <= gapMs) last.until = until;
    else pauses.push({ from: until - stepMs, until });
  }
  return pauses;
}

export interface PaceSums {
  limited: number;
  pausedMs: number;
  /** The most that was asked in a second. */
  peak: number;
}

export function sumsOf(samples: readonly Sample[]): PaceSums {
  return {
    limited: samples.reduce((sum, { limited }) => sum + limited, 0),
    pausedMs: pausesOf(samples).reduce((sum, { from, until }) => sum + until - from, 0),
    peak: samples.reduce((most, { usedPerSecond }) => Math.max(most, usedPerSecond), 0),
  };
}

/** `3.5`, `12`. */
export function rateText(perSecond: number): string {
  return String(perSecond >= 10 ? Math.round(perSecond) : Math.round(perSecond * 10) / 10);
}
