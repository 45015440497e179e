import { Badge, Button, Group, Table, Text } from "@mantine/core";
import type { RiskAcceptance } from "../../api/risk-acceptances.ts";
import { isEndingSoon } from "../../details/acceptance-days.ts";
import { AppLink } from "../../kit/link.tsx";
import { numberText } from "../../kit/numbers.ts";
import { TimeAgo } from "../../kit/time.tsx";
import { WideTable } from "../../kit/wide-table.tsx";
import { hrefs } from "../../places.ts";

interface AcceptanceTableProps {
  name: string;
  items: readonly RiskAcceptance[];
  /** Left out: whoever looks may not. */
  onChange: ((acceptance: RiskAcceptance) => void) | undefined;
  onWithdraw: ((acceptance: RiskAcceptance) => void) | undefined;
}

export function AcceptanceTable({ name, items, onChange, onWithdraw }: AcceptanceTableProps) {
  return (
    <WideTable name={name} minWidth={860}>
      <Table verticalSpacing={8} highlightOnHover layout="fixed">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w="30%">Reason</Table.Th>
            <Table.Th>Scope</Table.Th>
            <Table.Th w={110} ta="right">
              Findings
            </Table.Th>
            <Table.Th w={150}>Expires</Table.Th>
            <Table.Th w={190} aria-label="Change" />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((one) => (
            <Table.Tr key={one.id} style={{ verticalAlign: "top" }}>
              <Table.Td>
                <Text fz="sm" fw={500} className="foreign" lineClamp={3}>
                  {one.reason}
                </Text>
                <Text fz="xs" c="dimmed" className="foreign">
                  {one.owner}
                  {one.createdBy !== one.owner && `, accepted by ${one.createdBy}`}
                </Text>
              </Table.Td>
              <Table.Td>
                <AppLink href={hrefs.findings("all", { q: one.scope })} className="mono" fz="xs">
                  <span style={{ overflowWrap: "anywhere" }}>{one.scope}</span>
                </AppLink>
                {one.problem !== null && (
                  <Text fz="xs" c="var(--bad)" className="foreign">
                    Covers nothing: {one.problem}
                  </Text>
                )}
              </Table.Td>
              <Table.Td ta="right">
                <Count acceptance={one} />
              </Table.Td>
              <Table.Td>
                <Ends acceptance={one} />
              </Table.Td>
              <Table.Td ta="right">
                {one.state === "active" && (
                  <Group gap={6} justify="flex-end" wrap="nowrap">
                    {onChange !== undefined && (
                      <Button variant="default" onClick={() => onChange(one)} aria-label={`Change: ${one.reason}`}>
                        Change
                      </Button>
                    )}
                    {onWithdraw !== undefined && (
                      <Button variant="default" onClick={() => onWithdraw(one)} aria-label={`Withdraw: ${one.reason}`}>
                        Withdraw
                      </Button>
                    )}
                  </Group>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </WideTable>
  );
}

function Count({ acceptance: { findings, query, progress } }: { acceptance: RiskAcceptance }) {
  return (
    <>
      {findings === 0 ? (
        <span className="number">0</span>
      ) : (
        <AppLink href={hrefs.findings("all", { q: query })} className="number">
          {numberText(findings)}
        </AppLink>
      )}
      {progress !== null && (
        <Text fz="xs" c="dimmed">
          following …
        </Text>
      )}
    </>
  );
}

function Ends({ acceptance }: { acceptance: RiskAcceptance }) {
  const { state, expiresAt, withdrawnAt, withdrawnBy } = acceptance;
  if (state === "withdrawn")
    return (
      <>
        <span>
          Withdrawn <TimeAgo at={withdrawnAt} />
        </span>
        <Text fz="xs" c="dimmed" className="foreign">
          by {withdrawnBy}
        </Text>
      </>
    );
  if (state === "lapsed")
    return (
      <span>
        Expired <TimeAgo at={expiresAt} />
      </span>
    );
  return (
    <Group gap={6}>
      <TimeAgo at={expiresAt} />
      {isEndingSoon(acceptance) && (
        <Badge variant="light" color="yellow">
          soon
        </Badge>
      )}
    </Group>
  );
}
