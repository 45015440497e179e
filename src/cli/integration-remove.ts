import { createInterface } from "node:readline/promises";
import { Command } from "commander";
import type { App } from "../app.ts";
import { ConfigError } from "../errors.ts";
import { assetScoreConstants } from "../risk/constants.ts";
import { findIntegration } from "../store/integration.ts";
import { type Removed, removeIntegration, unfinishedRemovals } from "../store/remove-integration.ts";
import type { RemovedUnchosen } from "../store/remove-unchosen.ts";
import { cliActor } from "./actor.ts";
import { type CliContext, withApp } from "./context.ts";
import { CommandFailed } from "./exit.ts";
import { shellWord } from "./integration-form.ts";

export function removeCommand(context: CliContext): Command {
  return new Command("remove")
    .description("remove an integration and everything that only it brought")
    .argument("<name>", "the integration")
    .option("--yes", "do not ask")
    .action(async (name: string, options: { yes?: boolean }) => {
      await withApp(context, async (app) => {
        const integration = await findRemovable(app, name);
        const what = `"${integration.name}" with all its findings, assets and signals`;
        const unasked = `weir integration remove ${shellWord(integration.name)}`;
        if (options.yes !== true) await confirm(context, { what, unasked });
        const removed = await removeIntegration(
          { db: app.db, now: app.now, score: assetScoreConstants, by: cliActor() },
          integration.id,
          progress(context),
        );
        context.stdout.write(`Removed "${integration.name}": ${describe(removed)}.\n`);
      });
    });
}

/** An integration, or one whose removal was interrupted. @throws NotFoundError */
async function findRemovable(app: App, name: string): Promise<{ id: string; name: string }> {
  const unfinished = await unfinishedRemovals(app.db);
  const halfGone = unfinished.find((removal) => removal.name.toLowerCase() === name.toLowerCase());
  try {
    return await findIntegration(app.db, name);
  } catch (error) {
    if (halfGone === undefined) throw error;
    return halfGone;
  }
}

export interface Asking {
  /** What would go: `"prod" with all its findings`. */
  what: string;
  /** The command that asks nothing. */
  unasked: string;
}

export async function confirm(context: CliContext, { what, unasked }: Asking): Promise<void> {
  if (context.stdin.isTTY !== true)
    throw new ConfigError(
      `This removes ${what}, and there is nobody to ask. If that is what you want: ${unasked} --yes`,
    );
  const prompt = createInterface({ input: context.stdin, output: context.stderr });
  // Ctrl-C and the end of the input are answers too.
  const closed = new Promise<string>((resolve) => prompt.once("close", () => resolve("")));
  const question = `Remove ${what}? [y/N] `;
  const answer = await Promise.race([prompt.question(question).catch(() => ""), closed]);
  prompt.close();
  if (/^y(es)?$/i.test(answer.trim())) return;
  if (answer === "") context.stderr.write("\n");
  throw new CommandFailed("Cancelled; nothing was removed.");
}

const progressIntervalMs = 2_000;

export function progress(context: CliContext): (removed: RemovedUnchosen & Partial<Removed>) => void {
  let last = Date.now();
  return (removed) => {
    if (Date.now() - last < progressIntervalMs) return;
    last = Date.now();
    context.stderr.write(`${describe(removed)} so far\n`);
  };
}

export function describe({ findings, assets, signals }: RemovedUnchosen & Partial<Removed>): string {
  const count = (n: number) => n.toLocaleString("en-US");
  const more = signals === undefined ? "" : `, ${count(signals)} signals`;
  return `${count(findings)} findings, ${count(assets)} assets${more}`;
}
