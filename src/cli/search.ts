import { Command, Option } from "commander";
import { QueryError } from "../errors.ts";
import { readQuery } from "../query/bind.ts";
import { writeOut } from "../query/export/write-out.ts";
import { type Thing, things } from "../query/field.ts";
import { sorts } from "../query/keyset.ts";
import { searchAssets, searchFindings, searchSignals } from "../query/search.ts";
import { type CliContext, withApp } from "./context.ts";
import { countText, type Format, formats, pointAt, printPage } from "./output.ts";

interface SearchFlags {
  on: Thing;
  limit: number;
  format: Format;
  cursor?: string;
  sort?: string;
}

const sortHelp = things.map((thing) => `${thing}: ${Object.keys(sorts[thing]).join(", ")}`).join("; ");

const searches = { findings: searchFindings, assets: searchAssets, signals: searchSignals };

export function searchCommand(context: CliContext): Command {
  return new Command("search")
    .description("find findings, assets or signals")
    .argument("[query...]", 'for example: severity:>=high AND tags.name:"Wiz" AND openssl; all when left out')
    .addOption(new Option("--on <thing>", "what to search").choices(things).default("findings"))
    .addOption(new Option("--limit <number>", "records per page, 1-1000").argParser(Number).default(20))
    .addOption(new Option("--format <format>", "how to print").choices(formats).default("table"))
    .option("--sort <order>", `${sortHelp}; :asc or :desc behind it turns it round`)
    .option("--cursor <cursor>", "another page, as this one named it")
    .action(async (words: string[], flags: SearchFlags) => {
      const query = words.join(" ");
      await withCaret(context, { query, thing: flags.on }, () =>
        withApp(context, async ({ db }) => {
          const { on, format, limit, cursor, sort } = flags;
          const page = await searches[on](db, { query, limit, cursor, sort });
          const width = context.stdout.columns ?? 160;
          await writeOut(context.stdout, printPage(on, page as never, { format, width }));
          context.stderr.write(`${countText(on, page.items.length, page.total)}\n`);
          if (page.nextCursor !== null && format !== "json")
            context.stderr.write(`Next page: the same with --cursor ${page.nextCursor}\n`);
        }),
      );
    });
}

/** Reads the query before a database is opened for it. Shows where a mistake is, then lets the error go on. */
export async function withCaret(
  context: CliContext,
  { query, thing }: { query: string; thing: Thing },
  work: () => Promise<void>,
): Promise<void> {
  try {
    readQuery(query, { thing, now: Date.now() });
    await work();
  } catch (error) {
    if (error instanceof QueryError && query !== "") context.stderr.write(pointAt(query, error.position));
    throw error;
  }
}
