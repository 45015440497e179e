import { Argument, Command, Option } from "commander";
import { type Thing, things } from "../query/field.ts";
import { writeNdjson } from "../query/ndjson.ts";
import { streamRecords } from "../query/stream.ts";
import { type CliContext, withApp } from "./context.ts";
import { withCaret } from "./search.ts";

export function exportCommand(context: CliContext): Command {
  return new Command("export")
    .description("write everything that a query finds to standard output, the last line telling how much it was")
    .addArgument(new Argument("<thing>", "what to export").choices(things))
    .option("--query <query>", "only what this finds", "")
    .addOption(new Option("--format <format>", "one JSON object a line").choices(["ndjson"]).default("ndjson"))
    .action(async (thing: Thing, { query }: { query: string }) => {
      await withCaret(context, { query, thing }, () =>
        withApp(context, async ({ db }) => {
          const records = streamRecords(db, thing, { query });
          const manifest = await writeNdjson(records, context.stdout, { kind: thing, query });
          if (manifest !== null) context.stderr.write(`${manifest.rows.toLocaleString("en-US")} ${thing} exported\n`);
        }),
      );
    });
}
