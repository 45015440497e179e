import { Command, Option } from "commander";
import packageJson from "../../package.json" with { type: "json" };
import { findConnector } from "../connectors/registry.ts";
import { recordKindOf, type StreamName, streamNames } from "../model.ts";
import { plainLine } from "../query/plain-text.ts";
import { findIntegration, listIntegrations } from "../store/integration.ts";
import { recordCounts } from "../store/record-counts.ts";
import { type RebuildProgress, renormalize } from "../sync/renormalize.ts";
import { type CliContext, withApp } from "./context.ts";
import { CommandFailed } from "./exit.ts";
import { stopSignal } from "./signals.ts";

interface RenormalizeFlags {
  stream?: StreamName[];
  restart?: boolean;
}

export function renormalizeCommand(context: CliContext): Command {
  return new Command("renormalize")
    .description("rebuild records from what Wiz sent, as this version of Weir reads it; nothing is fetched")
    .argument("[name]", "the integration; all of them when left out")
    .addOption(new Option("--stream <stream...>", "only these streams").choices(streamNames))
    .option("--restart", "begin with the first record, even where an earlier run was interrupted")
    .action(async (name: string | undefined, flags: RenormalizeFlags) => {
      const signal = stopSignal();
      await withApp(context, async ({ db, database, now }) => {
        const integrations = name === undefined ? await listIntegrations(db) : [await findIntegration(db, name)];
        const totals = new Map<string, ReadonlyMap<string, number>>();
        for (const { id, name: one } of integrations) totals.set(one, await recordCounts(db, id));
        const done = await renormalize(
          { db, connect: database.connect, now, findConnector, weirVersion: packageJson.version },
          integrations,
          {
            streams: flags.stream ?? streamNames,
            restart: flags.restart === true,
            signal,
            onProgress: showProgress(context.stderr, totals),
          },
        );
        for (const progress of done) context.stdout.write(resultLine(progress));
        if (done.some(({ isComplete }) => !isComplete))
          throw new CommandFailed("Stopped before the end. Running the same command again goes on from there.");
        if (done.some(({ unreadable }) => unreadable > 0))
          context.stderr.write("`weir rejected` lists what cannot be read any more.\n");
      });
    });
}

const intervalMs = 2_000;

/** A line when a stream begins, then one every two seconds. */
function showProgress(out: NodeJS.WriteStream, totals: ReadonlyMap<string, ReadonlyMap<string, number>>) {
  let last = { of: "", at: 0 };
  return (progress: RebuildProgress) => {
    const of = `${plainLine(progress.integration)}: ${progress.stream}`;
    const isNew = of !== last.of;
    if (!isNew && Date.now() - last.at < intervalMs) return;
    last = { of, at: Date.now() };
    const total = totals.get(progress.integration)?.get(recordKindOf[progress.stream]) ?? 0;
    const { examined, rewritten, isResumed } = progress;
    const resumed = isNew && isResumed ? ", going on with an earlier run" : "";
    // Records may have come since they were counted.
    out.write(
      `${of} ${count(examined)} of ${count(Math.max(total, examined))}, ${count(rewritten)} rewritten${resumed}\n`,
    );
  };
}

function resultLine({
  integration,
  stream,
  examined,
  rewritten,
  unreadable,
  unkept,
  isComplete,
}: RebuildProgress): string {
  const parts = [
    `${count(examined)} read`,
    `${count(rewritten)} rewritten`,
    ...(unreadable > 0 ? [`${count(unreadable)} cannot be read any more and stay as they are`] : []),
    ...(unkept > 0 ? [`${count(unkept)} are not kept any more and stay until they are gone in Wiz`] : []),
    ...(isComplete ? [] : ["stopped before the end"]),
  ];
  return `${plainLine(integration)}: ${stream}: ${parts.join(", ")}\n`;
}

const count = (n: number) => n.toLocaleString("en-US");
