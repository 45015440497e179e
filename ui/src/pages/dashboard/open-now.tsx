import { Table, VisuallyHidden } from "@mantine/core";
import type { Dashboard } from "../../../../src/api/schemas/dashboard.ts";
import { severities } from "../../../../src/model.ts";
import { AppLink } from "../../kit/link.tsx";
import { numberText } from "../../kit/numbers.ts";
import { SeverityLabel } from "../../kit/severity.tsx";
import { WideTable } from "../../kit/wide-table.tsx";
import { hrefs } from "../../places.ts";
import { both, term } from "../../query/terms.ts";
import classes from "./dashboard.module.css";
import { kindWords } from "./data.ts";

/** What is open now: kinds down, severities across, each number a link. */
export function OpenNow({ open }: { open: Dashboard["open"] }) {
  return (
    <WideTable name="Open findings by kind and severity" minWidth={460}>
      <Table className={classes.matrix} fz="sm" aria-label="Open findings by kind and severity">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>
              <VisuallyHidden>Kind</VisuallyHidden>
            </Table.Th>
            {severities.map((severity) => (
              <Table.Th key={severity} ta="right">
                <SeverityLabel severity={severity} />
              </Table.Th>
            ))}
            <Table.Th ta="right">All</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {open.byKind.map(({ kind, total, bySeverity, query }) => (
            <Table.Tr key={kind}>
              <Table.Th scope="row" fw={500}>
                <AppLink href={hrefs.list("findings", query)} c="var(--ink)" inherit>
                  {kindWords[kind]}
                </AppLink>
              </Table.Th>
              {severities.map((severity) => (
                <Cell key={severity} value={bySeverity[severity]} query={both(query, term("severity", severity))} />
              ))}
              <Cell value={total} query={query} />
            </Table.Tr>
          ))}
          <Table.Tr>
            <Table.Th scope="row" fw={500}>
              All
            </Table.Th>
            {severities.map((severity) => (
              <Cell
                key={severity}
                value={open.bySeverity[severity]}
                query={both(open.query, term("severity", severity))}
              />
            ))}
            <Cell value={open.total} query={open.query} />
          </Table.Tr>
        </Table.Tbody>
      </Table>
    </WideTable>
  );
}

function Cell({ value, query }: { value: number; query: string }) {
  return (
    <Table.Td className="number">
      {value === 0 ? (
        <span style={{ color: "var(--ink-2)" }}>0</span>
      ) : (
        <AppLink href={hrefs.list("findings", query)} inherit>
          {numberText(value)}
        </AppLink>
      )}
    </Table.Td>
  );
}
