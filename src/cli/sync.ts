import { Command, Option } from "commander";
import type { App } from "../app.ts";
import { type StreamName, streamNames } from "../model.ts";
import { findIntegration, type Integration } from "../store/integration.ts";
import { readRun, requestCancel } from "../store/run.ts";
import { requestSync } from "../sync/on-demand.ts";
import { cliActor } from "./actor.ts";
import { type CliContext, withApp } from "./context.ts";
import { CommandFailed } from "./exit.ts";
import { followRuns } from "./progress.ts";
import { stopSignal } from "./signals.ts";

interface SyncOptions {
  stream?: StreamName[];
  full?: boolean;
}

export function syncCommand(context: CliContext): Command {
  return new Command("sync")
    .description("fetch from an integration now, and wait until it is done")
    .argument("<name>", "the integration")
    .addOption(new Option("--stream <stream...>", "only these streams").choices(streamNames))
    .option("--full", "fetch everything, not only what changed")
    .action(async (name: string, options: SyncOptions) => {
      const stop = stopSignal();
      await withApp(context, async (app) => {
        const integration = await findIntegration(app.db, name);
        const { db, now } = app;
        const mode = options.full === true ? "full" : "delta";
        const deps = { db, now, by: cliActor() };
        const { id: runId } = await requestSync(deps, integration, { mode, streams: options.stream });
        await driveRun(app, context, integration, runId, stop);
      });
    });
}

const cancelTimeoutMs = 10_000;

/**
 * Sees a run through. A server beside us does it if it has the service account; else we do, and should the server die
 * meanwhile, we take over.
 * @throws CommandFailed when the run does not succeed, with the reason
 */
async function driveRun(
  app: App,
  context: CliContext,
  integration: Integration,
  runId: string,
  stop: AbortSignal,
): Promise<void> {
  const worker = app.startWorker({ isScheduling: false, integrationId: integration.id, tickMs: 100 });
  try {
    await followRuns(app.db, [runId], context.stderr, stop);
    if (stop.aborted) {
      await requestCancel(app.db, runId, app.now());
      await followRuns(app.db, [runId], context.stderr, AbortSignal.timeout(cancelTimeoutMs));
    }
  } finally {
    await worker.stop();
  }
  const run = await readRun(app.db, runId);
  if (run?.result === "success") return;
  const reason =
    run?.error ??
    (stop.aborted ? "stopped before it was done; what came in is kept, and the next run goes on from there" : null);
  throw new CommandFailed(
    `The sync of "${integration.name}" ended as ${run?.result ?? "unfinished"}${reason === null ? "" : `: ${reason}`}`,
  );
}
