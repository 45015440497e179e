import { Skeleton } from "@mantine/core";
import { lazy, Suspense, useEffect, useState } from "react";
import type { TimeChartProps } from "./time-chart.tsx";

const fetchCode = () => import("./time-chart.tsx");
const Chart = lazy(async () => ({ default: (await fetchCode()).TimeChart }));

/** A chart whose code comes when the first one is drawn; its place is kept meanwhile. */
export function LazyTimeChart(props: TimeChartProps) {
  const isTurn = useTurn();
  const place = <Skeleton height={(props.height ?? 220) + 28} />;
  return <Suspense fallback={place}>{isTurn ? <Chart {...props} /> : place}</Suspense>;
}

let lastTurn: Promise<unknown> = Promise.resolve();

/** Charts are drawn one after the other, each in a frame of its own: several at once would keep a key or a click waiting. */
function useTurn(): boolean {
  const [isTurn, setTurn] = useState(false);
  useEffect(() => {
    let isGone = false;
    lastTurn = lastTurn.then(() => {
      if (isGone) return;
      setTurn(true);
      // What cannot be fetched is said by the chart itself.
      return fetchCode().then(nextFrame, nextFrame);
    });
    return () => {
      isGone = true;
    };
  }, []);
  return isTurn;
}

function nextFrame(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}
