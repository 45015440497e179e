import type { Kysely } from "kysely";
import { ConflictError } from "../errors.ts";
import type { Logger } from "../log.ts";
import type { ExportAbout } from "../query/export/export-text.ts";
import { type ExportNote, insertExportProgress, noteExportProgress } from "../store/export-progress.ts";
import type { Schema } from "../store/schema.ts";
import { toErrorAnswer } from "./errors.ts";
import type { ExportStreamOptions, StreamEnd } from "./export-stream.ts";

export interface WatchDeps {
  db: Kysely<Schema>;
  now: () => number;
  log: Logger;
}

/** Tells whoever watches an export how far it is. */
export interface ExportWatch {
  onPiece: ExportStreamOptions["onPiece"];
  onEnd: (end: StreamEnd, requestId: string) => void;
}

const unwatched: ExportWatch = { onPiece: () => undefined, onEnd: () => undefined };

const noteEveryMs = 1_000;
/** Written also when nothing has moved, so that a reader who waits can be told from a process that died. */
const beatEveryMs = 10_000;

/**
 * Notes the progress of an export that has an id, from its beginning to its end. That it cannot be noted is logged, and
 * does not stop the export.
 * @throws ConflictError when there was an export with this id
 */
export async function watchExport(
  deps: WatchDeps,
  { kind: thing, query, format }: ExportAbout,
  { id, userId }: { id: string | undefined; userId: string },
): Promise<ExportWatch> {
  if (id === undefined) return unwatched;
  const complain = createComplaint(deps, id);
  const begun = { id, userId, thing, query, format };
  const isNew = await insertExportProgress(deps.db, begun, deps.now()).catch(complain);
  if (isNew === undefined) return unwatched;
  if (isNew) return startWatch(deps, id, complain);
  throw new ConflictError(`There is an export with the id ${id} already: each takes an id of its own.`, {
    field: "exportId",
  });
}

function startWatch({ db, now }: WatchDeps, id: string, complain: (error: unknown) => undefined): ExportWatch {
  const soFar = { rows: 0, bytes: 0 };
  let last = { rows: 0, at: now() };
  let notes: Promise<unknown> = Promise.resolve();
  let isWriting = false;
  const write = (end: Partial<ExportNote>) => {
    isWriting = true;
    last = { rows: soFar.rows, at: now() };
    const note = { ...soFar, ...end };
    notes = notes.then(async () => {
      await noteExportProgress(db, id, note, now()).catch(complain);
      isWriting = false;
    });
  };
  const timer = setInterval(() => {
    const isNews = soFar.rows !== last.rows || now() - last.at >= beatEveryMs;
    if (isNews && !isWriting) write({});
  }, noteEveryMs).unref();
  return {
    onPiece({ bytes, rows }) {
      soFar.bytes += bytes;
      soFar.rows = rows;
    },
    onEnd(end, requestId) {
      clearInterval(timer);
      write(noteOf(end, requestId));
    },
  };
}

/** Once for an export: the same trouble each second says nothing more. */
function createComplaint({ log }: WatchDeps, id: string): (error: unknown) => undefined {
  let hasComplained = false;
  return (error) => {
    if (!hasComplained) log.warn({ err: error }, `the progress of export ${id} cannot be noted; it goes on`);
    hasComplained = true;
  };
}

function noteOf(end: StreamEnd, requestId: string): Partial<ExportNote> {
  const { result } = end;
  if (result === "complete") return { result, sha256: end.manifest.sha256 };
  if (result === "cancelled") return { result };
  const { message, requestId: isInLog } = toErrorAnswer(end.error, requestId).body.error;
  return { result, error: isInLog === undefined ? message : `${message} (${isInLog})` };
}
