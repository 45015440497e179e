import type { ServerResponse } from "node:http";
import type { ExportText, Manifest } from "../query/export/export-text.ts";
import type { ApiContext } from "./context.ts";
import { RequestError } from "./errors.ts";

export interface ExportStreamOptions {
  open: (signal: AbortSignal) => ExportText;
  /** The manifest has no place in the body. */
  hasTrailer: boolean;
  /** Called once, however it ends. */
  onEnd: () => void;
  onFailure: (error: unknown) => void;
}

/** A reader that takes nothing for so long is gone: its snapshot keeps the database from cleaning up. */
const stalledAfterMs = 10 * 60_000;

/**
 * The body of an export. The first piece is read before there is an answer, so that what is wrong from the start is
 * answered with an error; what goes wrong later breaks the connection, and the manifest is missing. Read piece by piece
 * as the client takes them; ends when it leaves.
 */
export async function exportStream(c: ApiContext, options: ExportStreamOptions): Promise<ReadableStream<Uint8Array>> {
  const running = start(options);
  const { text, signal, stop } = running;
  // While the first piece is looked for there is no stream yet that could be cancelled.
  c.req.raw.signal.addEventListener("abort", () => stop(new Error("The client has left")), { once: true });
  const first = await text.pieces.next().catch((error: unknown) => {
    options.onEnd();
    throw signal.aborted ? new RequestError("The client has left.") : error;
  });
  const trailing = options.hasTrailer ? announceTrailer(c) : null;
  const end = () => {
    trailing?.addTrailers({ [trailerName]: headerJson(text.manifest()) });
    options.onEnd();
  };
  const fail = (error: unknown) => {
    options.onEnd();
    if (!signal.aborted) options.onFailure(error);
  };
  return bodyOf(c, running, { first, end, fail });
}

interface Running {
  text: ExportText;
  /** Aborts when it was stopped before its end. */
  signal: AbortSignal;
  stop: (reason: unknown) => void;
}

function start({ open, onEnd }: ExportStreamOptions): Running {
  const abort = new AbortController();
  const text = open(abort.signal);
  const stop = (reason: unknown) => {
    abort.abort(reason);
    // Where it stands between two pieces, this gives the connection back; an error there changes nothing any more.
    text.pieces.return().then(onEnd, onEnd);
  };
  return { text, signal: abort.signal, stop };
}

interface Pieces {
  first: IteratorResult<string, void>;
  end: () => void;
  fail: (error: unknown) => void;
}

function bodyOf(c: ApiContext, { text, signal, stop }: Running, { first, end, fail }: Pieces) {
  const encoder = new TextEncoder();
  let next = first;
  const waiting = createStallTimer((controller: ReadableStreamDefaultController) => {
    stop(new Error("The client takes nothing any more"));
    breakOff(c, controller, signal.reason);
  });
  async function pull(controller: ReadableStreamDefaultController<Uint8Array>) {
    waiting.clear();
    if (next.done === true) {
      end();
      return controller.close();
    }
    controller.enqueue(encoder.encode(next.value));
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
      cancel(reason) {
        waiting.clear();
        stop(reason ?? new Error("The client has left"));
      },
    },
    { highWaterMark: 0 },
  );
}

function createStallTimer(onStall: (controller: ReadableStreamDefaultController) => void) {
  let timer: NodeJS.Timeout | undefined;
  return {
    begin(controller: ReadableStreamDefaultController) {
      timer = setTimeout(() => onStall(controller), stalledAfterMs).unref();
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
function headerJson(manifest: Manifest | null): string {
  const text = (value: unknown) =>
    JSON.stringify(value).replace(/[^\x20-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const whole = text(manifest);
  return whole.length <= 8_000 ? whole : text({ ...manifest, query: null });
}
