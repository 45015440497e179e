import { Command, Option } from "commander";
import { QueryError } from "../errors.ts";
import { readQuery } from "../query/bind.ts";
import { writeOut } from "../query/export/write-out.ts";
import { type Thing, things } from "../query/field.ts";
import { sorts } from "../query/keyset.ts";
import type { FoundRecords } from "../query/read-records.ts";
import { type SearchPage, searchAssets, searchFindings, searchSignals } from "../query/search.ts";
import { type CliContext, withApp } from "./context.ts";
import { countText, type Format, formats, pointAt, printPage } from "./output.ts";
import { openRemote, type RemoteFlags, remoteOptions } from "./remote-options.ts";

interface SearchFlags extends RemoteFlags {
  on: Thing;
  limit: number;
  format: Format;
  cursor?: string;
  sort?: string;
}

const sortHelp = things.map((thing) => `${thing}: ${Object.keys(sorts[thing]).join(", ")}`).join("; ");

const searches = { findings: searchFindings, assets: searchAssets, signals: searchSignals };

export function searchCommand(context: CliContext): Command {
  const command = new Command("search")
    .description("find findings, assets or signals")
    .argument("[query...]", 'for example: severity:>=high AND tags.name:"Wiz" AND openssl; all when left out')
    .addOption(new Option("--on <thing>", "what to search").choices(things).default("findings"))
    .addOption(new Option("--limit <number>", "records per page, 1-1000").argParser(Number).default(20))
    .addOption(new Option("--format <format>", "how to print").choices(formats).default("table"))
    .option("--sort <order>", `${sortHelp}; :asc or :desc behind it turns it round`)
    .option("--cursor <cursor>", "another page, as this one named it");
  for (const option of remoteOptions()) command.addOption(option);
  return command.action(async (words: string[], flags: SearchFlags) => {
    const query = words.join(" ");
    await withCaret(context, query, async () => {
      const page = await find(context, { ...flags, query });
      const { on, format } = flags;
      const width = context.stdout.columns ?? 160;
      await writeOut(context.stdout, printPage(on, page as never, { format, width }));
      context.stderr.write(`${countText(on, page.items.length, page.total)}\n`);
      if (page.nextCursor !== null && format !== "json")
        context.stderr.write(`Next page: the same with --cursor ${page.nextCursor}\n`);
    });
  });
}

async function find(
  context: CliContext,
  flags: SearchFlags & { query: string },
): Promise<SearchPage<FoundRecords[Thing]>> {
  const { on, query, limit, cursor, sort } = flags;
  const options = { query, limit, cursor, sort };
  const remote = await openRemote(context, flags);
  if (remote !== null) return await remote.search(on, options);
  // Before a database is opened for it.
  readQuery(query, { thing: on, now: Date.now() });
  return await withApp(context, ({ db }): Promise<SearchPage<FoundRecords[Thing]>> => searches[on](db, options));
}

/** Shows where a mistake in the query is, then lets the error go on. */
export async function withCaret(context: CliContext, query: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof QueryError && query !== "") context.stderr.write(pointAt(query, error.position));
    throw error;
  }
}
