import { Button, Group, Stack, Table, Text, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "../../api/client.ts";
import { useMe } from "../../api/me.ts";
import type { Session } from "../../api/types.ts";
import { AppLink } from "../../kit/link.tsx";
import { Page } from "../../kit/page.tsx";
import { PageHead } from "../../kit/page-head.tsx";
import { Failure, RowSkeletons } from "../../kit/states.tsx";
import { TimeAgo } from "../../kit/time.tsx";
import { WideTable } from "../../kit/wide-table.tsx";
import { places } from "../../places.ts";
import { deviceText } from "./device-text.ts";
import { PasswordForm } from "./password-form.tsx";

/** Whoever is signed in: password and sessions. */
export function AccountPage() {
  const me = useMe();
  return (
    <Page width={860}>
      <PageHead title={me.name}>
        {me.email}, {me.role}. Programs sign in with{" "}
        <AppLink href={places.tokens} underline="always">
          API tokens
        </AppLink>
        .
      </PageHead>
      <Stack gap="xl">
        <section aria-labelledby="password">
          <Title order={2} id="password" mb="sm">
            Password
          </Title>
          <PasswordForm />
        </section>
        <section aria-labelledby="sessions">
          <Title order={2} id="sessions" mb={4}>
            Where you are signed in
          </Title>
          <Text fz="sm" c="dimmed" mb="sm">
            A session ends after 12 hours without use, and after a week in any case.
          </Text>
          <Sessions />
        </section>
      </Stack>
    </Page>
  );
}

function Sessions() {
  const client = useQueryClient();
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["sessions"],
    queryFn: ({ signal }) => api.get<{ items: Session[] }>("/auth/sessions", {}, signal),
  });
  const end = useMutation({
    mutationFn: (id: string) => api.delete(`/auth/sessions/${id}`),
    onSuccess: () => client.invalidateQueries({ queryKey: ["sessions"] }),
    onError: (problem) => notifications.show({ color: "red", title: "The session goes on", message: problem.message }),
  });
  if (error !== null) return <Failure error={error} onRetry={() => void refetch()} />;
  if (isPending) return <RowSkeletons rows={3} />;
  return (
    <WideTable name="Where you are signed in" minWidth={520}>
      <Table verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Browser</Table.Th>
            <Table.Th>Address</Table.Th>
            <Table.Th>Last used</Table.Th>
            <Table.Th aria-label="End" />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {data.items.map((session) => (
            <Table.Tr key={session.id}>
              <Table.Td title={session.userAgent ?? undefined}>{deviceText(session.userAgent)}</Table.Td>
              <Table.Td className="mono">{session.address ?? "unknown"}</Table.Td>
              <Table.Td>
                <TimeAgo at={session.lastSeenAt} />
              </Table.Td>
              <Table.Td>
                <Group justify="flex-end">
                  {session.isCurrent ? (
                    <Text fz="sm" c="dimmed">
                      this one
                    </Text>
                  ) : (
                    <Button variant="default" loading={end.isPending} onClick={() => end.mutate(session.id)}>
                      End
                    </Button>
                  )}
                </Group>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </WideTable>
  );
}
