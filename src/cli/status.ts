import { Command, Option } from "commander";
import { findConnector } from "../connectors/registry.ts";
import { instant } from "../model.ts";
import { plainLine } from "../query/plain-text.ts";
import { findIntegration, listIntegrations } from "../store/integration.ts";
import { countPollingWorkers } from "../store/worker.ts";
import { type IntegrationStatus, readStatus } from "../sync/status.ts";
import { type CliContext, withApp } from "./context.ts";
import { countText, describeStream } from "./stream-lines.ts";
import { agoText, spanText } from "./time-text.ts";

export function statusCommand(context: CliContext): Command {
  return new Command("status")
    .description("how the integrations stand: state, last run, and Wiz's counts beside Weir's")
    .argument("[name]", "one integration; all of them when left out")
    .addOption(new Option("--format <format>", "how to print").choices(["table", "json"]).default("table"))
    .action(async (name: string | undefined, { format }: { format: "table" | "json" }) => {
      await withApp(context, async ({ db, now }) => {
        const integrations = name === undefined ? await listIntegrations(db) : [await findIntegration(db, name)];
        const statuses: IntegrationStatus[] = [];
        for (const integration of integrations) statuses.push(await readStatus(db, integration, now()));
        if (format === "json") context.stdout.write(`${JSON.stringify(statuses, null, 2)}\n`);
        else context.stdout.write(statuses.map((status) => describe(status, now())).join("\n"));
        const isWaiting = statuses.some((status) => (instant(status.nextRunAt) ?? Number.POSITIVE_INFINITY) <= now());
        if (statuses.length === 0)
          context.stderr.write("There is no integration yet: add one with `weir integration add`.\n");
        else if (isWaiting && (await countPollingWorkers(db)) === 0)
          context.stderr.write("No server is polling just now: `weir serve` starts one.\n");
      });
    });
}

/** One integration as lines of text. */
function describe(status: IntegrationStatus, now: number): string {
  const lines = [
    `${plainLine(status.name)} (${findConnector(status.connector).catalogue.shortName}${status.enabled ? "" : ", disabled"})`,
    `  State     ${stateNames[status.state]}: ${status.stateText}`,
    `  Tile      ${status.tile.colour}: ${plainLine(status.tile.reason)}`,
    ...(status.assetClasses === null ? [] : [`  Classes   ${status.assetClasses.join(", ")} only`]),
    ...(status.scopeNote === null ? [] : [`            ${status.scopeNote}`]),
    `  Last run  ${describeRun(status, now)}`,
    `  Next run  ${describeNext(status, now)}`,
    ...describeSource(status, now).map((text, line) => `  ${line === 0 ? "Requests" : "        "}  ${text}`),
    ...status.streams.flatMap((stream) => describeStream(stream, now)).map((line) => `  ${line}`),
  ];
  return `${lines.join("\n")}\n`;
}

const stateNames = {
  registered: "Registered",
  scheduled: "Scheduled",
  processing: "Processing",
  processed: "Processed",
};

/** What the governor is doing: budget, use, waits, page sizes. */
function describeSource({ source }: IntegrationStatus, now: number): string[] {
  if (source === null) return [];
  const { state, holder } = source;
  const pause = state.pausedUntil === null ? 0 : state.pausedUntil - now;
  const waits = [
    `${state.inFlight} under way`,
    `${state.waiting} waiting`,
    `${countText(state.rateLimited)} refused for their rate`,
    ...(pause > 0 ? [`paused for ${spanText(pause)} since Wiz asked for it`] : []),
  ];
  return [
    `${state.usedPerSecond.toFixed(1)}/s of a budget of ${state.requestsPerSecond.toFixed(1)}/s (at most ${state.ceiling}/s), ${waits.join(", ")}`,
    `${countText(state.requests)} sent, waited ${spanText(state.waitedMs)} for their turn, ${pageSizesText(state.pageSizes)}, by ${plainLine(holder)}`,
  ];
}

function pageSizesText(pageSizes: Record<string, number>): string {
  const sizes = Object.entries(pageSizes);
  const largest = Math.max(...sizes.map(([, size]) => size));
  const smaller = sizes.filter(([, size]) => size < largest).map(([stream, size]) => `${stream} ${size}`);
  return `${largest} records a page${smaller.length === 0 ? "" : ` (${smaller.join(", ")})`}`;
}

const triggers: Record<string, string> = {
  schedule: "by schedule",
  demand: "on demand",
  first: "first run",
  resume: "resumed",
};

function describeRun({ lastRun }: IntegrationStatus, now: number): string {
  if (lastRun === null) return "none yet";
  const what = `${lastRun.mode}, ${triggers[lastRun.trigger] ?? lastRun.trigger}`;
  const [start, end] = [instant(lastRun.startedAt) ?? now, instant(lastRun.finishedAt)];
  if (end === null) {
    const fetched = lastRun.streams.reduce((sum, pass) => sum + pass.fetched, 0);
    return `going on since ${spanText(now - start)} (${what}), ${countText(fetched)} records fetched`;
  }
  const error = lastRun.error === null ? "" : `: ${plainLine(lastRun.error)}`;
  return `${lastRun.result}${error} (${what}, ${agoText(end, now)}, took ${spanText(end - start)})`;
}

function describeNext({ nextRunAt, enabled, lastRun }: IntegrationStatus, now: number): string {
  const next = instant(nextRunAt);
  if (next === null) return enabled ? "never: every stream is switched off" : "never: disabled";
  if (next > now) return `in ${spanText(next - now)}`;
  return lastRun !== null && lastRun.finishedAt === null ? "after the one that is going on" : "due now";
}
