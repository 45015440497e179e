import { createHash } from "node:crypto";
import type { Writable } from "node:stream";
import type { Thing } from "../field.ts";
import { csvLine } from "./csv.ts";
import { type CsvColumn, csvColumns } from "./csv-columns.ts";
import { toJson } from "./json-text.ts";
import { writeOut } from "./write-out.ts";

export const exportFormats = ["ndjson", "csv", "ocsf"] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** What ends an export: whoever has it has everything. `sha256` is that of all bytes before it. */
export interface Manifest {
  kind: Thing;
  query: string;
  rows: number;
  sha256: string;
}

export interface ExportAbout {
  kind: Thing;
  query: string;
  format: ExportFormat;
}

export interface ExportText {
  /** The whole export in pieces, each some hundred lines. */
  pieces: AsyncGenerator<string, void, undefined>;
  /** In the pieces so far. */
  rows(): number;
  /** `null` until the last piece was taken. */
  manifest(): Manifest | null;
}

/**
 * Batches of records as the text of an export. NDJSON and OCSF have the manifest as their last line, too. CSV has no
 * place for it: a comment line is not CSV.
 */
export function exportText(batches: AsyncIterable<readonly object[]>, about: ExportAbout): ExportText {
  const { kind, query, format } = about;
  const hash = createHash("sha256");
  let manifest: Manifest | null = null;
  let rows = 0;
  async function* pieces(): AsyncGenerator<string, void, undefined> {
    const { header, toLine } = lines(about);
    const hashed = (text: string) => {
      hash.update(text);
      return text;
    };
    if (header !== "") yield hashed(header);
    for await (const batch of batches) {
      rows += batch.length;
      yield hashed(batch.map(toLine).join(""));
    }
    manifest = { kind, query, rows, sha256: hash.digest("hex") };
    if (format !== "csv") yield `${toJson({ manifest })}\n`;
  }
  return { pieces: pieces(), rows: () => rows, manifest: () => manifest };
}

function lines({ kind, format }: ExportAbout): { header: string; toLine: (record: object) => string } {
  if (format !== "csv") return { header: "", toLine: (record) => `${toJson(record)}\n` };
  const columns = csvColumns[kind] as readonly CsvColumn<object>[];
  return {
    header: csvLine(columns.map((column) => column.title)),
    toLine: (record) => csvLine(columns.map((column) => column.value(record))),
  };
}

/**
 * Writes an export and waits for the reader. When the reader has left (EPIPE, as with `| head`) it stops and returns
 * `null`.
 */
export async function writeExport({ pieces, manifest }: ExportText, out: Writable): Promise<Manifest | null> {
  for await (const piece of pieces) if (!(await writeOut(out, piece))) return null;
  return manifest();
}
