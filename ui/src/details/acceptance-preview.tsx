import { Group, Skeleton, Stack, Text } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import { severities } from "../../../src/model.ts";
import type { AcceptancePreview as Preview } from "../api/risk-acceptances.ts";
import { countText, numberText } from "../kit/numbers.ts";
import { SeverityLabel, SeverityMark, severityWords } from "../kit/severity.tsx";
import classes from "./acceptance.module.css";

/** What the scope covers just now: the true number, by severity, and the worst of them. */
export function AcceptancePreview({ preview }: { preview: UseQueryResult<Preview> }) {
  const { data, isPending, isFetching, error } = preview;
  if (error !== null) return null;
  if (isPending || data === undefined)
    return (
      <Stack gap={6} className={classes.preview} aria-busy="true">
        <Skeleton height={16} width="55%" />
        <Skeleton height={14} width="80%" />
      </Stack>
    );
  const found = severities.filter((severity) => data.bySeverity[severity] > 0);
  return (
    <div className={classes.preview} data-stale={isFetching || undefined}>
      <Text fz="sm" fw={550}>
        {data.count === 0 ? "No open finding is covered now" : `Covers ${countText(data.count, "open finding")}`}
      </Text>
      {data.count === 0 && (
        <Text fz="xs" c="dimmed">
          Findings that match later will be accepted as they arrive.
        </Text>
      )}
      {found.length > 0 && (
        <Group gap="4px 14px" mt={4}>
          {found.map((severity) => (
            <Text key={severity} component="span" fz="sm" className={classes.counted}>
              <SeverityMark severity={severity} />
              {`${numberText(data.bySeverity[severity])} ${severityWords[severity].toLowerCase()}`}
            </Text>
          ))}
        </Group>
      )}
      {data.alreadyAccepted > 0 && (
        <Text fz="xs" c="dimmed" mt={4}>
          {`${numberText(data.alreadyAccepted)} of them are accepted already; whichever acceptance ends last counts.`}
        </Text>
      )}
      {data.examples.length > 0 && (
        <ul className={classes.examples} aria-label="The worst of them">
          {data.examples.slice(0, 4).map(({ id, title, severity, asset }) => (
            <li key={id}>
              <SeverityLabel severity={severity} />
              <span className="foreign one-line">
                {title}
                {asset !== null && <span className={classes.second}> {asset}</span>}
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
