import { Alert, Button, CopyButton, Group, Progress, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconCopy } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { bytesText, countText, numberText } from "../kit/numbers.ts";
import { messageOf } from "../kit/states.tsx";
import { useNow } from "../kit/time.tsx";
import { durationText } from "../kit/times.ts";
import { type ExportFormat, progressQuery } from "./export-queries.ts";
import { type ExportState, exportState, isOver } from "./export-state.ts";

interface ExportProgressProps {
  id: string;
  /** When it was asked for. */
  at: number;
  total: number | null;
  format: ExportFormat;
  words: { one: string; many: string };
  onClose: () => void;
  onAgain: () => void;
}

const everyMs = 1_000;

/** How far an export is. The browser has the file; it goes on when this is closed. */
export function ExportProgressView({ id, at, total, format, words, onClose, onAgain }: ExportProgressProps) {
  const now = useNow(everyMs);
  const stateOf = (progress: Parameters<typeof exportState>[0]) =>
    exportState(progress, { askedAt: at, now: Date.now(), total });
  const { data = null, error } = useQuery({
    ...progressQuery(id),
    refetchInterval: (query) => (isOver(stateOf(query.state.data ?? null)) ? false : everyMs),
  });
  const state = exportState(data, { askedAt: at, now, total });
  return (
    <Stack gap="md">
      <State state={state} total={total} format={format} words={words} />
      {error !== null && !isOver(state) && (
        <Text fz="sm" c="dimmed">
          How far it is cannot be read just now: {messageOf(error)}
        </Text>
      )}
      <Group justify="flex-end" gap="xs">
        {isOver(state) && state.type !== "complete" && (
          <Button variant="default" onClick={onAgain}>
            Begin again
          </Button>
        )}
        <Button variant={isOver(state) ? "filled" : "default"} onClick={onClose}>
          {isOver(state) ? "Done" : "Close, it goes on"}
        </Button>
      </Group>
    </Stack>
  );
}

interface StateProps {
  state: ExportState;
  total: number | null;
  format: ExportFormat;
  words: { one: string; many: string };
}

function State({ state, total, format, words }: StateProps) {
  switch (state.type) {
    case "starting":
      return <Running title="The download is about to begin" percent={null} detail="Weir looks for the first rows." />;
    case "running":
      return (
        <Running
          title={`${numberText(state.rows)}${total === null ? "" : ` of ${numberText(total)}`} ${words.many}`}
          percent={state.percent}
          detail={`${numberText(state.perSecond)} a second · ${bytesText(state.bytes)}`}
        />
      );
    case "complete":
      return <Complete state={state} format={format} words={words} />;
    case "absent":
      return (
        <Trouble title="The download did not begin">
          Weir was not asked for the file, or refused it: at most four exports run at once. The browser's list of
          downloads may say more.
        </Trouble>
      );
    case "broken":
      return (
        <Trouble title={`The export broke off after ${countText(state.rows, words.one, words.many)}`}>
          {state.reason} The file is not complete, do not use it.
        </Trouble>
      );
    case "cancelled":
      return (
        <Trouble title={`The download was stopped after ${countText(state.rows, words.one, words.many)}`}>
          The browser went away before its end. The file is not complete, do not use it.
        </Trouble>
      );
  }
}

function Running({ title, percent, detail }: { title: string; percent: number | null; detail: string }) {
  return (
    <div>
      <Text fw={600} className="number" ta="left" aria-live="polite">
        {title}
      </Text>
      <Progress value={percent ?? 100} animated={percent === null} my={8} aria-label="Progress of the export" />
      <Text fz="sm" c="dimmed" className="number" ta="left">
        {detail}
      </Text>
    </div>
  );
}

type CompleteProps = Pick<StateProps, "format" | "words"> & { state: ExportState & { type: "complete" } };

function Complete({ state, format, words }: CompleteProps) {
  return (
    <div role="status">
      <Group gap={8}>
        <IconCheck size={18} color="var(--good)" />
        <Text fw={600}>
          Complete: {countText(state.rows, words.one, words.many)}, {bytesText(state.bytes)} in{" "}
          {durationText(state.tookMs)}
        </Text>
      </Group>
      <Text fz="sm" c="dimmed" mt="sm">
        {format === "csv" ? "SHA-256 of the file" : "SHA-256 of all lines but the last, which says the same"}
      </Text>
      <Group gap={4} wrap="nowrap" align="flex-start">
        <Text className="mono foreign" fz="sm">
          {state.sha256}
        </Text>
        <CopyButton value={state.sha256}>
          {({ copied, copy }) => (
            <Button variant="subtle" size="compact-xs" onClick={copy} leftSection={<IconCopy size={13} />} flex="none">
              {copied ? "Copied" : "Copy"}
            </Button>
          )}
        </CopyButton>
      </Group>
    </div>
  );
}

function Trouble({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle size={18} />} title={title} role="alert">
      {children}
    </Alert>
  );
}
