import { TooManyRequestsError } from "../errors.ts";

/**
 * Lets so many works go on at once and so many wait; whoever comes then is sent away at once, so that neither memory
 * nor waiting grow, whatever comes.
 */
export function createTurns(max: { atOnce: number; waiting: number }): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  async function enter(): Promise<void> {
    if (running < max.atOnce) {
      running++;
      return;
    }
    if (waiting.length >= max.waiting)
      throw new TooManyRequestsError(
        "Too many people are signing in at this moment. Try again in a few seconds.",
        3_000,
      );
    // Whoever leaves hands over the place, so the number of those running stays.
    await new Promise<void>((resolve) => waiting.push(resolve));
  }
  function leave(): void {
    const next = waiting.shift();
    if (next === undefined) running--;
    else next();
  }
  return async (work) => {
    await enter();
    try {
      return await work();
    } finally {
      leave();
    }
  };
}
