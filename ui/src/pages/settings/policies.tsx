import { Button, Group, NumberInput, Progress, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type Severity, severities } from "../../../../src/model.ts";
import { ApiError } from "../../api/client.ts";
import { type DueDatePolicy, type DueDays, dueDatesQuery, useDueDatesChange } from "../../api/due-dates.ts";
import { useMay } from "../../api/me.ts";
import { AppLink } from "../../kit/link.tsx";
import { numberText } from "../../kit/numbers.ts";
import { Page } from "../../kit/page.tsx";
import { PageHead } from "../../kit/page-head.tsx";
import { SeverityLabel, severityWords } from "../../kit/severity.tsx";
import { Failure, RowSkeletons } from "../../kit/states.tsx";
import { TimeAgo } from "../../kit/time.tsx";
import { hrefs } from "../../places.ts";
import classes from "./policies.module.css";

/** When findings should be resolved. */
export function PoliciesPage() {
  const { data, error, isPending, refetch } = useQuery(dueDatesQuery);
  return (
    <Page width={720}>
      <PageHead title="Policies" above="Settings">
        When a finding should be resolved where Wiz gives no date. The days count from when it was found first, or from
        when it was opened again.
      </PageHead>
      {error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      {isPending && <RowSkeletons rows={5} />}
      {data !== undefined && <DueDates key={data.changedAt} policy={data} />}
    </Page>
  );
}

function DueDates({ policy }: { policy: DueDatePolicy }) {
  const may = useMay("admin");
  const change = useDueDatesChange();
  const [days, setDays] = useState<DueDays>(policy.days);
  const isChanged = severities.some((severity) => days[severity] !== policy.days[severity]);
  const errorOf = (severity: Severity) =>
    change.error instanceof ApiError && change.error.field === `days.${severity}` ? change.error.message : undefined;
  const isAtField = severities.some((severity) => errorOf(severity) !== undefined);
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate(days);
      }}
    >
      <Title order={2} fz="md" mb="xs">
        Due dates
      </Title>
      <Stack gap="sm">
        {change.error !== null && !isAtField && <Failure error={change.error} title="Not saved" />}
        <div className={classes.days}>
          {severities.map((severity) => (
            <div key={severity} className={classes.row}>
              <SeverityLabel severity={severity} />
              <NumberInput
                aria-label={`Days for ${severityWords[severity].toLowerCase()} findings`}
                placeholder="no due date"
                suffix=" days"
                min={1}
                max={3650}
                allowDecimal={false}
                allowNegative={false}
                disabled={!may}
                value={days[severity] ?? ""}
                error={errorOf(severity)}
                onChange={(value) =>
                  setDays((before) => ({ ...before, [severity]: typeof value === "number" ? value : null }))
                }
              />
            </div>
          ))}
        </div>
        <Text fz="xs" c="dimmed">
          An empty field means no due date. A date that Wiz gives always counts before the policy's; what is closed
          keeps the date that it had.{" "}
          <AppLink href={hrefs.findings("all", { q: "overdue:true" })} fz="inherit" underline="always">
            What is overdue now
          </AppLink>
        </Text>
        <Follows policy={policy} />
        {may && (
          <Group gap="xs">
            <Button type="submit" loading={change.isPending} disabled={!isChanged}>
              Save
            </Button>
            {isChanged && (
              <Button variant="default" onClick={() => setDays(policy.days)}>
                Discard
              </Button>
            )}
          </Group>
        )}
        <Text fz="xs" c="dimmed">
          {policy.changedAt === null ? (
            "As Weir comes with it."
          ) : (
            <>
              Changed <TimeAgo at={policy.changedAt} /> by <span className="foreign">{policy.changedBy}</span>.
            </>
          )}
        </Text>
      </Stack>
    </form>
  );
}

/** Open findings follow a change in the background. */
function Follows({ policy: { progress } }: { policy: DueDatePolicy }) {
  if (progress === null) return null;
  const { examined, total } = progress;
  return (
    <div aria-live="polite">
      <Text fz="sm" mb={4}>
        {`Findings follow the change: ${numberText(examined)}${total === null ? "" : ` of about ${numberText(Math.max(total, examined))}`}`}
      </Text>
      <Progress
        value={total === null || total === 0 ? 100 : (100 * examined) / Math.max(total, examined)}
        animated
        aria-label="Findings that follow the policy"
      />
    </div>
  );
}
