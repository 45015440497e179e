import { Skeleton, Text } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { api } from "../../api/client.ts";
import { Histogram, type HistogramSeries } from "../../charts/histogram.tsx";
import { Failure } from "../../kit/states.tsx";

interface OverTimeProps {
  /** The query without its time range. */
  query: string;
  /** An instant, or `now-7d`. */
  from: string;
  /** `undefined`: now. */
  to: string | undefined;
  /** Goes up when there is something new. */
  version: number;
  onSelect: (from: Date, to: Date) => void;
  aside: ReactNode;
}

interface SignalHistogram {
  bucketSeconds: number;
  buckets: { at: string; counts: Record<string, number> }[];
  isPartial: boolean;
}

const series: HistogramSeries[] = [
  { name: "new", label: "New", colour: "var(--series-3)" },
  { name: "changed", label: "Changed", colour: "var(--series-2)" },
  { name: "resolved", label: "Resolved", colour: "var(--series-1)" },
  { name: "reopened", label: "Reopened", colour: "var(--bad)" },
  { name: "gone", label: "Gone", colour: "var(--idle)" },
];

/** When the signals of a list happened; dragging over it narrows the list. */
export function SignalsOverTime({ query, from, to, version, onSelect, aside }: OverTimeProps) {
  const { data, error, refetch, isPlaceholderData } = useQuery({
    queryKey: ["signals", "histogram", query, from, to, version],
    queryFn: ({ signal }) =>
      api.get<SignalHistogram>("/signals/histogram", { q: query, from, to, buckets: 90 }, signal),
    placeholderData: keepPreviousData,
    retry: false,
  });
  if (error !== null) return <Failure error={error} onRetry={() => void refetch()} title="No histogram" />;
  if (data === undefined) return <Skeleton height={86} />;
  return (
    <div style={{ opacity: isPlaceholderData ? 0.6 : 1 }}>
      <Histogram
        buckets={data.buckets}
        bucketSeconds={data.bucketSeconds}
        series={series}
        onSelect={onSelect}
        label="Signals over time"
        aside={aside}
      />
      {data.isPartial && (
        <Text fz="xs" c="dimmed">
          There is more than could be counted in time: older parts are missing. Narrow the query or the time.
        </Text>
      )}
    </div>
  );
}
