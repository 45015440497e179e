import { Group, SegmentedControl, Skeleton, Text } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useIntegrations } from "../../api/integrations.ts";
import { useGo } from "../../kit/link.tsx";
import { Page } from "../../kit/page.tsx";
import { PageHead } from "../../kit/page-head.tsx";
import { Failure } from "../../kit/states.tsx";
import { TimeAgo } from "../../kit/time.tsx";
import { places } from "../../places.ts";
import { printSearch } from "../../search-text.ts";
import { dashboardQuery, isSpan, type Span, spans } from "./data.ts";
import { FirstSteps } from "./first-steps.tsx";
import { Numbers } from "./numbers.tsx";
import { PanelSkeletons, Panels } from "./panels.tsx";

/** What a security lead opens in the morning. */
export function DashboardPage() {
  const { days } = useSearch({ strict: false });
  const span = isSpan(days) ? days : "30";
  const { data, error, refetch } = useQuery({ ...dashboardQuery(span), placeholderData: keepPreviousData });
  const integrations = useIntegrations();
  if (integrations.isSuccess && integrations.items.length === 0) return <FirstSteps />;
  return (
    <Page width={1680}>
      <PageHead title="Dashboard" actions={<SpanChoice span={span} />}>
        {data === undefined ? (
          "Reading the inventory"
        ) : (
          <Text span fz="sm">
            As of <TimeAgo at={data.at} />. Every number leads to the records behind it.
          </Text>
        )}
      </PageHead>
      {error !== null && (
        <Failure error={error} onRetry={() => void refetch()} title="The dashboard could not be read" />
      )}
      {data !== undefined && (
        <div style={{ opacity: error === null ? 1 : 0.6 }}>
          <Numbers totals={data.totals} />
          <Panels dashboard={data} />
        </div>
      )}
      {data === undefined && error === null && (
        <div aria-busy="true">
          <Group grow gap="sm">
            {["a", "b", "c", "d", "e"].map((key) => (
              <Skeleton key={key} height={112} />
            ))}
          </Group>
          <PanelSkeletons />
        </div>
      )}
    </Page>
  );
}

const spanWords: Record<Span, string> = { "7": "7 days", "30": "30 days", "90": "90 days", "365": "A year" };

function SpanChoice({ span }: { span: Span }) {
  const go = useGo();
  return (
    <SegmentedControl
      size="xs"
      aria-label="Look back"
      value={span}
      data={spans.map((value) => ({ value, label: spanWords[value] }))}
      onChange={(days) => go(`${places.dashboard}${printSearch({ days })}`, { replace: true })}
    />
  );
}
