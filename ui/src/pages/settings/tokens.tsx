import { Button, Table, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../api/client.ts";
import { useMay, useMe } from "../../api/me.ts";
import { Confirm } from "../../kit/confirm.tsx";
import { Page } from "../../kit/page.tsx";
import { PageHead } from "../../kit/page-head.tsx";
import { Empty, Failure, RowSkeletons } from "../../kit/states.tsx";
import { TimeAgo } from "../../kit/time.tsx";
import { WideTable } from "../../kit/wide-table.tsx";
import { TokenForm } from "./token-form.tsx";

export interface ApiToken {
  id: string;
  name: string;
  role: string;
  userId: string;
  email: string;
  createdAt: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
}

/** What programs sign in with. */
export function TokensPage() {
  const isAdmin = useMay("admin");
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["tokens", isAdmin],
    queryFn: ({ signal }) => api.get<{ items: ApiToken[] }>("/tokens", { of: isAdmin ? "all" : "me" }, signal),
  });
  const [isMaking, setMaking] = useState(false);
  const [revoked, setRevoked] = useState<ApiToken | null>(null);
  const make = (
    <Button leftSection={<IconPlus size={14} />} onClick={() => setMaking(true)}>
      Make a token
    </Button>
  );
  return (
    <Page>
      <PageHead title="API tokens" above="Settings" actions={make}>
        For scripts and other systems: <span className="mono">Authorization: Bearer …</span>. A token may never do more
        than its owner.
      </PageHead>
      {error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      {isPending && <RowSkeletons rows={4} />}
      {data?.items.length === 0 && (
        <Empty title="No API tokens yet" action={make}>
          With a token, <span className="mono">weir search --server</span>, a scheduled export or a dashboard of your
          own can ask Weir without anyone's password.
        </Empty>
      )}
      {data !== undefined && data.items.length > 0 && <TokenTable tokens={data.items} onRevoke={setRevoked} />}
      {isMaking && <TokenForm onClose={() => setMaking(false)} />}
      {revoked !== null && <RevokeToken token={revoked} onClose={() => setRevoked(null)} />}
    </Page>
  );
}

function TokenTable({ tokens, onRevoke }: { tokens: ApiToken[]; onRevoke: (token: ApiToken) => void }) {
  const me = useMe();
  const isShared = tokens.some((token) => token.userId !== me.userId);
  return (
    <WideTable name="API tokens" minWidth={640}>
      <Table verticalSpacing={6} highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            {isShared && <Table.Th>Owner</Table.Th>}
            <Table.Th>Role</Table.Th>
            <Table.Th>Last used</Table.Th>
            <Table.Th>Expires</Table.Th>
            <Table.Th aria-label="Revoke" />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {tokens.map((token) => (
            <Table.Tr key={token.id}>
              <Table.Td maw={260}>
                <Text fz="sm" fw={500} className="foreign one-line">
                  {token.name}
                </Text>
              </Table.Td>
              {isShared && <Table.Td className="foreign">{token.email}</Table.Td>}
              <Table.Td>{token.role}</Table.Td>
              <Table.Td>
                <TimeAgo at={token.lastUsedAt} />
              </Table.Td>
              <Table.Td>
                <TimeAgo at={token.expiresAt} />
              </Table.Td>
              <Table.Td ta="right">
                <Button variant="default" onClick={() => onRevoke(token)} aria-label={`Revoke ${token.name}`}>
                  Revoke
                </Button>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </WideTable>
  );
}

function RevokeToken({ token, onClose }: { token: ApiToken; onClose: () => void }) {
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => api.delete(`/tokens/${token.id}`),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["tokens"] });
      onClose();
    },
  });
  return (
    <Confirm
      title={`Revoke ${token.name}`}
      verb="Revoke"
      onClose={onClose}
      onConfirm={() => revoke.mutate()}
      isPending={revoke.isPending}
      error={revoke.error}
    >
      Whatever uses it is refused from then on. It cannot be brought back.
    </Confirm>
  );
}
