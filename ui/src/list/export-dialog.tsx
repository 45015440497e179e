import { Button, Group, Modal, Radio, Stack, Text } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Thing } from "../api/types.ts";
import { countText, numberText } from "../kit/numbers.ts";
import { messageOf } from "../kit/states.tsx";
import { ExportProgressView } from "./export-progress.tsx";
import { beginDownload, countQuery, type ExportFormat } from "./export-queries.ts";
import { randomId } from "./export-state.ts";

export interface ExportProps {
  thing: Thing;
  words: { one: string; many: string };
  /** Everything that is asked for. */
  query: string;
}

const formats: { value: ExportFormat; title: string; use: string }[] = [
  { value: "csv", title: "CSV", use: "For spreadsheets. A cell never begins like a formula." },
  { value: "ndjson", title: "NDJSON", use: "The whole records as JSON, one a line, for scripts and other programs." },
  { value: "ocsf", title: "OCSF", use: "Events of the Open Cybersecurity Schema Framework, for a SIEM or data lake." },
];

interface Started {
  id: string;
  at: number;
  total: number | null;
  format: ExportFormat;
}

/** Everything that the query finds, as a file: how many there are before it begins, how far it is while it runs. */
export function ExportDialog({ isOpen, onClose, ...what }: ExportProps & { isOpen: boolean; onClose: () => void }) {
  const [started, setStarted] = useState<Started | null>(null);
  const { words } = what;
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={`Export ${words.many}`}
      size={540}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {started === null ? (
        <Choice {...what} onStart={setStarted} onCancel={onClose} />
      ) : (
        <ExportProgressView {...started} words={words} onClose={onClose} onAgain={() => setStarted(null)} />
      )}
    </Modal>
  );
}

interface ChoiceProps extends ExportProps {
  onStart: (started: Started) => void;
  onCancel: () => void;
}

function Choice({ thing, words, query, onStart, onCancel }: ChoiceProps) {
  const [format, setFormat] = useState<ExportFormat>("csv");
  const count = useQuery(countQuery(thing, query));
  const isNothing = count.data?.isExact === true && count.data.value === 0;
  const start = () => {
    const id = randomId();
    beginDownload({ thing, query, format }, id);
    onStart({ id, at: Date.now(), total: count.data?.value ?? null, format });
  };
  return (
    <Stack gap="md">
      <div>
        <Text fz="lg" fw={600} aria-live="polite" className="number" ta="left">
          {count.isPending && "Counting …"}
          {count.data !== undefined &&
            `${count.data.isExact ? "" : "At least "}${countText(count.data.value, words.one, words.many)}`}
          {count.isError && "Not counted"}
        </Text>
        {count.isError && (
          <Text fz="sm" c="dimmed" className="foreign">
            {messageOf(count.error)} The export can begin all the same.
          </Text>
        )}
        <Text fz="sm" c="dimmed">
          {query === "" ? `All ${words.many}, ` : "All that this query finds, "}
          without a limit, as they are at one instant.
        </Text>
        {query !== "" && (
          <Text
            className="mono foreign"
            fz="sm"
            mt={6}
            p={8}
            bg="var(--ground-2)"
            mah={96}
            style={{ overflow: "auto" }}
          >
            {query}
          </Text>
        )}
      </div>
      <Radio.Group value={format} onChange={(value) => setFormat(value as ExportFormat)} label="Format">
        <Stack gap={8} mt={8}>
          {formats.map(({ value, title, use }) => (
            <Radio key={value} value={value} label={title} description={use} size="sm" />
          ))}
        </Stack>
      </Radio.Group>
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onCancel}>
          Cancel
        </Button>
        <Button onClick={start} disabled={isNothing} leftSection={<IconDownload size={15} />}>
          {count.data?.isExact === true ? `Export ${numberText(count.data.value)}` : "Export"}
        </Button>
      </Group>
    </Stack>
  );
}
