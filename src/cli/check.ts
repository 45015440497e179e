import { Command, Option } from "commander";
import type { Config } from "../config.ts";
import type { CheckStep, Connection, Connector } from "../connectors/connector.ts";
import { createConnectorFetch } from "../connectors/http.ts";
import { findConnector } from "../connectors/registry.ts";
import { ConfigError, NotFoundError } from "../errors.ts";
import { type StreamName, streamNames } from "../model.ts";
import { plainLine } from "../query/plain-text.ts";
import { findIntegration, type Integration, listIntegrations, readConnection } from "../store/integration.ts";
import { enabledStreams } from "../sync/stream-settings.ts";
import { type CliContext, commandLog, configOf, withApp } from "./context.ts";
import { CommandFailed } from "./exit.ts";
import { addEndpointOptions, checkEndpoint, type EndpointOptions, parseEndpoint } from "./integration-form.ts";
import { readClientSecret, refuseFlag } from "./secret-input.ts";
import { parseStreams } from "./stream-options.ts";

interface CheckOptions extends EndpointOptions {
  streams?: string;
  connector: string;
  format: "table" | "json";
}

/** One thing to try. */
interface Target {
  /** `null` for credentials that are not stored. */
  integration: string | null;
  connector: Connector;
  connection: Connection;
  streams: readonly StreamName[];
}

interface Outcome {
  integration: string | null;
  ok: boolean;
  steps: CheckStep[];
}

export function checkCommand(context: CliContext): Command {
  const command = new Command("check")
    .description("try an endpoint and its credentials, step by step; stores nothing")
    .argument("[name]", "an integration; all of them when neither it nor an endpoint is named");
  return addEndpointOptions(command)
    .option("--streams <names>", "what to try, separated by commas; all of it when left out")
    .option("--connector <name>", "kind of source", "wiz")
    .addOption(new Option("--format <format>", "how to print").choices(["table", "json"]).default("table"))
    .action(async (name: string | undefined, options: CheckOptions) => {
      refuseFlag(options);
      const config = configOf(context);
      const targets = await findTargets(context, config, name, options);
      const outcomes: Outcome[] = [];
      for (const target of targets) outcomes.push(await tryTarget(context, config, target, options));
      if (options.format === "json") context.stdout.write(`${JSON.stringify(outcomes, null, 2)}\n`);
      const failed = outcomes.flatMap(({ steps }) => steps.filter((step) => !step.ok));
      if (failed.length > 0)
        throw new CommandFailed(failed.length === 1 ? "A step failed." : `${failed.length} steps failed.`);
    });
}

async function findTargets(
  context: CliContext,
  config: Config,
  name: string | undefined,
  options: CheckOptions,
): Promise<Target[]> {
  const streams = options.streams === undefined ? undefined : parseStreams(options.streams);
  const { apiEndpoint, tokenUrl, clientId, clientSecretFile, projects } = options;
  const isTyped = [apiEndpoint, tokenUrl, clientId, clientSecretFile, projects].some((option) => option !== undefined);
  if (!isTyped) return await storedTargets(context, name, streams);
  if (name !== undefined)
    throw new ConfigError(
      `Name an integration or an endpoint, not both: \`weir check ${name}\` uses what is stored for "${name}".`,
    );
  const connector = findConnector(options.connector);
  checkEndpoint(connector, options, config);
  const secret = await readClientSecret(context, config, options);
  const connection = parseEndpoint(connector, options, secret, config);
  return [{ integration: null, connector, connection, streams: streams ?? streamNames }];
}

async function storedTargets(
  context: CliContext,
  name: string | undefined,
  streams: readonly StreamName[] | undefined,
): Promise<Target[]> {
  return await withApp(context, async ({ db, box }) => {
    const integrations = name === undefined ? await listIntegrations(db) : [await findIntegration(db, name)];
    if (integrations.length === 0)
      throw new NotFoundError(
        "There is no integration yet. Name an endpoint to try: weir check --api-endpoint URL --client-id ID",
      );
    const toTarget = async (integration: Integration) => ({
      integration: integration.name,
      connector: findConnector(integration.connector),
      connection: await readConnection(db, box, integration.id),
      streams: streams ?? enabledStreams(integration),
    });
    return await Promise.all(integrations.map(toTarget));
  });
}

async function tryTarget(context: CliContext, config: Config, target: Target, options: CheckOptions): Promise<Outcome> {
  const { integration, connector, connection, streams } = target;
  const outward = createConnectorFetch({ allowedHosts: config.allowedHosts, proxyUrl: config.httpsProxy });
  const deps = {
    fetch: outward.fetch,
    now: Date.now,
    log: commandLog(context, config),
    allowedHosts: config.allowedHosts,
    limits: { maxRequestsPerSecond: config.maxRequestsPerSecond },
  };
  const isText = options.format === "table";
  if (isText && integration !== null) context.stdout.write(`${integration}\n`);
  const steps: CheckStep[] = [];
  try {
    for await (const step of connector.check(connection, streams, deps)) {
      steps.push(step);
      if (isText) context.stdout.write(describeStep(step, context.stdout.isTTY === true));
    }
  } finally {
    await outward.close();
  }
  return { integration, ok: steps.every((step) => step.ok), steps };
}

function describeStep(step: CheckStep, isTerminal: boolean): string {
  const [good, bad] = isTerminal ? ["✓", "✗"] : ["ok", "FAILED"];
  const line = `${step.ok ? good : bad}  ${step.name}: ${plainLine(step.message)}\n`;
  return step.hint === null ? line : `${line}      ${plainLine(step.hint)}\n`;
}
