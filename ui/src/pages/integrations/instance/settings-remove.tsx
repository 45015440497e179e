import { Button, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { useRemoveIntegration } from "../../../api/integration-changes.ts";
import type { Integration } from "../../../api/types.ts";
import { Confirm } from "../../../kit/confirm.tsx";
import { useGo } from "../../../kit/link.tsx";
import { countText } from "../../../kit/numbers.ts";
import { places } from "../../../places.ts";

/** Takes an integration away with everything that only it brought; its name has to be typed. */
export function RemoveSettings({ integration }: { integration: Integration }) {
  const { id, name } = integration;
  const [isAsking, setAsking] = useState(false);
  const remove = useRemoveIntegration();
  const go = useGo();
  const confirm = () =>
    remove.mutate(
      { id, name },
      {
        onSuccess: ({ isDone, removed: { findings, assets } }) => {
          go(places.integrations);
          notifications.show({
            title: isDone ? `${name} is removed` : `${name} is being removed`,
            message: isDone
              ? `With ${countText(findings, "finding")} and ${countText(assets, "asset")} that only it brought.`
              : "It is gone from the list; its records follow.",
          });
        },
      },
    );
  return (
    <>
      <Text fz="sm" c="dimmed" maw={560} mb="sm">
        Takes away the integration and everything that only it brought: findings, assets, signals. To keep what is there
        and stop polling, disable it instead.
      </Text>
      <Button variant="outline" color="var(--bad)" onClick={() => setAsking(true)}>
        Remove {name.length > 40 ? "this integration" : name}
      </Button>
      {isAsking && (
        <Confirm
          title="Remove this integration"
          verb="Remove"
          typed={name}
          onClose={() => setAsking(false)}
          onConfirm={confirm}
          isPending={remove.isPending}
          error={remove.error}
        >
          <span className="foreign">{recordsText(integration)}</span> This cannot be taken back. Nothing changes in Wiz.
        </Confirm>
      )}
    </>
  );
}

function recordsText({ name, streams: { assets, ...findings } }: Integration): string {
  const n = Object.values(findings).reduce((sum, { weirCount }) => sum + weirCount, 0);
  return `${name} has brought ${countText(n, "finding")} and ${countText(assets.weirCount, "asset")}; what only it brought goes with it.`;
}
