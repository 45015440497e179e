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
export async function exportStream(
  c: ApiContext,
  { open, hasTrailer, onEnd, onFailure }: ExportStreamOptions,
): Promise<ReadableStream<Uint8Array>> {
  const abort = new AbortController();
  const text = open(abort.signal);
  const encoder = new TextEncoder();
  const stop = (reason: unknown) => {
    abort.abort(reason);
    // Where it stands between two pieces, this gives the connection back; an error there changes nothing any more.
    text.pieces.return().then(onEnd, onEnd);
  };
  // While the first piece is looked for there is no stream yet that could be cancelled.
  c.req.raw.signal.addEventListener("abort", () => stop(new Error("The client has left")), { once: true });
  let next = await text.pieces.next().catch((error: unknown) => {
    onEnd();
    if (abort.signal.aborted) throw new RequestError("The client has left.");
    throw error;
  });
  if (hasTrailer) announceTrailer(c);
  let waiting: NodeJS.Timeout | undefined;
  const waitForReader = (controller: ReadableStreamDefaultController) => {
    waiting = setTimeout(() => {
      stop(new Error("The client takes nothing any more"));
      breakOff(c, controller, abort.signal.reason);
    }, stalledAfterMs).unref();
  };
  return new ReadableStream<Uint8Array>(
    {
      start: waitForReader,
      async pull(controller) {
        clearTimeout(waiting);
        try {
          if (next.done === true) {
            if (hasTrailer) addTrailer(c, text.manifest());
            onEnd();
            controller.close();
            return;
          }
          controller.enqueue(encoder.encode(next.value));
          next = await text.pieces.next();
          waitForReader(controller);
        } catch (error) {
          onEnd();
          if (!abort.signal.aborted) onFailure(error);
          breakOff(c, controller, error);
        }
      },
      cancel(reason) {
        clearTimeout(waiting);
        stop(reason ?? new Error("The client has left"));
      },
    },
    { highWaterMark: 0 },
  );
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

/** Trailers take chunks; said before the body, or Node takes a short body for one of known length. */
function announceTrailer(c: ApiContext): void {
  c.header("trailer", trailerName);
  c.header("transfer-encoding", "chunked");
}

/** `Response` knows no trailers (nor does any framework on it), so they go to Node's own answer under it. */
function addTrailer(c: ApiContext, manifest: Manifest | null): void {
  if (manifest !== null) outgoingOf(c)?.addTrailers({ [trailerName]: headerJson(manifest) });
}

/** Headers are ASCII, and clients refuse long ones: whoever asked knows the query. */
function headerJson(manifest: Manifest): string {
  const text = (value: unknown) =>
    JSON.stringify(value).replace(/[^\x20-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const whole = text(manifest);
  return whole.length <= 8_000 ? whole : text({ ...manifest, query: null });
}
