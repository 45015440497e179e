import { Group, Text, Tooltip } from "@mantine/core";
import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState } from "react";
import { numberText } from "../kit/numbers.ts";
import { exactText } from "../kit/times.ts";
import { bucketAt, type Selection, selectionOf } from "./brush.ts";
import classes from "./histogram.module.css";

export interface HistogramSeries {
  name: string;
  label: string;
  colour: string;
}

interface HistogramProps {
  /** Buckets side by side, oldest first. */
  buckets: { at: string; counts: Record<string, number> }[];
  bucketSeconds: number;
  series: HistogramSeries[];
  /** What was dragged over, in whole buckets: a narrower range of time. */
  onSelect: (from: Date, to: Date) => void;
  label: string;
  /** Stands at the end of the line below. */
  aside?: ReactNode;
}

/** How many, over time. Drag over it, or move with the arrows and mark with Shift, then Enter, to look closer. */
export function Histogram({ buckets, bucketSeconds, series, onSelect, label, aside }: HistogramProps) {
  const { selection, surface, handlers } = useBrush(buckets.length, ([from, to]) => {
    const first = buckets[from];
    const last = buckets[to];
    if (first === undefined || last === undefined) return;
    onSelect(new Date(first.at), new Date(Date.parse(last.at) + bucketSeconds * 1000));
  });
  const most = Math.max(1, ...buckets.map(({ counts }) => sum(counts, series)));
  const marked = selection === null ? null : selectionText(buckets, selection, { bucketSeconds, series });
  return (
    <div>
      <div
        ref={surface}
        className={classes.surface}
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, buckets.length - 1)}
        aria-valuenow={selection?.[1] ?? Math.max(0, buckets.length - 1)}
        aria-valuetext={marked ?? "Nothing is marked"}
        {...handlers}
      >
        {buckets.map((bucket, at) => (
          <Bar
            key={bucket.at}
            bucket={bucket}
            series={series}
            most={most}
            isMarked={isIn(selection, at)}
            bucketSeconds={bucketSeconds}
          />
        ))}
      </div>
      <Group justify="space-between" gap="xs" mt={4} wrap="nowrap">
        <Text fz="xs" c="dimmed" className="one-line">
          {marked ?? (buckets[0] === undefined ? "" : exactText(buckets[0].at))}
        </Text>
        <Group gap="sm" wrap="nowrap" visibleFrom="sm">
          {series.map(({ name, label: word, colour }) => (
            <Text key={name} fz="xs" c="dimmed" className={classes.legend}>
              <span className={classes.swatch} style={{ background: colour }} />
              {word}
            </Text>
          ))}
        </Group>
        <Group gap="md" wrap="nowrap">
          <Text fz="xs" c="dimmed">
            up to {numberText(most)}
          </Text>
          {aside}
        </Group>
      </Group>
    </div>
  );
}

interface BarProps {
  bucket: HistogramProps["buckets"][number];
  series: HistogramSeries[];
  most: number;
  isMarked: boolean;
  bucketSeconds: number;
}

function Bar({ bucket, series, most, isMarked, bucketSeconds }: BarProps) {
  const parts = series.filter(({ name }) => (bucket.counts[name] ?? 0) > 0);
  const text = parts
    .map(({ name, label }) => `${numberText(bucket.counts[name] ?? 0)} ${label.toLowerCase()}`)
    .join(", ");
  return (
    <Tooltip label={`${spanText(bucket.at, bucketSeconds)}: ${text === "" ? "none" : text}`} openDelay={0}>
      <div className={classes.bucket} data-marked={isMarked || undefined}>
        {parts.map(({ name, colour }) => (
          <div
            key={name}
            style={{ height: `${(100 * (bucket.counts[name] ?? 0)) / most}%`, minHeight: 1, background: colour }}
          />
        ))}
      </div>
    </Tooltip>
  );
}

function sum(counts: Record<string, number>, series: HistogramSeries[]): number {
  return series.reduce((total, { name }) => total + (counts[name] ?? 0), 0);
}

function spanText(at: string, seconds: number): string {
  return `${exactText(at)} – ${exactText(Date.parse(at) + seconds * 1000)}`;
}

function selectionText(
  buckets: HistogramProps["buckets"],
  [from, to]: Selection,
  { bucketSeconds, series }: { bucketSeconds: number; series: HistogramSeries[] },
): string {
  const marked = buckets.slice(from, to + 1);
  const total = marked.reduce((count, { counts }) => count + sum(counts, series), 0);
  return `${exactText(buckets[from]!.at)} – ${exactText(Date.parse(buckets[to]!.at) + bucketSeconds * 1000)}: ${numberText(total)}`;
}

function isIn(selection: Selection | null, at: number): boolean {
  return selection !== null && at >= selection[0] && at <= selection[1];
}

/** What is being marked, by pointer or keys. */
function useBrush(count: number, choose: (selection: Selection) => void) {
  const surface = useRef<HTMLDivElement>(null);
  const [ends, setEnds] = useState<{ from: number; to: number; isDragging: boolean } | null>(null);
  const selection = ends === null ? null : selectionOf(ends.from, ends.to);
  const at = (event: PointerEvent) => bucketAt(event.clientX, surface.current?.getBoundingClientRect() ?? null, count);
  const handlers = {
    onPointerDown: (event: PointerEvent) => {
      if (event.button !== 0 || count === 0) return;
      surface.current?.setPointerCapture(event.pointerId);
      setEnds({ from: at(event), to: at(event), isDragging: true });
    },
    onPointerMove: (event: PointerEvent) => {
      if (ends?.isDragging === true) setEnds({ ...ends, to: at(event) });
    },
    onPointerUp: () => {
      if (ends?.isDragging !== true) return;
      setEnds(null);
      choose(selectionOf(ends.from, ends.to));
    },
    onPointerCancel: () => setEnds(null),
    onBlur: () => setEnds(null),
    onKeyDown: (event: KeyboardEvent) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (step !== undefined && count > 0) {
        event.preventDefault();
        const to = Math.min(count - 1, Math.max(0, (ends?.to ?? (step > 0 ? -1 : count)) + step));
        setEnds({ from: event.shiftKey ? (ends?.from ?? to) : to, to, isDragging: false });
      } else if (event.key === "Enter" && selection !== null) {
        event.preventDefault();
        setEnds(null);
        choose(selection);
      } else if (event.key === "Escape") setEnds(null);
    },
  };
  return { selection, surface, handlers };
}
