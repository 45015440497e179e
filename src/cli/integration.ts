import { Command, Option } from "commander";
import type { App } from "../app.ts";
import { findConnector } from "../connectors/registry.ts";
import { ConfigError } from "../errors.ts";
import { streamNames } from "../model.ts";
import { findIntegration, type Integration, type IntegrationChanges, listIntegrations } from "../store/integration.ts";
import { addIntegration, type EditDeps, editIntegration } from "../sync/edit.ts";
import { changeConnection, parseDescription, parseName, refuseTakenName } from "../sync/integration-form.ts";
import { settingsView } from "../sync/integration-settings.ts";
import { defaultStreams } from "../sync/stream-settings.ts";
import { cliActor } from "./actor.ts";
import { type CliContext, configOf, withApp } from "./context.ts";
import {
  addFormOptions,
  checkEndpoint,
  type FormOptions,
  parseClassList,
  parseEndpoint,
  parseProjects,
  parseRuleList,
  shellWord,
} from "./integration-form.ts";
import { removeCommand } from "./integration-remove.ts";
import { removeUnchosenCommand } from "./integration-remove-unchosen.ts";
import { reviewCommand } from "./integration-review.ts";
import { printTable } from "./output.ts";
import { readClientSecret, refuseFlag } from "./secret-input.ts";
import { changeStreams } from "./stream-options.ts";

export function integrationCommand(context: CliContext): Command {
  return new Command("integration")
    .description(
      "the tenants that Weir fetches from: add, list, edit, enable, disable, review, remove-unchosen, remove",
    )
    .addCommand(addCommand(context))
    .addCommand(listCommand(context))
    .addCommand(editCommand(context))
    .addCommand(switchCommand(context, true))
    .addCommand(switchCommand(context, false))
    .addCommand(reviewCommand(context))
    .addCommand(removeUnchosenCommand(context))
    .addCommand(removeCommand(context));
}

interface AddOptions extends FormOptions {
  connector: string;
  disabled?: boolean;
}

function addCommand(context: CliContext): Command {
  const command = new Command("add")
    .description("connect a tenant; its client secret is asked for, or comes from WEIR_CLIENT_SECRET or a file")
    .argument("<name>", "what you call it")
    .option("--connector <name>", "kind of source", "wiz")
    .option("--disabled", "do not fetch from it yet");
  return addFormOptions(command).action(async (name: string, options: AddOptions) => {
    refuseFlag(options);
    const config = configOf(context);
    const connector = findConnector(options.connector);
    checkEndpoint(connector, options, config);
    const entry = {
      name: parseName(name),
      connector: connector.catalogue.id,
      description: parseDescription(options.description ?? ""),
      isEnabled: options.disabled !== true,
      streams: changeStreams(defaultStreams(connector), options),
      assetClasses: parseClassList(options.assetClasses ?? "all"),
      identificationRules: parseRuleList(options.identificationRules ?? "default"),
    };
    await withApp(context, async (app) => {
      const others = await listIntegrations(app.db);
      refuseTakenName(entry.name, others);
      const secret = await readClientSecret(context, config, options);
      const connection = parseEndpoint(connector, options, secret, config);
      const added = await addIntegration(editDeps(app), { ...entry, connection });
      context.stdout.write(
        `Added "${added.name}": ${added.apiUrl}, ${describeStreams(added)}${describeProjects(added)}${describeClasses(added)}.\n`,
      );
      context.stderr.write(whatNext(added));
      const twin = others.find((other) => other.accountKey === added.accountKey);
      if (twin !== undefined)
        context.stderr.write(`It uses the same service account as "${twin.name}", so they share its rate limit.\n`);
    });
  });
}

function editDeps({ db, box, now }: App): EditDeps {
  return { db, box, now, by: cliActor() };
}

/** W-29: nothing has to be restarted. */
function whatNext(integration: Integration): string {
  const name = shellWord(integration.name);
  if (!integration.isEnabled)
    return `It is disabled. \`weir check ${name}\` tries it, \`weir integration enable ${name}\` starts the polling.\n`;
  return (
    "A running server picks it up within 5 seconds. " +
    `If none runs: \`weir check ${name}\` tries it, \`weir sync ${name}\` fetches now, \`weir serve\` goes on polling.\n`
  );
}

function describeStreams(integration: Integration): string {
  const parts = streamNames
    .filter((stream) => integration.streams[stream].enabled)
    .map((stream) => `${stream} every ${integration.streams[stream].intervalMinutes} min`);
  return parts.join(", ");
}

function describeProjects({ projects }: Integration): string {
  if (projects === null) return "";
  return projects.length === 1 ? ", one project only" : `, ${projects.length} projects only`;
}

function describeClasses({ assetClasses }: Integration): string {
  return assetClasses === null ? "" : `, assets of class ${assetClasses.join(", ")} only`;
}

function listCommand(context: CliContext): Command {
  return new Command("list")
    .description("the integrations and their settings")
    .addOption(new Option("--format <format>", "how to print").choices(["table", "json"]).default("table"))
    .action(async ({ format }: { format: "table" | "json" }) => {
      const integrations = await withApp(context, ({ db }) => listIntegrations(db));
      if (format === "json") context.stdout.write(`${JSON.stringify(integrations.map(settingsView), null, 2)}\n`);
      else if (integrations.length === 0)
        context.stderr.write("There is none yet: add one with `weir integration add`.\n");
      else context.stdout.write(printTable(listColumns, integrations, context.stdout.columns ?? 160));
    });
}

const listColumns = [
  { title: "Name", value: (i: Integration) => i.name, minWidth: 8 },
  { title: "Connector", value: (i: Integration) => findConnector(i.connector).catalogue.shortName, dropOrder: 2 },
  { title: "Enabled", value: (i: Integration) => (i.isEnabled ? "yes" : "no") },
  { title: "API endpoint", value: (i: Integration) => i.apiUrl, minWidth: 20 },
  { title: "Streams (minutes)", value: streamsCell, minWidth: 24 },
  { title: "Projects", value: (i: Integration) => i.projects?.join(", ") ?? "all", minWidth: 8, dropOrder: 3 },
  { title: "Asset classes", value: (i: Integration) => i.assetClasses?.join(", ") ?? "all", minWidth: 8, dropOrder: 4 },
  { title: "Description", value: (i: Integration) => i.description, minWidth: 12, dropOrder: 1 },
];

function streamsCell(integration: Integration): string {
  const enabled = streamNames.filter((stream) => integration.streams[stream].enabled);
  return enabled.map((stream) => `${stream} ${integration.streams[stream].intervalMinutes}`).join(", ") || "none";
}

interface EditOptions extends FormOptions {
  name?: string;
  rotateSecret?: boolean;
}

function editCommand(context: CliContext): Command {
  const command = new Command("edit")
    .description("change an integration; what is not named stays as it is")
    .argument("<name>", "the integration")
    .option("--name <new>", "call it so from now on")
    .option("--rotate-secret", "enter a new client secret");
  return addFormOptions(command).action(async (name: string, options: EditOptions) => {
    refuseFlag(options);
    if (Object.keys(options).length === 0) {
      if (configOf(context).clientSecret === undefined)
        throw new ConfigError("Nothing to change: name at least one option, see `weir integration edit --help`.");
      options.rotateSecret = true;
    }
    await withApp(context, async (app) => {
      const before = await findIntegration(app.db, name);
      const changes = await readChanges(app, context, before, options);
      const { startsOver, isRescoped } = await editIntegration(editDeps(app), before, changes);
      context.stdout.write(`Changed "${changes.name ?? before.name}".\n`);
      const { connection } = changes;
      const areProjectsOthers =
        connection !== undefined && (connection.projects ?? []).join() !== (before.projects ?? []).join();
      const what = areProjectsOthers ? "it reads other projects" : "it fetches other asset classes";
      const why = startsOver ? "it is another service account" : what;
      context.stderr.write(
        `A running server goes by it within 5 seconds${
          startsOver || isRescoped ? `; ${why}, so everything is fetched anew` : ""
        }.\n`,
      );
    });
  });
}

async function readChanges(
  app: App,
  context: CliContext,
  before: Integration,
  options: EditOptions,
): Promise<IntegrationChanges> {
  const changes: IntegrationChanges = {
    name: options.name === undefined ? undefined : parseName(options.name),
    description: options.description === undefined ? undefined : parseDescription(options.description),
    streams:
      options.streams === undefined && options.interval === undefined
        ? undefined
        : changeStreams(before.streams, options),
    assetClasses: options.assetClasses === undefined ? undefined : parseClassList(options.assetClasses),
    identificationRules:
      options.identificationRules === undefined ? undefined : parseRuleList(options.identificationRules),
    connection: await readNewConnection(app, context, before, options),
  };
  const others = (await listIntegrations(app.db)).filter((other) => other.id !== before.id);
  if (changes.name !== undefined) refuseTakenName(changes.name, others);
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}

/** A new secret takes the place of the old one at once; the HTTP API tries it first. */
async function readNewConnection(
  app: App,
  context: CliContext,
  before: Integration,
  options: EditOptions,
): Promise<IntegrationChanges["connection"]> {
  const connector = findConnector(before.connector);
  const { apiEndpoint, tokenUrl, clientId } = options;
  const projects = options.projects === undefined ? undefined : parseProjects(options.projects);
  const edits = { apiEndpoint, tokenUrl, clientId, projects };
  const plan = changeConnection(connector, before, edits, app.config);
  const isRotating = options.rotateSecret === true || options.clientSecretFile !== undefined;
  if (!isRotating && plan?.needsSecret !== true) return plan?.connection;
  const clientSecret = await readClientSecret(context, app.config, options);
  return changeConnection(connector, before, { ...edits, clientSecret }, app.config)?.connection;
}

function switchCommand(context: CliContext, isEnabled: boolean): Command {
  const [verb, word] = isEnabled ? ["enable", "enabled"] : ["disable", "disabled"];
  return new Command(verb)
    .description(
      isEnabled ? "fetch from it by its clocks again" : "stop fetching; settings, data and progress are kept",
    )
    .argument("<name>", "the integration")
    .action(async (name: string) => {
      await withApp(context, async (app) => {
        const integration = await findIntegration(app.db, name);
        if (integration.isEnabled === isEnabled) {
          context.stdout.write(`"${integration.name}" is ${word} already.\n`);
          return;
        }
        const { cancelled } = await editIntegration(editDeps(app), integration, { isEnabled });
        context.stdout.write(`"${integration.name}" is ${word}.\n`);
        if (cancelled > 0) context.stderr.write("The run that was going on is cancelled; what came in is kept.\n");
        if (isEnabled) context.stderr.write(whatNext({ ...integration, isEnabled }));
      });
    });
}
