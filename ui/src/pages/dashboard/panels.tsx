import { SegmentedControl, Skeleton } from "@mantine/core";
import { useState } from "react";
import type { Dashboard } from "../../../../src/api/schemas/dashboard.ts";
import { LazyTimeChart } from "../../charts/lazy-time-chart.tsx";
import { NumberTable } from "../../charts/number-table.tsx";
import { Panel } from "../../charts/panel.tsx";
import type { Series } from "../../charts/time-chart.tsx";
import { dayText } from "../../kit/times.ts";
import { Coverage } from "./coverage.tsx";
import classes from "./dashboard.module.css";
import { flow, flowSeries, kindSeries, openByKind, openBySeverity, severitySeries } from "./data.ts";
import { FixFirst } from "./fix-first.tsx";
import { Ages, Fixable } from "./fixable.tsx";
import { OpenNow } from "./open-now.tsx";
import { TopAccounts, TopAssets, TopCves } from "./ranks.tsx";

export function Panels({ dashboard }: { dashboard: Dashboard }) {
  const { days, open, exploitable, ageOfCriticals, topAssets, topAccounts, topCves, coverage } = dashboard;
  return (
    <div className={classes.panels}>
      <div className={classes.column}>
        <FixFirst />
        <OpenOverTime days={days} />
        <Panel title="Open now" note="By kind and severity">
          <OpenNow open={open} />
        </Panel>
        <Panel title="CVEs to look at first" note="By severity, then by open findings">
          <TopCves cves={topCves} />
        </Panel>
        <Panel title="Accounts" note="By open findings, the worst severity first">
          <TopAccounts accounts={topAccounts} />
        </Panel>
      </div>
      <div className={classes.column}>
        <Panel
          title="New against resolved"
          note="Findings a day: found for the first time, and closed"
          table={<DayTable caption="New against resolved" data={flow(days)} series={flowSeries} />}
        >
          <LazyTimeChart kind="bars" data={flow(days)} series={flowSeries} />
        </Panel>
        <Panel title="Used by attackers" note="Open findings, and those that an upgrade would end">
          <Fixable exploitable={exploitable} />
        </Panel>
        <Panel title="Age of open criticals" note="Since they were first found">
          <Ages ages={ageOfCriticals} />
        </Panel>
        <Panel title="Assets at risk" note="By risk score, 0 to 1000">
          <TopAssets assets={topAssets} />
        </Panel>
        <Panel title="Coverage" note="How much of each tenant is here, and how fresh it is">
          <Coverage coverage={coverage} />
        </Panel>
      </div>
    </div>
  );
}

function OpenOverTime({ days }: { days: Dashboard["days"] }) {
  const [by, setBy] = useState<"severity" | "kind">("severity");
  const series = by === "severity" ? severitySeries : kindSeries;
  const data = by === "severity" ? openBySeverity(days) : openByKind(days);
  return (
    <Panel
      title="Open findings"
      note="At the end of each day, by the dates that Wiz gives"
      table={<DayTable caption="Open findings" data={data} series={series} />}
      actions={
        <SegmentedControl
          size="xs"
          aria-label="Open findings by"
          value={by}
          onChange={(value) => setBy(value as typeof by)}
          data={[
            { value: "severity", label: "Severity" },
            { value: "kind", label: "Kind" },
          ]}
        />
      }
    >
      <LazyTimeChart key={by} kind="areas" data={data} series={series} />
    </Panel>
  );
}

interface DayTableProps {
  caption: string;
  data: Record<string, string | number>[];
  series: Series[];
}

function DayTable({ caption, data, series }: DayTableProps) {
  const rows = [...data].reverse().map((day) => ({
    label: dayText(String(day.day)),
    values: series.map(({ name }) => Math.abs(Number(day[name]))),
  }));
  return <NumberTable caption={caption} columns={["Day", ...series.map(({ label }) => label)]} rows={rows} />;
}

export function PanelSkeletons() {
  return (
    <div className={classes.panels}>
      {["left", "right"].map((side) => (
        <div key={side} className={classes.column}>
          <Skeleton height={318} />
          <Skeleton height={250} />
        </div>
      ))}
    </div>
  );
}
