import { Button, Group, Menu } from "@mantine/core";
import { IconChevronDown, IconPlayerPlay } from "@tabler/icons-react";
import { useMay } from "../../../api/me.ts";
import { useRunNow } from "../../../api/runs.ts";
import type { Integration, Run } from "../../../api/types.ts";
import { EnabledSwitch } from "../enabled-switch.tsx";
import { CancelButton, tell } from "../run-button.tsx";

/** What can be done with an integration as a whole. */
export function Actions({ integration, runs }: { integration: Integration; runs: readonly Run[] }) {
  const mayRun = useMay("analyst");
  return (
    <Group gap="sm">
      <EnabledSwitch integration={integration} />
      {mayRun && runs.length > 0 && <CancelButton integration={integration} runs={runs} />}
      {mayRun && <RunMenu integration={integration} />}
    </Group>
  );
}

function RunMenu({ integration: { id, name } }: { integration: Integration }) {
  const runNow = useRunNow(id);
  const run = (mode: "delta" | "full") =>
    runNow.mutate({ mode }, { onError: (error) => tell(`${name} could not be run`, error) });
  return (
    <Menu position="bottom-end" width={280}>
      <Menu.Target>
        <Button
          leftSection={<IconPlayerPlay size={14} />}
          rightSection={<IconChevronDown size={14} />}
          loading={runNow.isPending}
        >
          Run now
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => run("delta")}>Fetch what changed, of every stream</Menu.Item>
        <Menu.Item onClick={() => run("full")}>Fetch everything again</Menu.Item>
        <Menu.Label>One stream at a time: in the overview</Menu.Label>
      </Menu.Dropdown>
    </Menu>
  );
}
