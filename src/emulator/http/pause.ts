import type { Context } from "hono";

/** Waits, but no longer than the caller does. */
export function pause(c: Context, ms: number): Promise<void> {
  if (ms <= 0) return Promise.resolve();
  return new Promise((done) => {
    const timer = setTimeout(done, ms);
    onGone(c, () => {
      clearTimeout(timer);
      done();
    });
  });
}

/** Waits until the caller gives up. */
export function untilGone(c: Context): Promise<void> {
  return new Promise((done) => {
    // A timer of ours holds the request: a signal that only itself refers to is collected, and never aborts.
    const hold = setInterval(() => {}, 1 << 30).unref();
    onGone(c, () => {
      clearInterval(hold);
      done();
    });
  });
}

function onGone(c: Context, then: () => void): void {
  const { signal } = c.req.raw;
  if (signal.aborted) then();
  else signal.addEventListener("abort", then, { once: true });
}
