import { Group, Kbd, Modal, Stack, Table, Text } from "@mantine/core";
import { useDisclosure, useHotkeys } from "@mantine/hooks";
import { useEffect, useRef } from "react";
import { useGo } from "../kit/link.tsx";
import { hrefs, places } from "../places.ts";

const goKeys: Record<string, [string, string]> = {
  d: ["Dashboard", places.dashboard],
  f: ["Findings", hrefs.findings("all")],
  v: ["Vulnerabilities", hrefs.findings("vulnerabilities")],
  a: ["Inventory", hrefs.assets()],
  s: ["Signals", hrefs.signals()],
  i: ["Integrations", places.integrations],
  h: ["Help", places.help],
};

const keys: [string[], string][] = [
  [["/"], "Write in the query bar"],
  [["Ctrl", "K"], "Go to a page, an integration, or search"],
  [["↑", "↓"], "Move through a list"],
  [["Enter"], "Open what is marked beside the list"],
  [["Esc"], "Close what is open"],
  [["?"], "Show these keys"],
];

/** The keys that work everywhere, and the list of all of them. */
export function KeyHelp() {
  const [isOpen, help] = useDisclosure(false);
  useHotkeys([
    ["shift + ?", help.toggle],
    ["?", help.toggle],
    ["/", focusQueryBar],
  ]);
  useGoKeys();
  return (
    <Modal opened={isOpen} onClose={help.close} title="Keys" size="md">
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

function focusQueryBar(): void {
  document.querySelector<HTMLElement>("[data-query-bar]")?.focus();
}

const togetherMs = 1_000;

/** `g`, then a letter: to a page. Not while someone writes. */
function useGoKeys(): void {
  const go = useGo();
  const pressed = useRef(0);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
      const place = goKeys[event.key];
      if (event.key === "g") pressed.current = Date.now();
      else if (place !== undefined && Date.now() - pressed.current < togetherMs) {
        event.preventDefault();
        pressed.current = 0;
        go(place[1]);
      }
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [go]);
}

function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
