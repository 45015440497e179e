import { createHash } from "node:crypto";
import type { Writable } from "node:stream";
import type { Thing } from "./field.ts";

/** The last line of an export: whoever has it has everything. `sha256` is that of all lines before it. */
export interface Manifest {
  kind: Thing;
  query: string;
  rows: number;
  sha256: string;
}

/**
 * Writes batches of records, one JSON object a line, then the manifest. Waits for the reader; when the reader has left
 * (EPIPE, as with `| head`) it stops and returns `null`.
 */
export async function writeNdjson(
  batches: AsyncIterable<readonly object[]>,
  out: Writable,
  about: { kind: Thing; query: string },
): Promise<Manifest | null> {
  const hash = createHash("sha256");
  let rows = 0;
  for await (const batch of batches) {
    const lines = batch.map((record) => `${toJson(record)}\n`).join("");
    hash.update(lines);
    rows += batch.length;
    if (!(await writeOut(out, lines))) return null;
  }
  const manifest = { ...about, rows, sha256: hash.digest("hex") };
  return (await writeOut(out, `${toJson({ manifest })}\n`)) ? manifest : null;
}

/** JSON in which nothing can command a terminal: JSON itself escapes only the control characters below U+0020. */
export function toJson(value: unknown, space?: number): string {
  return JSON.stringify(value, null, space).replace(
    /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Writes and waits until it is taken. `false`: nobody reads any more. */
export async function writeOut(out: Writable, text: string): Promise<boolean> {
  if (out.destroyed || out.writableEnded) return false;
  // The stream also reports the failure as an event, which would end the process.
  const ignore = () => undefined;
  out.on("error", ignore);
  try {
    await new Promise<void>((resolve, reject) => {
      out.write(text, (error) => (error ? reject(error) : resolve()));
    });
    return true;
  } catch (error) {
    if (["EPIPE", "ERR_STREAM_DESTROYED", "ECONNRESET"].includes((error as NodeJS.ErrnoException).code ?? ""))
      return false;
    throw error;
  } finally {
    setImmediate(() => out.off("error", ignore));
  }
}
