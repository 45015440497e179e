import { useEffect } from "react";

interface FetchedLater {
  preload?: (() => Promise<void> | undefined) | undefined;
}

const patienceMs = 3_000;

/** Fetches the code of what is probably wanted next as soon as the browser has nothing else to do. */
export function useSoon(component: FetchedLater): void {
  useEffect(() => whenIdle(() => void component.preload?.()), [component]);
}

/** Does it once the browser has nothing else to do, and soon in any case. Returns how to call it off. */
function whenIdle(work: () => void): () => void {
  if (typeof requestIdleCallback !== "function") {
    const timer = setTimeout(work, patienceMs);
    return () => clearTimeout(timer);
  }
  const handle = requestIdleCallback(work, { timeout: patienceMs });
  return () => cancelIdleCallback(handle);
}
