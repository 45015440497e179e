import type { Kysely } from "kysely";
import type { Schema } from "../../store/schema.ts";
import { toOcsfEvents } from "../ocsf/events.ts";
import { type StreamOptions, streamBatches, streamRecords } from "../stream.ts";
import { type ExportAbout, type ExportText, exportText } from "./export-text.ts";

/** Everything that a query finds, as text in a format; nothing is read before the first piece is asked for. */
export function openExport(
  db: Kysely<Schema>,
  about: ExportAbout,
  options: Omit<StreamOptions, "query"> = {},
): ExportText {
  const { kind, query, format } = about;
  const stream = { ...options, query };
  const batches =
    format === "ocsf"
      ? streamBatches(db, kind, stream, (trx, rows, names) => toOcsfEvents(trx, kind, rows, names))
      : streamRecords(db, kind, stream);
  return exportText(batches, about);
}
