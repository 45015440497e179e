import { ConfigError } from "../errors.ts";
import { type StreamName, streamNames } from "../model.ts";
import type { StreamSettings } from "../store/integration.ts";
import { checkMinutes, editStreams } from "../sync/stream-settings.ts";

export interface StreamChanges {
  /** `--streams a,b`: these are on, all others off. */
  streams?: string | undefined;
  /** `--interval stream=minutes`, as often as wanted. */
  interval?: readonly string[] | undefined;
}

/** The settings with what the options say. @throws ConfigError that names the streams there are */
export function changeStreams(settings: StreamSettings, changes: StreamChanges): StreamSettings {
  const enabled = changes.streams === undefined ? undefined : parseStreams(changes.streams);
  const intervals = parseIntervals(changes.interval ?? []);
  const edits = streamNames.map((stream) => [
    stream,
    { enabled: enabled?.includes(stream), intervalMinutes: intervals.get(stream) },
  ]);
  return editStreams(settings, Object.fromEntries(edits));
}

/** `issues,assets`, or `all`. @throws ConfigError */
export function parseStreams(text: string): StreamName[] {
  const names = text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  if (names.length === 0)
    throw new ConfigError(`--streams names no stream. Give some of ${streamNames.join(", ")}, or all.`, {
      field: "streams",
    });
  if (names.length === 1 && names[0]?.toLowerCase() === "all") return [...streamNames];
  const wanted = new Set(names.map((name) => parseStream(name, "streams")));
  return streamNames.filter((name) => wanted.has(name));
}

function parseStream(text: string, field: "streams" | "interval"): StreamName {
  const name = text.trim().toLowerCase();
  const found = streamNames.find((known) => known === name);
  if (found !== undefined) return found;
  throw new ConfigError(`There is no stream "${text}". There are: ${streamNames.join(", ")}.`, { field });
}

function parseIntervals(texts: readonly string[]): Map<StreamName, number> {
  const intervals = new Map<StreamName, number>();
  for (const text of texts) {
    const [, name, minutes] = /^([^=]*)=(.*)$/.exec(text) ?? [];
    if (name === undefined || minutes === undefined)
      throw new ConfigError(`--interval ${text} is not understood: write stream=minutes, for example issues=5.`, {
        field: "interval",
      });
    const stream = parseStream(name, "interval");
    if (intervals.has(stream))
      throw new ConfigError(`--interval names ${stream} twice: keep one.`, { field: "interval" });
    intervals.set(stream, parseMinutes(minutes, stream));
  }
  return intervals;
}

function parseMinutes(text: string, stream: StreamName): number {
  const minutes = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
  checkMinutes(stream, minutes, text);
  return minutes;
}
