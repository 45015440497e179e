import { useEffect } from "react";

interface FetchedLater {
  preload?: (() => Promise<void> | undefined) | undefined;
}

const patienceMs = 3_000;

/** Fetches the code of what is probably wanted next as soon as the browser has nothing else to do. */
export function useSoon(component: FetchedLater): void {
  useEffect(() => {
    const fetchCode = () => void component.preload?.();
    if (typeof requestIdleCallback !== "function") {
      const timer = setTimeout(fetchCode, patienceMs);
      return () => clearTimeout(timer);
    }
    const handle = requestIdleCallback(fetchCode, { timeout: patienceMs });
    return () => cancelIdleCallback(handle);
  }, [component]);
}
