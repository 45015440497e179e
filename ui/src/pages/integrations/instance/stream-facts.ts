import type { StreamName } from "../../../../../src/model.ts";
import type { Integration, TileColour } from "../../../api/types.ts";
import { countText, numberText } from "../../../kit/numbers.ts";
import { isUnavailable } from "../tile/tile-facts.ts";

type StreamStatus = Integration["streams"][StreamName];

function isRefused(status: StreamStatus): boolean {
  return isUnavailable(status) || status.lastPasses.some(({ result }) => result === "unauthorized");
}

/** Something that passes by itself, or that was left out on purpose. */
function isMild(status: StreamStatus): boolean {
  return isUnavailable(status) || /\(429\)/.test(status.error ?? "");
}

/** How one stream stands. */
export function streamHealth(
  { enabled, streams }: Pick<Integration, "enabled" | "streams">,
  stream: StreamName,
): TileColour {
  const status = streams[stream];
  if (!enabled || !status.enabled) return "grey";
  if (status.failures > 0) return isMild(status) ? "amber" : "red";
  if (status.lastSuccessAt === null) return "grey";
  return status.warning !== null || status.review !== null ? "amber" : "green";
}

export interface StreamNote {
  text: string;
  tone: "bad" | "warn" | "plain";
}

/** All that is to be said of a stream besides its numbers. What `above` says already is not said again. */
export function streamNotes(status: StreamStatus, above: string): StreamNote[] {
  const { enabled, error, warning, review, rejected, missing, goneNote } = status;
  const notes: (StreamNote | null)[] = [
    enabled ? null : { text: "switched off", tone: "plain" },
    error === null || !enabled ? null : { text: errorText(status, above), tone: isMild(status) ? "warn" : "bad" },
    warning === null ? null : { text: warning, tone: "warn" },
    review === null ? null : { text: review, tone: "warn" },
    status.outOfScope === 0
      ? null
      : {
          text: `${numberText(status.outOfScope)} at Wiz are of asset classes that are not chosen: left out`,
          tone: "plain",
        },
    status.leftCount === 0
      ? null
      : {
          text: `${numberText(status.leftCount)} of classes that are no longer chosen stay as they were`,
          tone: "plain",
        },
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

function errorText({ error, failures }: StreamStatus, above: string): string {
  const text = error !== null && above.includes(error) ? "failing, as said above" : (error ?? "");
  return failures > 1 ? `${text} (${failures} tries failed in a row)` : text;
}

/**
 * When a stream is asked next, in milliseconds; `null`: not by itself. After a failure it is tried sooner than its
 * interval says, then later and later; a refusal is not cured by asking often.
 */
export function nextPoll(
  { enabled, streams }: Pick<Integration, "enabled" | "streams">,
  stream: StreamName,
): number | "now" | "soon" | null {
  const status = streams[stream];
  const { enabled: isOn, lastAttemptAt, intervalMinutes, failures } = status;
  if (!enabled || !isOn) return null;
  if (lastAttemptAt === null) return "now";
  if (failures > 0 && !isRefused(status)) return "soon";
  return Date.parse(lastAttemptAt) + intervalMinutes * 60_000;
}
