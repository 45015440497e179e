import { Button, Group, Table, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type Review, reviewsQuery, useDecideReview } from "../../../api/integration-details.ts";
import { useMay } from "../../../api/me.ts";
import type { Integration } from "../../../api/types.ts";
import { Confirm } from "../../../kit/confirm.tsx";
import { AppLink } from "../../../kit/link.tsx";
import { countText, numberText } from "../../../kit/numbers.ts";
import { isSeverity, SeverityLabel } from "../../../kit/severity.tsx";
import { Empty, Failure, RowSkeletons } from "../../../kit/states.tsx";
import { StatusLabel } from "../../../kit/status.tsx";
import { TimeAgo } from "../../../kit/time.tsx";
import { WideTable } from "../../../kit/wide-table.tsx";
import { hrefs } from "../../../places.ts";
import { sentence, streamTitles, streamWord } from "../words.ts";
import classes from "./held.module.css";

/** Changes that are too large to make without a person: what each would do, and the decision. */
export function Held({ integration }: { integration: Integration }) {
  const { data, error, isPending, refetch } = useQuery(reviewsQuery(integration.id));
  if (isPending) return <RowSkeletons rows={4} />;
  if (data === undefined) return <Failure error={error} onRetry={() => void refetch()} />;
  if (data.length === 0)
    return (
      <Empty title="Nothing waits for you">
        When unusually many records are missing in Wiz, or the service account sees less than before, Weir does not take
        them for gone by itself. It asks here first.
      </Empty>
    );
  return (
    <div className={classes.reviews}>
      {data.map((review) => (
        <HeldChange key={review.id} review={review} />
      ))}
    </div>
  );
}

function HeldChange({ review }: { review: Review }) {
  const { stream, text, raisedAt, advice, ifApproved, ifRejected } = review;
  const [asked, setAsked] = useState<"approve" | "reject" | null>(null);
  const mayDecide = useMay("analyst");
  return (
    <section className={classes.review} aria-label={streamTitles[stream]}>
      <Group justify="space-between" align="baseline" gap="sm">
        <Text fw={600}>{streamTitles[stream]}</Text>
        <Text fz={12.5} c="dimmed">
          Noticed <TimeAgo at={raisedAt} />
        </Text>
      </Group>
      <Text fz="sm" mt={4}>
        {sentence(text)}.
      </Text>
      <Text fz="sm" c="dimmed" mt={4}>
        {advice}
      </Text>
      <dl className={classes.choices}>
        <dt>If you approve</dt>
        <dd>
          {ifApproved.text}
          <Severities bySeverity={ifApproved.bySeverity} />
        </dd>
        <dt>If you reject</dt>
        <dd>{ifRejected.text}</dd>
      </dl>
      <Sample review={review} />
      {mayDecide ? (
        <Group gap="sm" mt="md">
          <Button onClick={() => setAsked("approve")}>Approve</Button>
          <Button variant="default" onClick={() => setAsked("reject")}>
            Reject
          </Button>
        </Group>
      ) : (
        <Text fz="sm" c="dimmed" mt="md">
          An analyst or an administrator decides.
        </Text>
      )}
      {asked !== null && <Decision review={review} isApproved={asked === "approve"} onClose={() => setAsked(null)} />}
    </section>
  );
}

function Severities({ bySeverity }: { bySeverity: Review["ifApproved"]["bySeverity"] }) {
  const counted = Object.entries(bySeverity).filter(([, n]) => n > 0);
  if (counted.length === 0) return null;
  return (
    <Group gap="md" mt={4}>
      {counted.map(([severity, n]) => (
        <Group key={severity} gap={6}>
          <SeverityLabel severity={isSeverity(severity) ? severity : null} />
          <span className="number">{numberText(n)}</span>
        </Group>
      ))}
    </Group>
  );
}

function Sample({ review: { ifApproved, stream } }: { review: Review }) {
  const { sample, gone } = ifApproved;
  if (sample.length === 0) return null;
  const hrefOf = stream === "assets" ? hrefs.asset : hrefs.finding;
  return (
    <WideTable name="Examples" minWidth={560}>
      <Table className={classes.sample} verticalSpacing={4}>
        <Table.Caption ta="left" fz={12.5}>
          {sample.length < gone ? `${sample.length} of ${numberText(gone)}, as examples` : "All of them"}
        </Table.Caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{stream === "assets" ? "Asset" : "Finding"}</Table.Th>
            {stream !== "assets" && <Table.Th>Asset</Table.Th>}
            {stream !== "assets" && <Table.Th>Severity</Table.Th>}
            <Table.Th>Status</Table.Th>
            <Table.Th>Last seen</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {sample.map(({ id, title, asset, externalId, severity, status, lastSeenAt }) => (
            <Table.Tr key={id}>
              <Table.Td maw={460}>
                <div className="one-line" title={title}>
                  <AppLink href={hrefOf(id)} fz="inherit" title={externalId}>
                    <span className="foreign">{title}</span>
                  </AppLink>
                </div>
              </Table.Td>
              {stream !== "assets" && (
                <Table.Td maw={220} className="foreign one-line" title={asset ?? undefined}>
                  {asset ?? "–"}
                </Table.Td>
              )}
              {stream !== "assets" && (
                <Table.Td>
                  <SeverityLabel severity={severity} />
                </Table.Td>
              )}
              <Table.Td>
                <StatusLabel status={status} />
              </Table.Td>
              <Table.Td>
                <TimeAgo at={lastSeenAt} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </WideTable>
  );
}

interface DecisionProps {
  review: Review;
  isApproved: boolean;
  onClose: () => void;
}

function Decision({ review: { id, stream, ifApproved, ifRejected }, isApproved, onClose }: DecisionProps) {
  const decide = useDecideReview();
  const records = countText(ifApproved.gone, `record of ${streamWord(stream)}`, `records of ${streamWord(stream)}`);
  return (
    <Confirm
      title={isApproved ? "Approve that they are gone" : "Keep them as they are"}
      verb={isApproved ? "Approve" : "Reject"}
      onClose={onClose}
      isPending={decide.isPending}
      error={decide.error}
      onConfirm={() =>
        decide.mutate(
          { id, isApproved },
          {
            onSuccess: ({ isDone, gone }) => {
              onClose();
              notifications.show({
                title: isApproved ? "Approved" : "Rejected",
                message: !isApproved
                  ? `${records} stay as they are.`
                  : isDone
                    ? `${countText(gone ?? 0, "record")} are gone.`
                    : "It is decided, and the rest of the records follow.",
              });
            },
          },
        )
      }
    >
      {isApproved ? ifApproved.text : ifRejected.text} It is written into the audit log under your name.
    </Confirm>
  );
}
