import type { StreamName } from "../../../../../src/model.ts";
import type { Integration, TileColour } from "../../../api/types.ts";
import { countText } from "../../../kit/numbers.ts";

type StreamStatus = Integration["streams"][StreamName];

/** How one stream stands. */
export function streamHealth(
  { enabled, streams }: Pick<Integration, "enabled" | "streams">,
  stream: StreamName,
): TileColour {
  const { enabled: isOn, failures, error, warning, review, lastSuccessAt } = streams[stream];
  if (!enabled || !isOn) return "grey";
  if (failures > 0 && error !== null) return "red";
  if (lastSuccessAt === null) return "grey";
  return warning !== null || review !== null ? "amber" : "green";
}

export interface StreamNote {
  text: string;
  tone: "bad" | "warn" | "plain";
}

/** All that is to be said of a stream besides its numbers. */
export function streamNotes(status: StreamStatus): StreamNote[] {
  const { enabled, failures, error, warning, review, rejected, missing, goneNote } = status;
  const notes: (StreamNote | null)[] = [
    enabled ? null : { text: "switched off", tone: "plain" },
    error === null
      ? null
      : { text: failures > 1 ? `${error} (${failures} tries failed in a row)` : error, tone: "bad" },
    warning === null ? null : { text: warning, tone: "warn" },
    review === null ? null : { text: review, tone: "warn" },
    rejected === 0 ? null : { text: `${countText(rejected, "record")} could not be read`, tone: "warn" },
    missing === 0
      ? null
      : {
          text: `${countText(missing, "open record")} not seen by the last full pass: gone if the next does not see ${missing === 1 ? "it" : "them"} either`,
          tone: "plain",
        },
    goneNote === null ? null : { text: goneNote, tone: "plain" },
  ];
  return notes.filter((note) => note !== null);
}

/** When a stream is asked next, in milliseconds; `null`: not by itself. The API tells the integration's only. */
export function nextPoll(
  { enabled, streams, nextRunAt }: Pick<Integration, "enabled" | "streams" | "nextRunAt">,
  stream: StreamName,
): number | "now" | null {
  const { enabled: isOn, lastAttemptAt, intervalMinutes, failures } = streams[stream];
  if (!enabled || !isOn) return null;
  if (lastAttemptAt === null) return "now";
  const byClock = Date.parse(lastAttemptAt) + intervalMinutes * 60_000;
  // After a failure a stream may be tried sooner than its interval says; the integration's next run is then at most that.
  return failures > 0 && nextRunAt !== null
    ? Math.min(byClock, Math.max(Date.parse(nextRunAt), Date.parse(lastAttemptAt)))
    : byClock;
}
