import { Button, Group, Table, Text, TextInput } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../api/client.ts";
import { useGo } from "../../kit/link.tsx";
import { Page } from "../../kit/page.tsx";
import { PageHead } from "../../kit/page-head.tsx";
import { Empty, Failure, RowSkeletons } from "../../kit/states.tsx";
import { TimeAgo } from "../../kit/time.tsx";
import { WideTable } from "../../kit/wide-table.tsx";
import { places } from "../../places.ts";
import { printSearch } from "../../search-text.ts";
import { detailsText } from "./audit-text.ts";

interface AuditEvent {
  id: string;
  at: string;
  actor: { type: string; id: string | null; name: string };
  action: string;
  subject: { type: string; id: string | null; name: string | null } | null;
  details: Record<string, unknown>;
  address: string | null;
}

interface AuditFilter {
  actor?: string;
  action?: string;
  subject?: string;
}

/** Who changed what, and who signed in. */
export function AuditPage() {
  const { actor, action, subject } = useSearch({ strict: false }) as AuditFilter;
  const filter = { actor, action, subject };
  const query = useInfiniteQuery({
    queryKey: ["audit", filter],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      api.get<{ items: AuditEvent[]; nextCursor: string | null }>("/audit", { ...filter, cursor: pageParam }, signal),
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  });
  const events = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Page>
      <PageHead title="Audit log" above="Settings">
        Every change, and every time someone signed in or failed to. Nothing in it can be changed.
      </PageHead>
      <Filters key={JSON.stringify(filter)} filter={filter} />
      {query.error !== null && <Failure error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <RowSkeletons />}
      {query.isSuccess && events.length === 0 && (
        <Empty title="Nothing was done that fits">Change or clear the filters.</Empty>
      )}
      {events.length > 0 && <Events events={events} />}
      {query.hasNextPage && (
        <Group justify="center" mt="md">
          <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Show earlier ones
          </Button>
        </Group>
      )}
    </Page>
  );
}

function Filters({ filter }: { filter: AuditFilter }) {
  const go = useGo();
  const [draft, setDraft] = useState(filter);
  const set = (name: keyof AuditFilter) => (event: { currentTarget: { value: string } }) => {
    const text = event.currentTarget.value.trim();
    setDraft((before) => ({ ...before, [name]: text === "" ? undefined : text }));
  };
  return (
    <Group
      component={"form" as never}
      gap="sm"
      mb="md"
      align="flex-end"
      onSubmit={(event) => {
        event.preventDefault();
        go(`${places.audit}${printSearch({ ...draft })}`);
      }}
    >
      <TextInput label="By whom" placeholder="ann@example.com" defaultValue={filter.actor} onChange={set("actor")} />
      <TextInput label="Action" placeholder="integration" defaultValue={filter.action} onChange={set("action")} />
      <TextInput label="To what" placeholder="prod" defaultValue={filter.subject} onChange={set("subject")} />
      <Button type="submit" size="sm" variant="default">
        Filter
      </Button>
    </Group>
  );
}

function Events({ events }: { events: AuditEvent[] }) {
  return (
    <WideTable name="Audit log" minWidth={720}>
      <Table verticalSpacing={6} highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={110}>When</Table.Th>
            <Table.Th>Who</Table.Th>
            <Table.Th>Action</Table.Th>
            <Table.Th>To what</Table.Th>
            <Table.Th>Details</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {events.map((event) => (
            <Table.Tr key={event.id} style={{ verticalAlign: "top" }}>
              <Table.Td>
                <TimeAgo at={event.at} />
              </Table.Td>
              <Table.Td className="foreign">
                {event.actor.name}
                {event.address !== null && (
                  <Text fz="xs" c="dimmed" className="mono">
                    {event.address}
                  </Text>
                )}
              </Table.Td>
              <Table.Td className="mono">{event.action}</Table.Td>
              <Table.Td className="foreign">{event.subject?.name ?? event.subject?.id ?? ""}</Table.Td>
              <Table.Td className="foreign" maw={360} fz="xs">
                {detailsText(event.details)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </WideTable>
  );
}
