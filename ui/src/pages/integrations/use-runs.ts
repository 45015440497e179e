import { useQuery } from "@tanstack/react-query";
import { integrationsQuery } from "../../api/integrations.ts";
import { useLive } from "../../api/live.ts";
import type { Integration, Run } from "../../api/types.ts";
import { useNow } from "../../kit/time.tsx";
import { activeRuns, notableRuns } from "./tile/tile-facts.ts";

/** The runs of an integration that are queued or running, as the event stream tells. */
export function useRunsOf(integration: Pick<Integration, "name">): Run[] {
  const { runs } = useLive();
  const now = useNow(2_000);
  return notableRuns(activeRuns(integration, runs.values()), now);
}

const countsMs = 10_000;

/** The counts, which no event tells, are read again now and then while something comes in. */
export function useCountsWhileRunning(): void {
  const { runs } = useLive();
  const isRunning = [...runs.values()].some(({ finishedAt, startedAt }) => startedAt !== null && finishedAt === null);
  useQuery({ ...integrationsQuery, refetchInterval: isRunning ? countsMs : false });
}
