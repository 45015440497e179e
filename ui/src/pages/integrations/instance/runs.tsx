import { Button, Group, SegmentedControl, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { useLive } from "../../../api/live.ts";
import { runsQuery } from "../../../api/runs.ts";
import type { Integration, Run } from "../../../api/types.ts";
import { useGo } from "../../../kit/link.tsx";
import { countText } from "../../../kit/numbers.ts";
import { Empty, Failure, RowSkeletons } from "../../../kit/states.tsx";
import { hrefs } from "../../../places.ts";
import { RunList } from "./run-list.tsx";
import { isShown, mergeRuns, type RunFilter } from "./timeline.ts";
import { RunTimeline } from "./timeline.tsx";

const filters = [
  { value: "all", label: "All" },
  { value: "changes", label: "With changes" },
  { value: "trouble", label: "With trouble" },
] satisfies { value: RunFilter; label: string }[];

/** What was fetched when, how long it took, and what came of it. */
export function Runs({ integration }: { integration: Integration }) {
  const { id, name } = integration;
  const { run: open, show = "all" } = useSearch({ strict: false }) as { run?: string; show?: string };
  const go = useGo();
  const filter = filters.find(({ value }) => value === show)?.value ?? "all";
  const query = useInfiniteQuery(runsQuery(id));
  const { runs: told } = useLive();
  const runs = useMemo(
    () =>
      mergeRuns(
        query.data?.pages.flatMap(({ items }) => items) ?? [],
        [...told.values()].filter((run) => run.integration === name),
      ),
    [query.data, told, name],
  );
  const openRun = (run: string | undefined) => go(hrefs.runs(id, { run, show: filter }), { replace: true });
  const shown = runs.filter((run) => isShown(run, filter));
  if (query.isPending) return <RowSkeletons />;
  if (query.error !== null && query.data === undefined)
    return <Failure error={query.error} onRetry={() => void query.refetch()} />;
  if (runs.length === 0)
    return (
      <Empty title="No run yet">
        {integration.enabled ? "The first begins within seconds." : "The integration is disabled: nothing is polled."}
      </Empty>
    );
  return (
    <>
      <RunTimeline runs={runs} open={open} onOpen={openRun} />
      <Group justify="space-between" mt="lg" mb="xs" gap="sm">
        <SegmentedControl
          size="xs"
          data={filters}
          value={filter}
          onChange={(value) => go(hrefs.runs(id, { show: value }), { replace: true })}
          aria-label="Which runs"
        />
        <Text fz={12.5} c="dimmed">
          {shownText(shown, runs)}
        </Text>
      </Group>
      <RunList runs={shown} open={open} onOpen={openRun} />
      {shown.length === 0 && (
        <Text fz="sm" c="dimmed" py="md">
          None of the runs that are loaded.
        </Text>
      )}
      {query.hasNextPage && (
        <Button variant="default" mt="md" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          Load earlier runs
        </Button>
      )}
    </>
  );
}

function shownText(shown: readonly Run[], runs: readonly Run[]): string {
  return shown.length === runs.length
    ? `${countText(runs.length, "run")} loaded`
    : `${shown.length} of ${countText(runs.length, "run")} loaded`;
}
