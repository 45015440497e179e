import { Table } from "@mantine/core";
import { numberText } from "../kit/numbers.ts";

interface NumberTableProps {
  caption: string;
  columns: string[];
  rows: { label: string; values: number[] }[];
}

/** The numbers behind a chart. */
export function NumberTable({ caption, columns, rows }: NumberTableProps) {
  return (
    <Table verticalSpacing={3} fz="xs" stickyHeader aria-label={caption}>
      <Table.Thead>
        <Table.Tr>
          {columns.map((column, at) => (
            <Table.Th key={column} className={at > 0 ? "number" : undefined}>
              {column}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map(({ label, values }) => (
          <Table.Tr key={label}>
            <Table.Td>{label}</Table.Td>
            {values.map((value, at) => (
              <Table.Td key={columns[at + 1]} className="number">
                {numberText(value)}
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
