import { Argument, Command, Option } from "commander";
import { readQuery } from "../query/bind.ts";
import {
  type ExportAbout,
  type ExportFormat,
  exportFormats,
  type Manifest,
  writeExport,
} from "../query/export/export-text.ts";
import { openExport } from "../query/export/open-export.ts";
import { type Thing, things } from "../query/field.ts";
import { type CliContext, withApp } from "./context.ts";
import { openRemote, type RemoteFlags, remoteOptions } from "./remote-options.ts";
import { withCaret } from "./search.ts";

interface ExportFlags extends RemoteFlags {
  query: string;
  format: ExportFormat;
}

export function exportCommand(context: CliContext): Command {
  const command = new Command("export")
    .description("write everything that a query finds to standard output, and how much it was")
    .addArgument(new Argument("<thing>", "what to export").choices(things))
    .option("--query <query>", "only what this finds", "")
    .addOption(
      new Option("--format <format>", "one JSON object a line, a table, or OCSF 1.8.0 events")
        .choices(exportFormats)
        .default("ndjson"),
    );
  for (const option of remoteOptions()) command.addOption(option);
  return command.action(async (thing: Thing, flags: ExportFlags) => {
    const { query, format } = flags;
    await withCaret(context, query, async () => {
      const about = { kind: thing, query, format };
      const remote = await openRemote(context, flags);
      report(context, format, await (remote?.export(about, context.stdout) ?? exportHere(context, about)));
    });
  });
}

async function exportHere(context: CliContext, about: ExportAbout): Promise<Manifest | null> {
  // Before a database is opened for it.
  readQuery(about.query, { thing: about.kind, now: Date.now() });
  return await withApp(context, ({ db }) => writeExport(openExport(db, about), context.stdout));
}

/** CSV has no place for the manifest, so it is told beside. `null`: the reader left, and needs none. */
function report(context: CliContext, format: ExportFormat, manifest: Manifest | null): void {
  if (manifest === null) return;
  if (format === "csv") context.stderr.write(`${JSON.stringify({ manifest })}\n`);
  context.stderr.write(`${manifest.rows.toLocaleString("en-US")} ${manifest.kind} exported\n`);
}
