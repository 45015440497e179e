import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconPlayerPlay, IconPlayerStop } from "@tabler/icons-react";
import { useMay } from "../../api/me.ts";
import { useCancelRuns, useRunNow } from "../../api/runs.ts";
import type { Integration, Run } from "../../api/types.ts";
import { messageOf } from "../../kit/states.tsx";

interface RunButtonProps {
  integration: Pick<Integration, "id" | "name">;
  /** Those that are queued or running. */
  runs: readonly Run[];
}

/** Runs now, or cancels what runs. */
export function RunButton({ integration, runs }: RunButtonProps) {
  const { id, name } = integration;
  const runNow = useRunNow(id);
  const isOn = runs.length > 0;
  if (!useMay("analyst")) return null;
  if (isOn) return <CancelButton integration={integration} runs={runs} />;
  return (
    <Button
      variant="default"
      leftSection={<IconPlayerPlay size={14} />}
      loading={runNow.isPending}
      onClick={() => runNow.mutate({ mode: "delta" }, { onError: (error) => tell(`${name} could not be run`, error) })}
      aria-label={`Run now: ${name}`}
    >
      Run now
    </Button>
  );
}

export function CancelButton({ integration: { id, name }, runs }: RunButtonProps) {
  const cancel = useCancelRuns(id);
  const isAsked = runs.every(({ cancelRequestedAt }) => cancelRequestedAt !== null);
  return (
    <Button
      variant="default"
      leftSection={<IconPlayerStop size={14} />}
      loading={cancel.isPending}
      disabled={isAsked}
      onClick={() =>
        cancel.mutate(undefined, { onError: (error) => tell(`The run of ${name} could not be cancelled`, error) })
      }
      aria-label={`${isAsked ? "Stopping" : "Cancel"} the run of ${name}`}
    >
      {isAsked ? "Stopping" : "Cancel"}
    </Button>
  );
}

export function tell(title: string, error: unknown): void {
  notifications.show({ color: "red", title, message: messageOf(error) });
}
