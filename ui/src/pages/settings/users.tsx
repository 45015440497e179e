import { Badge, Button, Group, Table, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../api/client.ts";
import { useMe } from "../../api/me.ts";
import type { User } from "../../api/types.ts";
import { Page } from "../../kit/page.tsx";
import { PageHead } from "../../kit/page-head.tsx";
import { Failure, RowSkeletons } from "../../kit/states.tsx";
import { TimeAgo } from "../../kit/time.tsx";
import { WideTable } from "../../kit/wide-table.tsx";
import { roleTexts } from "./roles.ts";
import { UserForm } from "./user-form.tsx";

export const usersQuery = queryOptions({
  queryKey: ["users"],
  queryFn: ({ signal }) => api.get<{ items: User[] }>("/users", {}, signal),
});

/** Who may use Weir. */
export function UsersPage() {
  const { data, error, isPending, refetch } = useQuery(usersQuery);
  const [edited, setEdited] = useState<User | "new" | null>(null);
  return (
    <Page>
      <PageHead
        title="Users"
        above="Settings"
        actions={
          <Button leftSection={<IconPlus size={14} />} onClick={() => setEdited("new")}>
            Add user
          </Button>
        }
      >
        Who may sign in, and what they may do. {Object.values(roleTexts).join(" ")}
      </PageHead>
      {error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      {isPending && <RowSkeletons rows={4} />}
      {data !== undefined && <UserTable users={data.items} onEdit={setEdited} />}
      {edited !== null && <UserForm user={edited === "new" ? null : edited} onClose={() => setEdited(null)} />}
    </Page>
  );
}

function UserTable({ users, onEdit }: { users: User[]; onEdit: (user: User) => void }) {
  const me = useMe();
  return (
    <WideTable name="Users" minWidth={620}>
      <Table verticalSpacing={6} highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            <Table.Th>Role</Table.Th>
            <Table.Th>Last signed in</Table.Th>
            <Table.Th>Added</Table.Th>
            <Table.Th aria-label="Change" />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {users.map((user) => (
            <Table.Tr key={user.id} opacity={user.isDisabled ? 0.65 : 1}>
              <Table.Td maw={320}>
                <Group gap={8} wrap="nowrap">
                  <Text fz="sm" fw={500} className="foreign one-line">
                    {user.name}
                  </Text>
                  {user.id === me.userId && <Badge variant="light">you</Badge>}
                  {user.isDisabled && (
                    <Badge variant="default" color="gray">
                      disabled
                    </Badge>
                  )}
                </Group>
                {user.name !== user.email && (
                  <Text fz="xs" c="dimmed" className="foreign one-line">
                    {user.email}
                  </Text>
                )}
              </Table.Td>
              <Table.Td>{user.role}</Table.Td>
              <Table.Td>
                <TimeAgo at={user.lastLoginAt} />
              </Table.Td>
              <Table.Td>
                <TimeAgo at={user.createdAt} />
              </Table.Td>
              <Table.Td ta="right">
                <Button variant="default" onClick={() => onEdit(user)} aria-label={`Change ${user.email}`}>
                  Change
                </Button>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </WideTable>
  );
}
