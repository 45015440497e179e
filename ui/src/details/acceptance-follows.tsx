import { Button, Group, Modal, Progress, Stack, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { acceptanceQuery, type RiskAcceptance } from "../api/risk-acceptances.ts";
import { AppLink } from "../kit/link.tsx";
import { countText, numberText } from "../kit/numbers.ts";
import { Failure } from "../kit/states.tsx";
import { hrefs, places } from "../places.ts";

interface FollowsProps {
  acceptance: RiskAcceptance;
  onClose: () => void;
  /** Called when all findings follow. */
  onDone?: (() => void) | undefined;
}

/** What was saved reaches its findings a moment later; one may watch, or go on. */
export function AcceptanceFollows({ acceptance, onClose, onDone }: FollowsProps) {
  const client = useQueryClient();
  const {
    data = acceptance,
    error,
    refetch,
  } = useQuery({ ...acceptanceQuery(acceptance.id), initialData: acceptance });
  const { progress, findings, query } = data;
  const isDone = progress === null;
  useEffect(() => {
    if (!isDone) return;
    onDone?.();
    for (const shown of ["findings", "assets", "dashboard"]) void client.invalidateQueries({ queryKey: [shown] });
  }, [isDone, client, onDone]);
  return (
    <Modal opened onClose={onClose} title={isDone ? "The risk is accepted" : "Its findings follow"}>
      <Stack gap="md">
        {error !== null && <Failure error={error} onRetry={() => void refetch()} />}
        {progress !== null ? (
          <div aria-live="polite">
            <Text fz="sm" mb={6}>
              {progress.total === null
                ? "Looking for the findings …"
                : `${numberText(Math.min(progress.done, progress.total))} of ${countText(progress.total, "finding")}`}
            </Text>
            <Progress
              value={progress.total === null ? 100 : (100 * progress.done) / Math.max(1, progress.total)}
              animated={progress.total === null}
              aria-label="Findings that follow"
            />
            <Text fz="xs" c="dimmed" mt={6}>
              It goes on when this is closed.
            </Text>
          </div>
        ) : (
          <Text fz="sm">
            It covers{" "}
            <AppLink href={hrefs.findings("all", { q: query })} fz="inherit" underline="always">
              {countText(findings, "finding")}
            </AppLink>
            . They are not open any more in lists, counts and scores; at Wiz nothing changes.
          </Text>
        )}
        <Group justify="space-between" gap="xs">
          <AppLink href={places.riskAcceptances} fz="sm">
            All risk acceptances
          </AppLink>
          <Button onClick={onClose}>{isDone ? "Done" : "Close"}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
