import { Group, Kbd, Modal, Stack, Table, Text } from "@mantine/core";
import { goKeys } from "./go-keys.ts";

const keys: [string[], string][] = [
  [["/"], "Write in the query bar"],
  [["Ctrl", "K"], "Go to a page, an integration, or search"],
  [["↑", "↓"], "Move through a list"],
  [["Enter"], "Open what is marked beside the list"],
  [["Esc"], "Close what is open"],
  [["?"], "Show these keys"],
];

/** All keys, to be looked up. */
export function KeyList({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  return (
    <Modal opened={isOpen} onClose={onClose} title="Keys" size="md">
      <Table withRowBorders={false} verticalSpacing={6}>
        <Table.Tbody>
          {[...keys, ...Object.entries(goKeys).map(([key, [name]]): [string[], string] => [["g", key], name])].map(
            ([combination, what]) => (
              <Table.Tr key={what}>
                <Table.Td w={140}>
                  <Group gap={4}>
                    {combination.map((key) => (
                      <Kbd key={key}>{key}</Kbd>
                    ))}
                  </Group>
                </Table.Td>
                <Table.Td>{what}</Table.Td>
              </Table.Tr>
            ),
          )}
        </Table.Tbody>
      </Table>
      <Stack mt="md">
        <Text fz="xs" c="dimmed">
          In facets, a click adds a value to the query and Alt with a click excludes it.
        </Text>
      </Stack>
    </Modal>
  );
}
