import { SegmentedControl, Skeleton, Text } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { type Pace, paceQuery } from "../../../api/integration-details.ts";
import type { Integration } from "../../../api/types.ts";
import { countText } from "../../../kit/numbers.ts";
import { Empty, Failure } from "../../../kit/states.tsx";
import { useNow } from "../../../kit/time.tsx";
import { durationText } from "../../../kit/times.ts";
import classes from "./governor.module.css";
import { rateText, sumsOf } from "./pace-points.ts";

const PaceChart = lazy(async () => ({ default: (await import("./pace-chart.tsx")).PaceChart }));

const spans = [
  { value: "60", label: "1 hour" },
  { value: "360", label: "6 hours" },
  { value: "1440", label: "24 hours" },
];
const chartHeight = 280;
const readMs = 10_000;

/** How fast the service account is asked, and what it was found to accept. */
export function Governor({ integration }: { integration: Integration }) {
  const [minutes, setMinutes] = useState("60");
  const { data, error, isPending, refetch } = useQuery({
    ...paceQuery(integration.id, Number(minutes)),
    refetchInterval: readMs,
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <div className={classes.head}>
        <Text fz="sm" c="dimmed" maw={720}>
          Weir begins gently and asks faster while that goes well. When Wiz objects (429) it halves its pace, waits as
          long as Wiz says, and then stays just under what Wiz accepts. Integrations on one service account share it.
        </Text>
        <SegmentedControl size="xs" data={spans} value={minutes} onChange={setMinutes} aria-label="How long back" />
      </div>
      <Now source={integration.source} pace={data} />
      {isPending && <Skeleton height={chartHeight} />}
      {error !== null && data === undefined && <Failure error={error} onRetry={() => void refetch()} />}
      {data !== undefined && data.samples.length === 0 && (
        <Empty title="Nothing was asked in this time">
          A sample is taken every ten seconds while there is work for this service account.
        </Empty>
      )}
      {data !== undefined && data.samples.length > 0 && (
        <>
          <Suspense fallback={<Skeleton height={chartHeight} />}>
            <PaceChart pace={data} minutes={Number(minutes)} height={chartHeight} />
          </Suspense>
          <Text fz="sm" mt="sm">
            {sumText(data, spans.find(({ value }) => value === minutes)?.label ?? "")}
          </Text>
        </>
      )}
    </>
  );
}

function sumText({ samples }: Pace, span: string): string {
  const { limited, pausedMs, peak } = sumsOf(samples);
  const refused =
    limited === 0
      ? "Wiz refused no request for its rate"
      : `Wiz refused ${countText(limited, "request")} for ${limited === 1 ? "its" : "their"} rate`;
  const paused = pausedMs === 0 ? "" : `, and asked to wait ${durationText(pausedMs)} in all`;
  return `In the last ${span}: at most ${rateText(peak)} requests per second. ${refused}${paused}.`;
}

/** What it does at this moment. */
function Now({ source, pace }: { source: Integration["source"]; pace: Pace | undefined }) {
  const now = useNow(1_000);
  const pausedMs = source?.pausedUntil == null ? 0 : Date.parse(source.pausedUntil) - now;
  const figures: [string, string][] = [
    ["Allowed now", source === null ? "–" : `${rateText(source.requestsPerSecond)} / s`],
    ["Used now", source === null ? "–" : `${rateText(source.usedPerSecond)} / s`],
    ["Waiting", source === null ? "–" : String(source.waiting)],
    ["On their way", source === null ? "–" : String(source.inFlight)],
    ["Wiz accepts", pace?.settled == null ? "no limit met" : `${rateText(pace.settled)} / s`],
    ["Weir's ceiling", pace?.ceiling == null ? "–" : `${rateText(pace.ceiling)} / s`],
  ];
  return (
    <>
      <dl className={classes.figures}>
        {figures.map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      {pausedMs > 0 && (
        <Text fz="sm" c="var(--warn)" mb="sm" role="status">
          Paused for another {durationText(pausedMs)}, since Wiz asked to wait. If it goes on like this, raise the
          intervals to 15 minutes.
        </Text>
      )}
      {source === null && (
        <Text fz="sm" c="dimmed" mb="sm">
          No process works for this service account just now.
        </Text>
      )}
    </>
  );
}
