import { AppError, WizPermissionError, WizResponseError } from "../../errors.ts";

const defaultMaxAgeMs = 3_600_000;
/** A refusal stands for as long as an answer; trouble on the way may pass sooner. */
const troubleAgeMs = 600_000;

/** Asks at most once an hour, and for all callers at once. What cannot be had is `otherwise`. */
export function remember<T>(now: () => number, otherwise: T, read: (signal: AbortSignal) => Promise<T>) {
  let known: { value: T; at: number; isTrouble: boolean } | null = null;
  let asking: Promise<T> | null = null;

  async function ask(signal: AbortSignal): Promise<T> {
    try {
      known = { value: await read(signal), at: now(), isTrouble: false };
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof AppError)) throw error;
      const isFinal = error instanceof WizPermissionError || error instanceof WizResponseError;
      known = { value: otherwise, at: now(), isTrouble: !isFinal };
    }
    return known.value;
  }

  return async (signal: AbortSignal, maxAgeMs = defaultMaxAgeMs): Promise<T> => {
    for (;;) {
      signal.throwIfAborted();
      const lasts = known?.isTrouble === true ? Math.min(maxAgeMs, troubleAgeMs) : maxAgeMs;
      if (known !== null && now() - known.at < lasts) return known.value;
      const isOurs = asking === null;
      asking ??= ask(signal).finally(() => {
        asking = null;
      });
      try {
        return await asking;
      } catch (error) {
        // Whoever asked for all of us was cancelled: then it is our turn.
        if (isOurs) throw error;
      }
    }
  };
}
