import { Checkbox, Stack, Text } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import type { Connector } from "../../../api/connectors.ts";
import { useMay } from "../../../api/me.ts";
import { NetworkTest } from "./network-test.tsx";

/** W-13: a checklist that one ticks for oneself. It is a reminder in this browser, and nothing depends on it. */
export function Prerequisites({ connector }: { connector: Connector }) {
  const [ticked, setTicked] = useLocalStorage<string[]>({
    key: `weir.prerequisites.${connector.shortName}`,
    defaultValue: [],
  });
  const mayTest = useMay("admin");
  const tick = (text: string, isOn: boolean) =>
    setTicked((before) => (isOn ? [...new Set([...before, text])] : before.filter((one) => one !== text)));
  return (
    <Stack gap="sm">
      {connector.prerequisites.map((text) => (
        <Checkbox
          key={text}
          size="sm"
          label={text}
          checked={ticked.includes(text)}
          onChange={(event) => tick(text, event.currentTarget.checked)}
        />
      ))}
      <Text fz={12.5} c="dimmed">
        Your ticks are kept in this browser, for you alone.
      </Text>
      {mayTest && (
        <NetworkTest
          connector={connector}
          onPassed={() => {
            const path = connector.prerequisites.find((text) => /network/i.test(text));
            if (path !== undefined) tick(path, true);
          }}
        />
      )}
    </Stack>
  );
}
