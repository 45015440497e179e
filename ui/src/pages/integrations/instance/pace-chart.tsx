import { useMemo } from "react";
import {
  Area,
  CartesianGrid,
  ComposedChart,
  Legend,
  Line,
  ReferenceArea,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from "recharts";
import type { Pace } from "../../../api/integration-details.ts";
import { useNow } from "../../../kit/time.tsx";
import { exactText } from "../../../kit/times.ts";
import { clockText } from "./clock.ts";
import classes from "./pace-chart.module.css";
import { type PacePoint, pausesOf, pointsOf, rateText } from "./pace-points.ts";

interface PaceChartProps {
  pace: Pace;
  minutes: number;
  height: number;
}

const ink = { fill: "var(--ink-2)", fontSize: 12 };
const minuteMs = 60_000;

/** Allowed and used requests per second along the time, with the stretches in which Wiz had asked to wait. */
export function PaceChart({ pace, minutes, height }: PaceChartProps) {
  const now = useNow(10_000);
  const points = useMemo(() => pointsOf(pace.samples), [pace]);
  const pauses = useMemo(() => pausesOf(pace.samples), [pace]);
  const from = now - minutes * minuteMs;
  return (
    <figure className={classes.figure} aria-label="Requests per second, allowed and used">
      <ResponsiveContainer width="100%" height={height}>
        <ComposedChart data={points} margin={{ top: 16, right: 8, bottom: 0, left: -8 }}>
          <CartesianGrid stroke="var(--line)" vertical={false} />
          <XAxis
            dataKey="at"
            type="number"
            domain={[from, now]}
            allowDataOverflow
            tickFormatter={(at: number) => clockText(at, minutes * minuteMs)}
            tick={ink}
            stroke="var(--line-strong)"
            tickCount={7}
          />
          <YAxis tick={ink} stroke="var(--line-strong)" width={56} tickFormatter={(value: number) => `${value} /s`} />
          {pauses.map((pause) => (
            <ReferenceArea
              key={pause.from}
              x1={pause.from}
              x2={pause.until}
              fill="var(--warn)"
              fillOpacity={0.18}
              ifOverflow="hidden"
            />
          ))}
          {pace.settled !== null && (
            <ReferenceLine
              y={pace.settled}
              stroke="var(--warn)"
              strokeDasharray="4 3"
              label={{ value: `Wiz accepts ${rateText(pace.settled)}`, position: "insideBottomRight", ...ink }}
            />
          )}
          <Area
            dataKey="used"
            name="Used"
            type="linear"
            stroke="var(--series-1)"
            fill="var(--series-1)"
            fillOpacity={0.18}
            isAnimationActive={false}
            dot={false}
          />
          <Line
            dataKey="allowed"
            name="Allowed"
            type="stepAfter"
            stroke="var(--series-3)"
            strokeWidth={1.5}
            isAnimationActive={false}
            dot={false}
          />
          <Tooltip content={<PointText />} cursor={{ stroke: "var(--line-strong)" }} isAnimationActive={false} />
          <Legend
            verticalAlign="bottom"
            height={26}
            formatter={(name: string) => <span style={{ color: "var(--ink)", fontSize: 12 }}>{name}</span>}
          />
        </ComposedChart>
      </ResponsiveContainer>
      {pauses.length > 0 && <figcaption className={classes.caption}>Shaded: Wiz had asked to wait.</figcaption>}
    </figure>
  );
}

interface PointTextProps {
  active?: boolean;
  payload?: readonly { payload: PacePoint }[];
}

function PointText({ active, payload }: PointTextProps) {
  const point = payload?.[0]?.payload;
  if (active !== true || point === undefined || point.used === null) return null;
  return (
    <div className={classes.tip}>
      <div>{exactText(point.at)}</div>
      <div>Allowed {rateText(point.allowed ?? 0)} / s</div>
      <div>Used {rateText(point.used)} / s</div>
      <div>
        {point.inFlight} on their way, {point.waiting} waiting
      </div>
      {point.limited > 0 && <div>{point.limited} refused for their rate</div>}
    </div>
  );
}
