import type { Micros } from "./tenant/micros.ts";
import { second } from "./tenant/micros.ts";

/** The time in the emulated tenant. */
export interface Clock {
  now(): Micros;
  advance(seconds: number): void;
}

/** Runs beside our clock (`realNow`, in milliseconds) from `start`, or stands still there. */
export function createClock(start: Micros, mode: "real" | "frozen", realNow: () => number): Clock {
  const began = realNow();
  let advanced = 0;
  return {
    now: () => start + advanced * second + (mode === "real" ? Math.round((realNow() - began) * 1000) : 0),
    advance(seconds) {
      advanced += seconds;
    },
  };
}
