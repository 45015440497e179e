import { createHash } from "node:crypto";
import type { Readable, Writable } from "node:stream";
import { z } from "zod";
import { errorText } from "../errors.ts";
import { type ExportAbout, exportText, type Manifest, writeExport } from "../query/export/export-text.ts";
import { writeOut } from "../query/export/write-out.ts";
import { things } from "../query/field.ts";
import { CommandFailed } from "./exit.ts";

const lastLineShape = z.object({
  manifest: z.object({ kind: z.enum(things), query: z.string(), rows: z.number(), sha256: z.string() }),
});

/** An export that comes in, as one JSON object a line. */
interface Incoming {
  body: Readable;
  url: URL;
}

/**
 * Writes an export as it comes in, byte for byte. `null`: the reader left.
 * @throws CommandFailed when it is cut short or damaged
 */
export async function passOn(incoming: Incoming, out: Writable): Promise<Manifest | null> {
  const { chunks, end } = checked(incoming);
  for await (const lines of chunks) if (!(await writeOut(out, lines))) return null;
  const { manifest, line } = end();
  return (await writeOut(out, line)) ? manifest : null;
}

/**
 * Writes records that come in as an export of another format. CSV is made here: its manifest would come as an HTTP
 * trailer, and many proxies drop those.
 * @throws CommandFailed when what comes in is cut short or damaged
 */
export async function convert(incoming: Incoming, about: ExportAbout, out: Writable): Promise<Manifest | null> {
  async function* batches(): AsyncGenerator<object[]> {
    for await (const lines of checked(incoming).chunks)
      yield lines
        .toString("utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as object);
  }
  return await writeExport(exportText(batches(), about), out);
}

/** The records in whole lines. When they have all come, and are what the manifest says, `end` tells it. */
function checked({ body, url }: Incoming) {
  const hash = createHash("sha256");
  let kept: Buffer = Buffer.alloc(0);
  async function* chunks(): AsyncGenerator<Buffer> {
    for await (const chunk of arriving(body, url)) {
      const all = kept.length === 0 ? chunk : Buffer.concat([kept, chunk]);
      // The last line may be the manifest, which is no part of what it vouches for.
      const cut = startOfLastLine(all);
      kept = all.subarray(cut);
      hash.update(all.subarray(0, cut));
      if (cut > 0) yield all.subarray(0, cut);
    }
    const { sha256 } = readManifest(kept, url);
    if (sha256 !== hash.digest("hex")) throw incomplete(url, "it is not what its manifest says");
  }
  return { chunks: chunks(), end: () => ({ manifest: readManifest(kept, url), line: kept }) };
}

async function* arriving(body: Readable, url: URL): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of body) yield chunk as Buffer;
  } catch (cause) {
    throw incomplete(url, errorText(cause));
  }
}

const newline = 0x0a;

function startOfLastLine(lines: Buffer): number {
  const end = lines.at(-1) === newline ? lines.length - 2 : lines.length - 1;
  return end < 0 ? 0 : lines.lastIndexOf(newline, end) + 1;
}

function readManifest(line: Buffer, url: URL): Manifest {
  try {
    return lastLineShape.parse(JSON.parse(line.toString("utf8"))).manifest;
  } catch {
    // Half a line, or a record: what JSON minds about it helps nobody.
    throw incomplete(url, "its manifest is missing");
  }
}

function incomplete(url: URL, why: string): CommandFailed {
  return new CommandFailed(`The export from ${url.origin} is not complete: ${why}. Do not use it; try again.`);
}
