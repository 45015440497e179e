import { Tooltip } from "@mantine/core";
import { isActiveStatus } from "../../../src/model.ts";
import type { FindingDetail } from "../api/types.ts";
import { TimeAgo, useNow } from "../kit/time.tsx";
import { durationText, exactText } from "../kit/times.ts";
import classes from "./details.module.css";
import { Fact, Facts, None } from "./facts.tsx";
import { Section } from "./section.tsx";

/** Since when, until when. */
export function FindingTimes({ finding }: { finding: FindingDetail }) {
  const { firstFoundAt, lastFoundAt, dueAt, resolvedAt, statusChangedAt, changedAt, status } = finding;
  return (
    <Section title="Times">
      <Facts>
        <Fact label="First found">
          <TimeAgo at={firstFoundAt} none="not said" />
        </Fact>
        <Fact label="Last found">
          <TimeAgo at={lastFoundAt} none="not said" />
        </Fact>
        <Fact label="Due">
          {dueAt === null ? <None>no due date</None> : <Due at={dueAt} isActive={isActiveStatus(status)} />}
        </Fact>
        {resolvedAt !== null && (
          <Fact label="Resolved">
            <TimeAgo at={resolvedAt} />
          </Fact>
        )}
        {statusChangedAt !== null && statusChangedAt !== firstFoundAt && statusChangedAt !== resolvedAt && (
          <Fact label="Status since">
            <TimeAgo at={statusChangedAt} />
          </Fact>
        )}
        <Fact label="Changed in Weir">
          <TimeAgo at={changedAt} />
        </Fact>
      </Facts>
    </Section>
  );
}

function Due({ at, isActive }: { at: string; isActive: boolean }) {
  const lateMs = useNow(60_000) - Date.parse(at);
  if (!isActive || lateMs <= 0) return <TimeAgo at={at} />;
  return (
    <Tooltip label={exactText(at)}>
      <time dateTime={at} className={classes.late}>
        overdue by {durationText(lateMs)}
      </time>
    </Tooltip>
  );
}
