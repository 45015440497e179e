import "@mantine/charts/styles.css";
import { AreaChart, BarChart } from "@mantine/charts";
import { Checkbox, Group } from "@mantine/core";
import { useState } from "react";
import { numberText, shortNumber } from "../kit/numbers.ts";
import { dayText } from "../kit/times.ts";

export interface Series {
  name: string;
  label: string;
  colour: string;
}

export interface TimeChartProps {
  /** `bars` stand on both sides of zero where a value is negative, `areas` are stacked. */
  kind: "areas" | "bars";
  /** One object a day: `day`, and a number by the name of each series. */
  data: Record<string, string | number>[];
  series: Series[];
  height?: number;
}

/** Days against numbers. The legend filters; the tooltip has the exact values. Fetched only when a page draws one. */
export function TimeChart({ kind, data, series, height = 220 }: TimeChartProps) {
  const [hidden, setHidden] = useState<readonly string[]>([]);
  const shown = series.filter(({ name }) => !hidden.includes(name));
  const common = {
    h: height,
    data,
    dataKey: "day",
    series: shown.map(({ name, label, colour }) => ({ name, label, color: colour })),
    valueFormatter: (value: number) => numberText(Math.abs(value)),
    xAxisProps: { tickFormatter: (day: string) => dayText(day), minTickGap: 36, fontSize: 11 },
    yAxisProps: { tickFormatter: (value: number) => shortNumber(Math.abs(value)), width: 44, fontSize: 11 },
    tooltipProps: { labelFormatter: (day: unknown) => (typeof day === "string" ? dayText(day) : null) },
    tooltipAnimationDuration: 0,
    gridAxis: "x" as const,
  };
  return (
    <>
      {kind === "areas" ? (
        <AreaChart
          {...common}
          type="stacked"
          curveType="linear"
          withDots={false}
          withGradient={false}
          fillOpacity={0.7}
          strokeWidth={1}
          areaProps={{ isAnimationActive: false }}
        />
      ) : (
        <BarChart
          {...common}
          type="stacked"
          barProps={{ isAnimationActive: false }}
          barChartProps={{ stackOffset: "sign" }}
          maxBarWidth={18}
          withBarValueLabel={false}
        />
      )}
      <Group gap="md" mt={6} justify="center" role="group" aria-label="Show in the chart">
        {series.map(({ name, label, colour }) => (
          <Checkbox
            key={name}
            size="xs"
            label={label}
            color={colour}
            checked={!hidden.includes(name)}
            onChange={() => setHidden(hidden.includes(name) ? hidden.filter((one) => one !== name) : [...hidden, name])}
          />
        ))}
      </Group>
    </>
  );
}
