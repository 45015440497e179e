import type { Generated } from "kysely";
import type { IntegrationLine } from "../log-lines.ts";
import type { Json } from "./json-column.ts";

/** Tables of the sync: who works, what was asked and how far it is, and what became of it. */

export interface LeaseTable {
  accountKey: string;
  epoch: number;
  holder: string;
  acquiredAt: string;
  workerId: string | null;
  sourceState: Json<unknown> | null;
  sourceStateAt: string | null;
}

export interface WorkerTable {
  id: string;
  name: string;
  isPolling: boolean;
  startedAt: string;
  heartbeatAt: string;
}

export interface MissingRecordTable {
  id: string;
  integrationId: string;
  stream: string;
  passes: number;
  state: string;
  since: string;
}

export interface ReviewTable {
  id: string;
  integrationId: string;
  stream: string;
  reason: string;
  records: number;
  openRecords: number;
  raisedAt: string;
  decidedAt: string | null;
  decision: string | null;
  decidedBy: string | null;
}

export interface StreamStateTable {
  integrationId: string;
  stream: string;
  watermark: string | null;
  lastAttemptAt: string | null;
  lastSuccessAt: string | null;
  lastFullAt: string | null;
  failures: Generated<number>;
  errorCode: string | null;
  error: string | null;
  warning: string | null;
}

export interface RunTable {
  id: string;
  integrationId: string;
  trigger: string;
  mode: string;
  streams: string[];
  requestedAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  result: string | null;
  phase: string | null;
  error: string | null;
  cancelRequestedAt: string | null;
}

export interface PassTable {
  id: string;
  runId: string;
  integrationId: string;
  stream: string;
  lane: string;
  accountKey: string;
  windowAfter: string | null;
  windowBefore: string | null;
  sourceStartedAt: string;
  startedAt: string;
  finishedAt: string | null;
  result: string | null;
  errorCode: string | null;
  error: string | null;
  scope: string | null;
  tracksSeen: Generated<boolean>;
  missing: number | null;
  gone: number | null;
  goneNote: string | null;
  held: number | null;
}

export interface SliceTable {
  id: string;
  passId: string;
  position: number;
  spec: Json<unknown>;
  cursor: string | null;
  isDone: Generated<boolean>;
  epoch: number;
  pages: Generated<number>;
  sourceCount: number | null;
  isCountCapped: Generated<boolean>;
  fetched: Generated<number>;
  written: Generated<number>;
  unchanged: Generated<number>;
  rejected: Generated<number>;
  partialPages: Generated<number>;
  outOfScope: Generated<number>;
  restarts: Generated<number>;
}

export interface RejectedRecordTable {
  id: string;
  integrationId: string;
  stream: string;
  externalId: string | null;
  reason: string;
  raw: Buffer;
  firstAt: string;
  lastAt: string;
}

export interface RenormalizationTable {
  integrationId: string;
  stream: string;
  weirVersion: string;
  startedAt: string;
  afterId: string | null;
  examined: Generated<number>;
  rewritten: Generated<number>;
  unreadable: Generated<number>;
  unkept: Generated<number>;
}

export interface IntegrationLogTable extends IntegrationLine {
  id: Generated<number>;
}

/** What a service account's governor did at a moment. */
export interface PaceSampleTable {
  accountKey: string;
  at: string;
  requestsPerSecond: number;
  usedPerSecond: number;
  waiting: number;
  inFlight: number;
  isPaused: boolean;
  /** Requests refused for their rate since the sample before. */
  limited: number;
  learnedLimit: number | null;
}
