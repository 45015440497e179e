import { Tooltip } from "@mantine/core";
import type { FindingDetail } from "../api/types.ts";
import { lateMs, lateText } from "../kit/due.ts";
import { countText } from "../kit/numbers.ts";
import { TimeAgo, useNow } from "../kit/time.tsx";
import { exactText } from "../kit/times.ts";
import classes from "./details.module.css";
import { Fact, Facts, None } from "./facts.tsx";
import { Section } from "./section.tsx";

/** Since when, until when. */
export function FindingTimes({ finding }: { finding: FindingDetail }) {
  const { firstFoundAt, lastFoundAt, resolvedAt, statusChangedAt, changedAt, reopenedCount, reopenedAt } = finding;
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
          <Due finding={finding} />
        </Fact>
        {reopenedCount > 0 && (
          <Fact label="Reopened">
            {countText(reopenedCount, "time")}
            {reopenedAt !== null && (
              <>
                , last <TimeAgo at={reopenedAt} />
              </>
            )}
          </Fact>
        )}
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

/** The date, whose date it is, and how late it is. */
function Due({ finding }: { finding: FindingDetail }) {
  const { dueAt, dueBy } = finding;
  const late = lateMs(finding, useNow(60_000));
  if (dueAt === null) return <None>no due date</None>;
  return (
    <>
      {late === 0 ? (
        <TimeAgo at={dueAt} />
      ) : (
        <Tooltip label={exactText(dueAt)}>
          <time dateTime={dueAt} className={classes.late}>
            {lateText(late)}
          </time>
        </Tooltip>
      )}
      <span className={classes.none}>{dueBy === "policy" ? ", by the policy" : ", by Wiz"}</span>
    </>
  );
}
