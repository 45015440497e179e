import { Command, InvalidArgumentError, Option } from "commander";
import type { App } from "../app.ts";
import { NotFoundError } from "../errors.ts";
import { plainLine, plainText } from "../query/plain-text.ts";
import { countDueAssets } from "../store/apply-tags.ts";
import { type CountedTag, listTags } from "../store/tag.ts";
import { createTag, removeTag } from "../tagging/edit.ts";
import { settleTags } from "../tagging/tagging.ts";
import { cliActor } from "./actor.ts";
import { type CliContext, withApp } from "./context.ts";
import { table } from "./user.ts";

/** People's own tags, directly on the database. What follows from a change is done before the command ends. */
export function tagCommand(context: CliContext): Command {
  return new Command("tag")
    .description("your own tags on assets, and how much these matter")
    .addCommand(listCommand(context))
    .addCommand(addCommand(context))
    .addCommand(removeCommand(context));
}

function listCommand(context: CliContext): Command {
  return new Command("list")
    .description("list the tags")
    .addOption(new Option("--format <format>", "how to print").choices(["table", "json"]).default("table"))
    .action(async ({ format }: { format: string }) => {
      await withApp(context, async ({ db }) => {
        const tags = await listTags(db);
        if (format === "json") context.stdout.write(`${JSON.stringify(tags, null, 2)}\n`);
        else if (tags.length === 0) context.stderr.write("There are no tags yet: `weir tag add NAME`.\n");
        else context.stdout.write(`${table(["Tag", "On", "Criticality", "Assets", "Pending"], tags.map(line))}\n`);
      });
    });
}

function line({ name, query, criticality, assets, pending }: CountedTag): string[] {
  return [name, query ?? "chosen assets", criticality === null ? "" : String(criticality), `${assets}`, `${pending}`];
}

interface AddOptions {
  query?: string;
  criticality?: number;
  description?: string;
}

function addCommand(context: CliContext): Command {
  return new Command("add")
    .description("make a tag: on assets that you choose, or with --query on all that it finds, kept current")
    .argument("<name>")
    .option("--query <query>", "a query over assets")
    .addOption(new Option("--criticality <1-5>", "how much its assets matter").argParser(parseCriticality))
    .option("--description <text>", "what it means")
    .action(async (name: string, { query, criticality, description }: AddOptions) => {
      await withApp(context, async (app) => {
        const kind = query === undefined ? "static" : "dynamic";
        const content = { query: query ?? null, criticality: criticality ?? null, description: description ?? null };
        const id = await createTag(app, cliActor(), { name: name.trim(), kind, ...content });
        await settle(context, app);
        const [tag] = await listTags(app.db, id);
        const found = kind === "static" ? "" : `: on ${tag?.assets ?? 0} assets`;
        context.stdout.write(`Made the tag ${plainLine(name.trim())}${found}.\n`);
      });
    });
}

function removeCommand(context: CliContext): Command {
  return new Command("remove")
    .description("delete a tag: it goes from all its assets")
    .argument("<name>")
    .action(async (name: string) => {
      await withApp(context, async (app) => {
        const tag = await findByName(app, name);
        await removeTag(app, cliActor(), tag.id);
        await settle(context, app);
        context.stdout.write(`Deleted the tag ${plainLine(tag.name)}; it was on ${tag.assets} assets.\n`);
      });
    });
}

/** @throws NotFoundError that says which there are */
async function findByName({ db }: App, name: string): Promise<CountedTag> {
  const tags = await listTags(db);
  const tag = tags.find((one) => one.name.toLowerCase() === name.trim().toLowerCase());
  if (tag !== undefined) return tag;
  const known =
    tags.length === 0 ? "There is none yet." : `There are: ${tags.map((one) => plainText(one.name)).join(", ")}.`;
  throw new NotFoundError(`There is no tag "${name}". ${known}`);
}

const worthSaying = 1_000;

async function settle({ stderr }: CliContext, app: App): Promise<void> {
  const due = await countDueAssets(app.db);
  if (due >= worthSaying)
    stderr.write(`Bringing ${due} assets up to date. This can be interrupted: \`weir serve\` goes on.\n`);
  await settleTags(app);
}

function parseCriticality(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 5)
    throw new InvalidArgumentError("a criticality is a whole number from 1 to 5.");
  return value;
}
