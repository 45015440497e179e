import type { ServerResponse } from "node:http";
import type { ExportText, Manifest } from "../query/export/export-text.ts";
import type { ApiContext } from "./context.ts";
import { RequestError } from "./errors.ts";

export interface ExportStreamOptions {
  open: (signal: AbortSignal) => ExportText;
  /** The manifest has no place in the body. */
  hasTrailer: boolean;
  /** Called with each piece that goes out: its size, and the rows so far. */
  onPiece: (piece: { bytes: number; rows: number }) => void;
  /** Called once, whichever way it ends. */
  onEnd: (end: StreamEnd) => void;
  /** Called when it fails in the middle, where the client cannot be told why. */
  onFailure: (error: unknown) => void;
}

export type StreamEnd =
  | { result: "complete"; manifest: Manifest }
  | { result: "cancelled" }
  | { result: "broken"; error: unknown };

/** A reader that takes nothing for so long is gone: its snapshot keeps the database from cleaning up. */
const stalledAfterMinutes = 10;
const stalledText = `Its reader took nothing for ${stalledAfterMinutes} minutes.`;

/**
 * The body of an export. The first piece is read before there is an answer, so that what is wrong from the start is
 * answered with an error; what goes wrong later breaks the connection, and the manifest is missing. Read piece by piece
 * as the client takes them; ends when it leaves.
 */
export async function exportStream(c: ApiContext, options: ExportStreamOptions): Promise<ReadableStream<Uint8Array>> {
  const running = start(options);
  const { text, signal, stop } = running;
  // While the first piece is looked for there is no stream yet that could be cancelled.
  const leave = () => stop({ result: "cancelled" });
  c.req.raw.signal.addEventListener("abort", leave, { once: true });
  if (c.req.raw.signal.aborted) leave();
  const first = await text.pieces.next().catch((error: unknown) => {
    if (!signal.aborted) running.end({ result: "broken", error });
    throw signal.aborted ? new RequestError("The client has left.") : error;
  });
  const trailing = options.hasTrailer ? announceTrailer(c) : null;
  const finish = () => {
    const manifest = text.manifest();
    if (manifest === null) throw new Error("an export ended without its manifest");
    trailing?.addTrailers({ [trailerName]: headerJson(manifest) });
    running.end({ result: "complete", manifest });
  };
  const fail = (error: unknown) => {
    if (signal.aborted) return;
    running.end({ result: "broken", error });
    options.onFailure(error);
  };
  return bodyOf(c, running, { first, finish, fail, onPiece: options.onPiece });
}

interface Running {
  text: ExportText;
  /** Aborts when it was stopped before its end. */
  signal: AbortSignal;
  stop: (why: StreamEnd) => void;
  end: (end: StreamEnd) => void;
}

function start({ open, onEnd }: ExportStreamOptions): Running {
  const abort = new AbortController();
  const text = open(abort.signal);
  let hasEnded = false;
  const end = (how: StreamEnd) => {
    if (!hasEnded) onEnd(how);
    hasEnded = true;
  };
  const stop = (why: StreamEnd) => {
    abort.abort(new Error(why.result === "broken" ? stalledText : "The client has left"));
    // Where it stands between two pieces, this gives the connection back; an error there changes nothing any more.
    const stopped = () => end(why);
    text.pieces.return().then(stopped, stopped);
  };
  return { text, signal: abort.signal, stop, end };
}

interface Pieces {
  first: IteratorResult<string, void>;
  finish: () => void;
  fail: (error: unknown) => void;
  onPiece: ExportStreamOptions["onPiece"];
}

function bodyOf(c: ApiContext, { text, signal, stop }: Running, { first, finish, fail, onPiece }: Pieces) {
  const encoder = new TextEncoder();
  let next = first;
  const waiting = createStallTimer((controller: ReadableStreamDefaultController) => {
    stop({ result: "broken", error: new RequestError(stalledText) });
    breakOff(c, controller, signal.reason);
  });
  async function pull(controller: ReadableStreamDefaultController<Uint8Array>) {
    waiting.clear();
    if (next.done === true) {
      finish();
      return controller.close();
    }
    const piece = encoder.encode(next.value);
    controller.enqueue(piece);
    onPiece({ bytes: piece.length, rows: text.rows() });
    next = await text.pieces.next();
    if (!signal.aborted) waiting.begin(controller);
  }
  return new ReadableStream<Uint8Array>(
    {
      start: waiting.begin,
      pull: (controller) =>
        pull(controller).catch((error: unknown) => {
          fail(error);
          breakOff(c, controller, error);
        }),
      cancel() {
        waiting.clear();
        stop({ result: "cancelled" });
      },
    },
    { highWaterMark: 0 },
  );
}

function createStallTimer(onStall: (controller: ReadableStreamDefaultController) => void) {
  let timer: NodeJS.Timeout | undefined;
  return {
    begin(controller: ReadableStreamDefaultController) {
      timer = setTimeout(() => onStall(controller), stalledAfterMinutes * 60_000).unref();
    },
    clear: () => clearTimeout(timer),
  };
}

/** A body that ends before its time must not look whole. To end the stream with an error would do, but not in silence. */
function breakOff(c: ApiContext, controller: ReadableStreamDefaultController, error: unknown): void {
  const outgoing = outgoingOf(c);
  if (outgoing === undefined) controller.error(error);
  else outgoing.destroy();
}

/** Node's answer under the one of the framework; there is none where the application is called as a function. */
function outgoingOf(c: ApiContext): ServerResponse | undefined {
  return (c.env as { outgoing?: ServerResponse } | undefined)?.outgoing;
}

const trailerName = "x-weir-manifest";

/**
 * `Response` knows no trailers (nor does any framework on it), so they go to Node's own answer under it; `null` where
 * there is none, or no place for trailers (HTTP/1.0). Said before the body, or Node takes a short one for one of known
 * length.
 */
function announceTrailer(c: ApiContext): ServerResponse | null {
  const outgoing = outgoingOf(c);
  if (outgoing === undefined || outgoing.req.httpVersion === "1.0") return null;
  c.header("trailer", trailerName);
  c.header("transfer-encoding", "chunked");
  return outgoing;
}

/** Headers are ASCII, and clients refuse long ones: whoever asked knows the query. */
function headerJson(manifest: Manifest): string {
  const text = (value: unknown) =>
    JSON.stringify(value).replace(/[^\x20-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const whole = text(manifest);
  return whole.length <= 8_000 ? whole : text({ ...manifest, query: null });
}
