import { Button, Group, SegmentedControl, Switch, Text } from "@mantine/core";
import { IconCopy } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { type LogLine, logQuery } from "../../../api/integration-details.ts";
import type { Integration } from "../../../api/types.ts";
import { useCopy } from "../../../kit/copy.tsx";
import { useGo } from "../../../kit/link.tsx";
import { Empty, Failure, RowSkeletons } from "../../../kit/states.tsx";
import { exactText } from "../../../kit/times.ts";
import { hrefs } from "../../../places.ts";
import { secondsText } from "./clock.ts";
import classes from "./log.module.css";

const followMs = 2_000;

const levels = [
  { value: "all", label: "All" },
  { value: "warn", label: "Warnings and errors" },
  { value: "error", label: "Errors" },
];

/** W-41: the last hundred lines about this integration, from every process. */
export function Log({ integration }: { integration: Integration }) {
  const { level = "all" } = useSearch({ strict: false }) as { level?: string };
  const [isFollowing, setFollowing] = useState(true);
  const { outcome, copy } = useCopy();
  const go = useGo();
  const { data, error, isPending, refetch } = useQuery({
    ...logQuery(integration.id),
    refetchInterval: isFollowing ? followMs : false,
  });
  if (isPending) return <RowSkeletons rows={10} />;
  if (data === undefined) return <Failure error={error} onRetry={() => void refetch()} />;
  const lines = data.filter((line) => isAtLeast(line, level));
  return (
    <>
      <Group justify="space-between" gap="sm" mb="sm">
        <Group gap="md">
          <SegmentedControl
            size="xs"
            data={levels}
            value={levels.some(({ value }) => value === level) ? level : "all"}
            onChange={(value) => go(hrefs.log(integration.id, value), { replace: true })}
            aria-label="Which lines"
          />
          <Switch
            size="sm"
            label="Follow"
            checked={isFollowing}
            onChange={(event) => setFollowing(event.currentTarget.checked)}
          />
          {error !== null && (
            <Text fz="xs" c="var(--bad)" role="status">
              Newer lines could not be read; tried again.
            </Text>
          )}
        </Group>
        <Button
          variant="default"
          leftSection={<IconCopy size={14} />}
          onClick={() => copy(lines.map(lineText).join("\n"))}
        >
          {outcome === "copied" ? "Copied" : outcome === "failed" ? "The browser did not allow it" : "Copy"}
        </Button>
      </Group>
      {lines.length === 0 ? (
        <Empty title={data.length === 0 ? "No lines yet" : "None of that kind"}>
          {data.length === 0
            ? "As soon as something is polled, its lines stand here."
            : "The last hundred lines have no such level."}
        </Empty>
      ) : (
        <Lines lines={lines} isFollowing={isFollowing} onScrollAway={() => setFollowing(false)} />
      )}
      <Text fz={12.5} c="dimmed" mt="xs">
        A poll that brings nothing says so: <span className="mono">wiz: fetched 0 issues</span>. One that fails is a
        warning with its reason.
      </Text>
    </>
  );
}

interface LinesProps {
  lines: readonly LogLine[];
  isFollowing: boolean;
  onScrollAway: () => void;
}

function Lines({ lines, isFollowing, onScrollAway }: LinesProps) {
  const box = useRef<HTMLDivElement>(null);
  const newest = lines.at(-1)?.id;
  useEffect(() => {
    if (isFollowing && newest !== undefined) box.current?.scrollTo({ top: box.current.scrollHeight });
  }, [isFollowing, newest]);
  return (
    <div
      ref={box}
      className={classes.lines}
      role="log"
      aria-label="Log lines"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it must be reachable with the keyboard
      tabIndex={0}
      onWheel={(event) => event.deltaY < 0 && onScrollAway()}
    >
      {lines.map((line) => (
        <div key={line.id} className={classes.line} data-level={line.level}>
          <span className={classes.time} title={exactText(line.at)}>
            {secondsText(line.at)}
          </span>
          <span className={classes.level}>{line.level.toUpperCase()}</span>
          <span className="foreign">{line.text}</span>
        </div>
      ))}
    </div>
  );
}

function isAtLeast({ level }: LogLine, wanted: string): boolean {
  if (wanted === "error") return level === "error" || level === "fatal";
  return wanted !== "warn" || level === "warn" || level === "error" || level === "fatal";
}

/** As standard output has it, with the instant. */
function lineText({ at, level, text }: LogLine): string {
  return `${at} [${level.toUpperCase()}] ${text}`;
}
