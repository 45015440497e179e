import { Command } from "commander";
import type { App } from "../app.ts";
import { ConfigError } from "../errors.ts";
import { type StreamName, streamNames } from "../model.ts";
import { findIntegration, type Integration } from "../store/integration.ts";
import { openReviews, type Review } from "../store/review.ts";
import { answerReview } from "../sync/decide-review.ts";
import { reviewText } from "../sync/review-text.ts";
import { cliActor } from "./actor.ts";
import { type CliContext, withApp } from "./context.ts";
import { shellWord } from "./integration-form.ts";

interface ReviewOptions {
  approve?: StreamName;
  reject?: StreamName;
}

export function reviewCommand(context: CliContext): Command {
  return new Command("review")
    .description("records that vanished from the source in such numbers that you decide whether they are gone")
    .argument("<name>", "the integration")
    .option("--approve <stream>", "yes, they are gone: give them the status gone", parseStream)
    .option("--reject <stream>", "no: they stay as they are until the source shows them again", parseStream)
    .action(async (name: string, options: ReviewOptions) => {
      if (options.approve !== undefined && options.reject !== undefined)
        throw new ConfigError("Decide one stream at a time: either --approve or --reject.");
      await withApp(context, async (app) => {
        const integration = await findIntegration(app.db, name);
        const stream = options.approve ?? options.reject;
        if (stream === undefined) await list(app, context, integration);
        else await decide(app, context, { integrationId: integration.id, stream }, options.approve !== undefined);
      });
    });
}

function parseStream(text: string): StreamName {
  const stream = streamNames.find((name) => name === text);
  if (stream === undefined)
    throw new ConfigError(`There is no stream "${text}": it is one of ${streamNames.join(", ")}.`);
  return stream;
}

async function list(app: App, context: CliContext, integration: Integration): Promise<void> {
  const reviews = await openReviews(app.db, integration.id);
  if (reviews.length === 0) context.stderr.write(`There is nothing to decide about "${integration.name}".\n`);
  for (const review of reviews) context.stdout.write(describe(integration, review));
}

function describe({ name }: Integration, review: Review): string {
  const decide = `weir integration review ${shellWord(name)}`;
  return [
    `${review.stream}, since ${review.raisedAt}: ${reviewText(review.stream, review)}`,
    `  they are gone:     ${decide} --approve ${review.stream}`,
    `  they are not gone: ${decide} --reject ${review.stream}`,
    "",
  ].join("\n");
}

async function decide(
  app: App,
  context: CliContext,
  of: { integrationId: string; stream: StreamName },
  isApproved: boolean,
): Promise<void> {
  const gone = await answerReview(app, of, { isApproved, by: cliActor() });
  context.stdout.write(
    isApproved
      ? `${gone.toLocaleString("en-US")} ${of.stream} are gone now.\n`
      : `The ${of.stream} stay as they are; those that Wiz shows again are brought up to date.\n`,
  );
}
