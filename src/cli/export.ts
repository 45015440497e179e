import { Argument, Command, Option } from "commander";
import { type ExportFormat, exportFormats, type Manifest, writeExport } from "../query/export/export-text.ts";
import { openExport } from "../query/export/open-export.ts";
import { type Thing, things } from "../query/field.ts";
import { type CliContext, withApp } from "./context.ts";
import { withCaret } from "./search.ts";

interface ExportFlags {
  query: string;
  format: ExportFormat;
}

export function exportCommand(context: CliContext): Command {
  return new Command("export")
    .description("write everything that a query finds to standard output, and how much it was")
    .addArgument(new Argument("<thing>", "what to export").choices(things))
    .option("--query <query>", "only what this finds", "")
    .addOption(
      new Option("--format <format>", "one JSON object a line, a table, or OCSF 1.8.0 events")
        .choices(exportFormats)
        .default("ndjson"),
    )
    .action(async (thing: Thing, { query, format }: ExportFlags) => {
      await withCaret(context, { query, thing }, () =>
        withApp(context, async ({ db }) => {
          const text = openExport(db, { kind: thing, query, format });
          report(context, format, await writeExport(text, context.stdout));
        }),
      );
    });
}

/** CSV has no place for the manifest, so it is told beside. `null`: the reader left, and needs none. */
function report(context: CliContext, format: ExportFormat, manifest: Manifest | null): void {
  if (manifest === null) return;
  if (format === "csv") context.stderr.write(`${JSON.stringify({ manifest })}\n`);
  context.stderr.write(`${manifest.rows.toLocaleString("en-US")} ${manifest.kind} exported\n`);
}
