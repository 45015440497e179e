import { Table, Text, Title } from "@mantine/core";
import type { Connector } from "../../../api/connectors.ts";
import { WideTable } from "../../../kit/wide-table.tsx";
import { ServiceAccountSteps } from "../wizard/basics.tsx";
import { listText } from "../words.ts";
import classes from "./details.module.css";
import { Prerequisites } from "./prerequisites.tsx";

/** What must be there before a connector can work, and all else that somebody asks before. */
export function ConnectorDetails({ connector }: { connector: Connector }) {
  return (
    <div className={classes.details}>
      <section aria-label="Prerequisites">
        <Title order={3} mb="xs">
          Prerequisites
        </Title>
        <Prerequisites connector={connector} />
      </section>
      <section aria-label="Credentials" className={classes.steps}>
        <Title order={3} mb="xs">
          Credentials
        </Title>
        <ServiceAccountSteps connector={connector} />
      </section>
      <section aria-label="Permissions" className={classes.wide}>
        <Title order={3} mb="xs">
          Streams and permissions
        </Title>
        <Permissions connector={connector} />
      </section>
      <section aria-label="More" className={classes.wide}>
        <Title order={3} mb="xs">
          How it works
        </Title>
        <dl className={classes.facts}>
          {connector.facts.map(({ title, text }) => (
            <div key={title}>
              <dt>{title}</dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
      </section>
    </div>
  );
}

/** which permission each stream needs. */
function Permissions({ connector }: { connector: Connector }) {
  return (
    <WideTable name="Streams and permissions" minWidth={600}>
      <Table verticalSpacing={6} fz="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Stream</Table.Th>
            <Table.Th>What it brings</Table.Th>
            <Table.Th>Permission</Table.Th>
            <Table.Th className="number">Polled every</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {connector.streams.map(({ name, title, brings, scopes, licence, defaultIntervalMinutes }) => (
            <Table.Tr key={name}>
              <Table.Td>{title}</Table.Td>
              <Table.Td>{brings}</Table.Td>
              <Table.Td>
                <span className="mono">{listText(scopes)}</span>
                {licence !== null && (
                  <Text span fz="xs" c="dimmed">
                    {" "}
                    and {licence}
                  </Text>
                )}
              </Table.Td>
              <Table.Td className="number">{defaultIntervalMinutes} min</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </WideTable>
  );
}
