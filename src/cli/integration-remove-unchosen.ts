import { Command } from "commander";
import { assetScoreConstants } from "../risk/constants.ts";
import { findIntegration } from "../store/integration.ts";
import { removeUnchosen } from "../store/remove-unchosen.ts";
import { cliActor } from "./actor.ts";
import { type CliContext, withApp } from "./context.ts";
import { shellWord } from "./integration-form.ts";
import { confirm, describe, progress } from "./integration-remove.ts";

export function removeUnchosenCommand(context: CliContext): Command {
  return new Command("remove-unchosen")
    .description("remove what an integration holds of asset classes that are no longer chosen")
    .argument("<name>", "the integration")
    .option("--yes", "do not ask")
    .action(async (name: string, options: { yes?: boolean }) => {
      await withApp(context, async (app) => {
        const integration = await findIntegration(app.db, name);
        const what = `what "${integration.name}" holds of asset classes that are no longer chosen`;
        const unasked = `weir integration remove-unchosen ${shellWord(integration.name)}`;
        if (options.yes !== true) await confirm(context, { what, unasked });
        const deps = { db: app.db, now: app.now, score: assetScoreConstants, by: cliActor() };
        const removed = await removeUnchosen(deps, integration, progress(context));
        context.stdout.write(`Removed from "${integration.name}": ${describe(removed)}.\n`);
      });
    });
}
