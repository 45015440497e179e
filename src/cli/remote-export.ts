import { createHash } from "node:crypto";
import type { Readable, Writable } from "node:stream";
import { z } from "zod";
import { errorText } from "../errors.ts";
import type { ExportFormat, Manifest } from "../query/export/export-text.ts";
import { writeOut } from "../query/export/write-out.ts";
import { CommandFailed } from "./exit.ts";

const manifestShape = z.object({
  kind: z.enum(["findings", "assets", "signals"]),
  // A very long one is left out of the trailer.
  query: z.string().nullable(),
  rows: z.number(),
  sha256: z.string(),
});

interface PassOn {
  body: Readable;
  /** Complete once the body is. */
  trailers: () => Record<string, string | string[] | undefined>;
  format: ExportFormat;
  out: Writable;
  url: URL;
}

/**
 * Writes an export that comes in, byte for byte, and checks it against its manifest. `null`: the reader left.
 * @throws CommandFailed when it is cut short or damaged
 */
export async function passOn({ body, trailers, format, out, url }: PassOn): Promise<Manifest | null> {
  const hash = createHash("sha256");
  // The manifest is the last line of the body, and is no part of what it vouches for.
  const splitter = createSplitter(format !== "csv");
  try {
    for await (const chunk of body) {
      const whole = splitter.push(chunk as Buffer);
      hash.update(whole);
      if (!(await writeOut(out, whole))) return null;
    }
  } catch (cause) {
    throw incomplete(url, errorText(cause));
  }
  const last = format === "csv" ? String(trailers()["x-weir-manifest"] ?? "") : splitter.rest().toString("utf8");
  const manifest = readManifest(last, format);
  if (manifest === null) throw incomplete(url, "its manifest is missing");
  if (manifest.sha256 !== hash.digest("hex")) throw incomplete(url, "it is not what its manifest says");
  if (format !== "csv" && !(await writeOut(out, splitter.rest()))) return null;
  return manifest;
}

/** Hands out whole lines, and keeps the last one back until another has come. */
function createSplitter(keepsLast: boolean) {
  let kept: Buffer = Buffer.alloc(0);
  return {
    push(chunk: Buffer): Buffer {
      if (!keepsLast) return chunk;
      const all = kept.length === 0 ? chunk : Buffer.concat([kept, chunk]);
      const from = all.at(-1) === newline ? all.length - 2 : all.length - 1;
      const cut = from < 0 ? 0 : all.lastIndexOf(newline, from) + 1;
      kept = all.subarray(cut);
      return all.subarray(0, cut);
    },
    rest: () => kept,
  };
}

const newline = 0x0a;

function readManifest(text: string, format: ExportFormat): Manifest | null {
  try {
    const json: unknown = JSON.parse(text);
    const found = manifestShape.parse(format === "csv" ? json : (json as { manifest?: unknown }).manifest);
    return { ...found, query: found.query ?? "" };
  } catch {
    // It was cut short, or is the last record.
    return null;
  }
}

function incomplete(url: URL, why: string): CommandFailed {
  return new CommandFailed(`The export from ${url.origin} is not complete: ${why}. Do not use it; try again.`);
}
