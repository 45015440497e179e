import { Box, Switch, Tooltip } from "@mantine/core";
import { useEffect, useState } from "react";
import { useLive } from "../../api/live.ts";
import type { HeaderProps } from "../../list/explorer.tsx";
import { printRange, readRange } from "../../list/time-ranges.ts";
import { SignalsOverTime } from "./over-time.tsx";

/** Over the signals: when they happened, and whether new ones come in by themselves. */
export function SignalsHeader({ query, range, onRange, hasNews, onRefresh }: HeaderProps) {
  const [isFollowing, setFollowing] = useState(false);
  const { inventoryVersion, connection } = useLive();
  useEffect(() => {
    if (isFollowing && hasNews) onRefresh();
  }, [isFollowing, hasNews, onRefresh]);
  const select = (from: Date, to: Date) =>
    onRange(printRange({ type: "between", from: from.toISOString(), to: to.toISOString() }, "at", "signals"));
  return (
    <Box px="sm" pt="xs" pb={6} style={{ borderBottom: "1px solid var(--line)" }}>
      <SignalsOverTime
        query={query}
        {...boundsOf(range)}
        version={inventoryVersion}
        onSelect={select}
        aside={
          <Tooltip label="New signals appear as they come in">
            <Switch
              size="xs"
              label={isFollowing && connection !== "live" ? "Live tail (waiting for the connection)" : "Live tail"}
              checked={isFollowing}
              onChange={(event) => setFollowing(event.currentTarget.checked)}
            />
          </Tooltip>
        }
      />
    </Box>
  );
}

/** The ends of the histogram as the API takes them; of any time, as long as signals are kept at first. */
function boundsOf(range: string | undefined): { from: string; to: string | undefined } {
  const read = readRange(range);
  if (read.type === "between") return { from: read.from ?? "now-30d", to: read.to ?? undefined };
  return { from: `now-${read.type === "last" ? read.preset.value : "30d"}`, to: undefined };
}
