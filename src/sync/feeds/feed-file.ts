import { ConfigError } from "../../errors.ts";
import type { FeedEpssTable, FeedKevTable } from "../../store/schema-feeds.ts";

/** A file as it is read, a piece at a time. */
export interface FileBytes {
  /** As people know it. */
  name: string;
  bytes: AsyncIterable<Uint8Array>;
}

export type EpssRow = Omit<FeedEpssTable, "importId">;
export type KevRow = Omit<FeedKevTable, "importId">;

/** What a file says of itself, and its rows, some thousand at a time. */
export type FeedFile = {
  /** ISO time. */
  dataAt: string;
  version: string | null;
} & (
  | { feed: "epss"; newestOn: null; batches: AsyncIterable<EpssRow[]> }
  | { feed: "kev"; newestOn: string; batches: AsyncIterable<KevRow[]> }
);

/** The file is not what it should be. Nothing of it is kept. */
export class FeedFileError extends ConfigError {
  constructor(name: string, problem: string, options: ErrorOptions = {}) {
    super(`${name} is not taken: ${problem}`, { ...options, field: "file" });
  }
}

/** Tells the file's name with a problem of it. */
export type Refuse = (problem: string, cause?: unknown) => FeedFileError;

const cvePattern = /^CVE-\d{4}-\d{4,19}$/;

/** @throws FeedFileError when it is none */
export function readCve(text: unknown, where: string, refuse: Refuse): string {
  const cve = typeof text === "string" ? text.trim().toUpperCase() : "";
  if (!cvePattern.test(cve)) throw refuse(`${where} has no CVE id where one should be, but ${shown(text)}`);
  return cve;
}

/** As much of a value as a message can hold. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** `2025-03-14`, `2025-03-14T12:55:00+0000`, … as an ISO time; `null` when it is none. */
export function readInstant(text: string): string | null {
  if (!/^\d{4}-\d\d-\d\d(T|$)/.test(text)) return null;
  const time = Date.parse(text.replace(/([+-]\d\d)(\d\d)$/, "$1:$2"));
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}

/** A day as the calendar has it; `null` when it is none. */
export function readDay(text: unknown): string | null {
  if (typeof text !== "string" || !/^\d{4}-\d\d-\d\d$/.test(text)) return null;
  const time = readInstant(text);
  return time?.startsWith(text) === true ? text : null;
}
