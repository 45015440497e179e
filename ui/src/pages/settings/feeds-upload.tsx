import { Alert, Button, FileButton, Group, Stack, Text } from "@mantine/core";
import { IconUpload } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type DragEvent, useState } from "react";
import type { ImportedFeed } from "../../../../src/api/routes/feeds.ts";
import { ApiError, upload } from "../../api/client.ts";
import { countText } from "../../kit/numbers.ts";
import { Failure } from "../../kit/states.tsx";
import { dateText } from "../../kit/times.ts";
import classes from "./feeds.module.css";

interface Given {
  files: File[];
  force: boolean;
}

const names = { epss: "EPSS", kev: "CISA KEV" } as const;

/** Loads files one after the other; which feed each is, Weir finds out. */
export function FeedUpload() {
  const client = useQueryClient();
  const [loaded, setLoaded] = useState<ImportedFeed[]>([]);
  const [left, setLeft] = useState<File[]>([]);
  const load = useMutation({
    mutationFn: async ({ files, force }: Given) => {
      for (const [at, file] of files.entries()) {
        setLeft(files.slice(at));
        // Only the file that was refused is taken all the same.
        const isForced = force && at === 0;
        const done = await upload<ImportedFeed>("/feeds", { name: file.name, force: isForced }, file);
        setLoaded((before) => [...before, done]);
        await client.invalidateQueries({ queryKey: ["feeds"] });
      }
      setLeft([]);
    },
  });
  const begin = (files: File[]) => {
    if (files.length === 0 || load.isPending) return;
    setLoaded([]);
    load.mutate({ files, force: false });
  };
  return (
    <Stack gap="xs">
      <DropArea onFiles={begin} isPending={load.isPending} />
      {load.isPending && (
        <Text fz="sm" aria-live="polite" className="foreign">
          Loading {left[0]?.name}
        </Text>
      )}
      {loaded.map(({ feed, fileName, rows, dataAt, findings }) => (
        <Text fz="sm" key={fileName} role="status">
          {names[feed]} of {dateText(dataAt)} is loaded: {countText(rows, "CVE")};{" "}
          {findings === 0 ? "no score changes." : `${countText(findings, "finding")} follow.`}
        </Text>
      ))}
      {load.error !== null && <Refused error={load.error} onForce={() => load.mutate({ files: left, force: true })} />}
    </Stack>
  );
}

function DropArea({ onFiles, isPending }: { onFiles: (files: File[]) => void; isPending: boolean }) {
  const [isOver, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    onFiles([...event.dataTransfer.files]);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the button is the first.
    <div
      className={classes.drop}
      data-over={isOver || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <Group gap="md">
        <FileButton multiple accept=".csv,.json,.gz" onChange={onFiles}>
          {(props) => (
            <Button {...props} leftSection={<IconUpload size={14} />} loading={isPending}>
              Load files
            </Button>
          )}
        </FileButton>
        <Text fz="sm" c="dimmed" flex="1 1 260px">
          Or drop them here: <span className="mono">epss_scores-current.csv.gz</span> from FIRST,{" "}
          <span className="mono">known_exploited_vulnerabilities.json</span> or <span className="mono">.csv</span> from
          CISA. A file takes the place of the former as a whole.
        </Text>
      </Group>
    </div>
  );
}

/** What was refused for its age or size only can be taken all the same. */
function Refused({ error, onForce }: { error: Error; onForce: () => void }) {
  if (!(error instanceof ApiError && error.field === "force")) return <Failure error={error} title="Not loaded" />;
  return (
    <Alert color="yellow" variant="light" title="Not loaded" role="alert">
      <Stack gap="xs" align="flex-start">
        <Text fz="sm" className="foreign">
          {error.message}
        </Text>
        <Button variant="default" onClick={onForce}>
          Load it all the same
        </Button>
      </Stack>
    </Alert>
  );
}
