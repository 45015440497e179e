import { Skeleton } from "@mantine/core";
import { lazy, Suspense } from "react";
import type { TimeChartProps } from "./time-chart.tsx";

const Chart = lazy(async () => ({ default: (await import("./time-chart.tsx")).TimeChart }));

/** A chart whose code comes when the first one is drawn; its place is kept meanwhile. */
export function LazyTimeChart(props: TimeChartProps) {
  const height = props.height ?? 220;
  return (
    <Suspense fallback={<Skeleton height={height + 28} />}>
      <Chart {...props} />
    </Suspense>
  );
}
