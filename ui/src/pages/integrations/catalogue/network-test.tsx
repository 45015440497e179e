import { Autocomplete, Button, Group, Text } from "@mantine/core";
import { useState } from "react";
import { ApiError } from "../../../api/client.ts";
import type { Connector } from "../../../api/connectors.ts";
import { StateDot } from "../../../kit/dot.tsx";
import { messageOf } from "../../../kit/states.tsx";
import { useTest } from "../form/use-test.ts";
import { sentence } from "../words.ts";

interface NetworkTestProps {
  connector: Connector;
  onPassed: () => void;
}

/** W-14: whether the hosts of an endpoint can be reached, before there are credentials. */
export function NetworkTest({ connector, onPassed }: NetworkTestProps) {
  const [apiEndpoint, setEndpoint] = useState(connector.endpoint.regions[0]?.apiEndpoint ?? "");
  const { run, start } = useTest();
  const network = run?.steps.find(({ name }) => name === "network");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        start({ integrationId: null, body: { connector: connector.id, apiEndpoint } }, [], apiEndpoint, ({ steps }) => {
          if (steps.some(({ name, ok }) => name === "network" && ok)) onPassed();
        });
      }}
    >
      <Group gap="sm" align="flex-end">
        <Autocomplete
          label="Test the network path to"
          size="xs"
          w={260}
          value={apiEndpoint}
          onChange={setEndpoint}
          data={connector.endpoint.regions.map((region) => region.apiEndpoint)}
          error={run?.error instanceof ApiError && run.of === apiEndpoint ? run.error.message : undefined}
          spellCheck={false}
        />
        <Button type="submit" variant="default" loading={run?.isRunning === true} disabled={apiEndpoint.trim() === ""}>
          Test the network path
        </Button>
      </Group>
      {run?.error != null && !(run.error instanceof ApiError) && (
        <Text fz="sm" c="var(--bad)" mt={6}>
          {messageOf(run.error)}
        </Text>
      )}
      {network !== undefined && (
        <Group gap={8} mt={8} wrap="nowrap" align="baseline" role="status">
          <StateDot colour={network.ok ? "green" : "red"} />
          <div>
            <Text fz="sm" className="foreign">
              {sentence(network.message)}
            </Text>
            {network.hint !== null && (
              <Text fz="sm" c="dimmed" className="foreign">
                {network.hint}
              </Text>
            )}
          </div>
        </Group>
      )}
    </form>
  );
}
