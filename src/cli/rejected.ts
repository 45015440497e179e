import { Command, InvalidArgumentError, Option } from "commander";
import type { App } from "../app.ts";
import { findConnector } from "../connectors/registry.ts";
import { type StreamName, streamNames } from "../model.ts";
import { plainLine } from "../query/plain-text.ts";
import { findIntegration, type Integration, listIntegrations } from "../store/integration.ts";
import { unpackRaw } from "../store/raw.ts";
import {
  findRejected,
  groupRejected,
  listRejected,
  type RejectedFilter,
  type RejectedRecordView,
} from "../store/rejected-list.ts";
import { retryRejected } from "../sync/retry-rejected.ts";
import type { TableColumn } from "./columns.ts";
import { type CliContext, withApp } from "./context.ts";
import { printTable } from "./output.ts";

interface ListOptions {
  stream?: StreamName[];
  limit: number | null;
  format: "table" | "json" | "ndjson";
}

export function rejectedCommand(context: CliContext): Command {
  return new Command("rejected")
    .description("records that could not be read: which, why, since when")
    .argument("[name]", "the integration; all of them when left out")
    .addOption(streamOption())
    .option("--limit <number>", "how many at most, the newest first; all of them with `all`", parseLimit, 100)
    .addOption(new Option("--format <format>", "how to print").choices(["table", "json", "ndjson"]).default("table"))
    .action(async (name: string | undefined, options: ListOptions) => {
      await withApp(context, async (app) => {
        const filter = { integrationId: await idOf(app, name), streams: options.stream };
        const records = await listRejected(app.db, filter, options.limit);
        context.stdout.write(print(records, options.format, context.stdout.columns ?? 200));
        context.stderr.write(await summary(app, filter, records.length));
      });
    })
    .addCommand(showCommand(context))
    .addCommand(retryCommand(context));
}

function streamOption(): Option {
  return new Option("--stream <stream...>", "only these streams").choices(streamNames);
}

function parseLimit(text: string): number | null {
  if (text === "all") return null;
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1) throw new InvalidArgumentError("give a whole number, 1 or more, or all");
  return limit;
}

async function idOf(app: App, name: string | undefined): Promise<string | undefined> {
  return name === undefined ? undefined : (await findIntegration(app.db, name)).id;
}

const columns: readonly TableColumn<RejectedRecordView>[] = [
  { title: "Id", value: (r) => r.id },
  { title: "Integration", value: (r) => r.integration, dropOrder: 3 },
  { title: "Stream", value: (r) => r.stream },
  { title: "Wiz id", value: (r) => r.externalId, minWidth: 8, dropOrder: 1 },
  { title: "Reason", value: (r) => r.reason, minWidth: 20 },
  { title: "First (UTC)", value: (r) => minute(r.firstAt), dropOrder: 4 },
  { title: "Last (UTC)", value: (r) => minute(r.lastAt), dropOrder: 2 },
];

const minute = (time: string) => time.slice(0, 16).replace("T", " ");

function print(records: readonly RejectedRecordView[], format: ListOptions["format"], width: number): string {
  if (format === "json") return `${JSON.stringify(records, null, 2)}\n`;
  if (format === "ndjson") return records.map((record) => `${JSON.stringify(record)}\n`).join("");
  return records.length === 0 ? "" : printTable(columns, records, width);
}

const shownReasons = 10;

async function summary({ db }: App, filter: RejectedFilter, shown: number): Promise<string> {
  const groups = await groupRejected(db, filter);
  const total = groups.reduce((sum, group) => sum + group.n, 0);
  if (total === 0) return "Every record could be read.\n";
  const lines = groups
    .slice(0, shownReasons)
    .map(({ stream, reason, n }) => `  ${count(n)} ${stream}: ${plainLine(reason)}`);
  const more = groups.length > shownReasons ? [`  and ${count(groups.length - shownReasons)} other reasons`] : [];
  return [`${count(shown)} of ${count(total)} records that could not be read`, ...lines, ...more, ""].join("\n");
}

const count = (n: number) => n.toLocaleString("en-US");

function showCommand(context: CliContext): Command {
  return new Command("show")
    .description("print what Wiz sent of a record, as JSON")
    .argument("<id>", "its id here or at Wiz")
    .action(async (id: string) => {
      await withApp(context, async ({ db }) => {
        const { raw, reason } = await findRejected(db, id);
        context.stdout.write(`${JSON.stringify(unpackRaw(raw), null, 2)}\n`);
        context.stderr.write(`${plainLine(reason)}\n`);
      });
    });
}

function retryCommand(context: CliContext): Command {
  return new Command("retry")
    .description("read them again, as this version of Weir does it, and store what can be read now")
    .argument("[name]", "the integration; all of them when left out")
    .addOption(streamOption())
    .action(async (name: string | undefined, { stream }: { stream?: StreamName[] }) => {
      await withApp(context, async (app) => {
        const integrations =
          name === undefined ? await listIntegrations(app.db) : [await findIntegration(app.db, name)];
        for (const integration of integrations) await retry(context, app, integration, stream ?? streamNames);
      });
    });
}

async function retry(context: CliContext, app: App, integration: Integration, streams: readonly StreamName[]) {
  const counts = await retryRejected({ db: app.db, now: app.now, findConnector }, integration, streams);
  const { examined, readable } = counts;
  const name = plainLine(integration.name);
  const said =
    examined === 0 ? "nothing to read again" : `${count(readable)} of ${count(examined)} records could be read now`;
  context.stdout.write(`${name}: ${said}\n`);
  const left = await groupRejected(app.db, { integrationId: integration.id, streams });
  for (const { stream, reason, n } of left)
    context.stdout.write(`${name}: ${count(n)} ${stream} left: ${plainLine(reason)}\n`);
}
