import { Tooltip } from "@mantine/core";
import { useEffect, useState } from "react";
import { agoText, exactText } from "./times.ts";

/** An instant as people think of it, `3 d ago`, with the exact one on hover. */
export function TimeAgo({ at, none = "never" }: { at: string | null; none?: string }) {
  useNow(at === null ? null : 15_000);
  if (at === null) return <span style={{ color: "var(--ink-2)" }}>{none}</span>;
  return (
    <Tooltip label={exactText(at)}>
      <time dateTime={at} style={{ whiteSpace: "nowrap" }}>
        {agoText(at)}
      </time>
    </Tooltip>
  );
}

/** The present, again and again; `null`: as it was at first. */
export function useNow(everyMs: number | null): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (everyMs === null) return;
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
