import { TooManyRequestsError } from "../errors.ts";

/** Each holds a connection and a snapshot of the database; the pool has ten, and searches need them too. */
const most = 4;
const retryAfterMs = 10_000;

/** How many exports run at once in this process. */
export function createExportSlots() {
  let taken = 0;
  return {
    /** @throws TooManyRequestsError when all are taken */
    take(): { release: () => void } {
      if (taken >= most)
        throw new TooManyRequestsError(
          `${most} exports are running, more are not allowed: try again later.`,
          retryAfterMs,
        );
      taken++;
      let isReleased = false;
      return {
        release() {
          if (!isReleased) taken--;
          isReleased = true;
        },
      };
    },
  };
}
