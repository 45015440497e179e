import type { ApiContext } from "./context.ts";
import { RequestError } from "./errors.ts";

/**
 * Given when the client leaves before it has its answer, as a page does that has a newer question: whatever still works
 * on this one can stop. Its reason is an error, so that a search which ends by it ends as a failed request does.
 */
export function clientSignal(c: ApiContext): AbortSignal {
  const { signal } = c.req.raw;
  const left = new AbortController();
  const leave = () => left.abort(new RequestError("The client has left."));
  if (signal.aborted) leave();
  else signal.addEventListener("abort", leave, { once: true });
  return left.signal;
}
