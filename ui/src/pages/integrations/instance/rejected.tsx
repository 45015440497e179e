import { Button, Group, Table, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconRefresh } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { type RejectedRecord, rejectedQuery, useRetryRejected } from "../../../api/integration-details.ts";
import { useMay } from "../../../api/me.ts";
import type { Integration } from "../../../api/types.ts";
import { countText, numberText } from "../../../kit/numbers.ts";
import { Empty, Failure, RowSkeletons } from "../../../kit/states.tsx";
import { TimeAgo } from "../../../kit/time.tsx";
import { WideTable } from "../../../kit/wide-table.tsx";
import { tell } from "../run-button.tsx";
import { Section } from "../section.tsx";
import { streamTitles } from "../words.ts";

/** Records that Wiz sent in a form that Weir could not read: they are kept, counted, and read again on demand. */
export function Rejected({ integration }: { integration: Integration }) {
  const query = useInfiniteQuery(rejectedQuery(integration.id));
  if (query.isPending) return <RowSkeletons rows={5} />;
  if (query.data === undefined) return <Failure error={query.error} onRetry={() => void query.refetch()} />;
  const { pages } = query.data;
  const records = pages.flatMap(({ items }) => items);
  if (records.length === 0)
    return (
      <Empty title="Every record could be read">
        One that Weir does not understand would be kept as it came, counted, and shown here with the reason.
      </Empty>
    );
  return (
    <>
      <Section
        title="Reasons"
        lead="They are kept as they came and nothing else waits for them. After an update of Weir, read them again: what it understands by then comes in."
        actions={<Retry integration={integration} />}
      >
        <Reasons reasons={pages[0]?.reasons ?? []} />
      </Section>
      <Section title="Records">
        <Records records={records} />
        {query.hasNextPage && (
          <Button
            variant="default"
            mt="md"
            loading={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            Load more
          </Button>
        )}
      </Section>
    </>
  );
}

function Retry({ integration: { id, name } }: { integration: Integration }) {
  const retry = useRetryRejected(id);
  if (!useMay("analyst")) return null;
  return (
    <Button
      variant="default"
      leftSection={<IconRefresh size={14} />}
      loading={retry.isPending}
      onClick={() =>
        retry.mutate(undefined, {
          onError: (error) => tell(`The records of ${name} could not be read again`, error),
          onSuccess: (answer) =>
            notifications.show({
              title: answer.isDone ? "Read again" : "They are being read again",
              message: answer.isDone
                ? `${countText(answer.examined, "record")} looked at, ${numberText(answer.readable)} of them can be read now.`
                : "It goes on in the background.",
            }),
        })
      }
    >
      Read them again
    </Button>
  );
}

function streamTitle(stream: string): string {
  return (streamTitles as Record<string, string>)[stream] ?? stream;
}

function Reasons({ reasons }: { reasons: readonly { stream: string; reason: string; n: number }[] }) {
  return (
    <Table verticalSpacing={6} fz="sm" maw={900}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th className="number" w={90}>
            Records
          </Table.Th>
          <Table.Th w={150}>Stream</Table.Th>
          <Table.Th>Reason</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {reasons.map(({ stream, reason, n }) => (
          <Table.Tr key={`${stream} ${reason}`}>
            <Table.Td className="number">{numberText(n)}</Table.Td>
            <Table.Td>{streamTitle(stream)}</Table.Td>
            <Table.Td className="foreign">{reason}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Records({ records }: { records: readonly RejectedRecord[] }) {
  return (
    <WideTable name="Rejected records" minWidth={640}>
      <Table verticalSpacing={5} fz={12.5}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Wiz's id</Table.Th>
            <Table.Th>Stream</Table.Th>
            <Table.Th>Reason</Table.Th>
            <Table.Th>First</Table.Th>
            <Table.Th>Last</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {records.map(({ id, externalId, stream, reason, firstAt, lastAt }) => (
            <Table.Tr key={id}>
              <Table.Td className="mono foreign" maw={280}>
                {externalId ?? (
                  <Text span c="dimmed" fz="inherit">
                    none
                  </Text>
                )}
              </Table.Td>
              <Table.Td>{streamTitle(stream)}</Table.Td>
              <Table.Td className="foreign">{reason}</Table.Td>
              <Table.Td>
                <TimeAgo at={firstAt} />
              </Table.Td>
              <Table.Td>
                <TimeAgo at={lastAt} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Group mt="xs">
        <Text fz={12.5} c="dimmed">
          What Wiz sent stays on the machine: <span className="mono">weir rejected show</span> prints it there.
        </Text>
      </Group>
    </WideTable>
  );
}
