import { Button, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { useRemoveUnchosen } from "../../../api/integration-changes.ts";
import type { Integration } from "../../../api/types.ts";
import { Confirm } from "../../../kit/confirm.tsx";
import { countText } from "../../../kit/numbers.ts";
import { sentence } from "../words.ts";

/** What is left of asset classes that are no longer chosen, and the way to remove it. */
export function Unchosen({ integration }: { integration: Integration }) {
  const { id, name } = integration;
  const [isAsking, setAsking] = useState(false);
  const remove = useRemoveUnchosen(id);
  const note = integration.scopeNote;
  if (note === null) return null;
  const confirm = () =>
    remove.mutate(name, {
      onSuccess: ({ isDone, removed: { findings, assets } }) => {
        setAsking(false);
        notifications.show({
          title: isDone ? "Removed" : "They are being removed",
          message: isDone
            ? `${countText(assets, "asset")} and ${countText(findings, "finding")}.`
            : "It goes on in the background.",
        });
      },
    });
  return (
    <>
      <Text fz="sm" mt="md">
        {sentence(note)}. Nothing keeps them current.
      </Text>
      <Button variant="outline" color="var(--bad)" mt="xs" onClick={() => setAsking(true)}>
        Remove them
      </Button>
      {isAsking && (
        <Confirm
          title="Remove what is no longer chosen"
          verb="Remove"
          typed={name}
          onClose={() => setAsking(false)}
          onConfirm={confirm}
          isPending={remove.isPending}
          error={remove.error}
        >
          {sentence(note)}. This removes them; it cannot be taken back. Nothing changes in Wiz.
        </Confirm>
      )}
    </>
  );
}
