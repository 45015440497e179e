import {
  type AssetClass,
  assetClasses,
  type IdentificationRule,
  identificationRules,
  type StreamName,
  streamNames,
} from "../../../../../src/model.ts";
import type { Connector } from "../../../api/connectors.ts";
import type { NewIntegration } from "../../../api/integration-changes.ts";

/** What somebody typed into the form so far. The client secret is not in it: it is kept apart, and nowhere but in memory. */
export interface Draft {
  name: string;
  description: string;
  /** As it was typed or pasted. */
  apiEndpoint: string;
  /** Empty: it follows from the endpoint. */
  tokenUrl: string;
  clientId: string;
  enabled: boolean;
  streams: StreamChoices;
  /** `null`: all. */
  assetClasses: AssetClass[] | null;
  /** Ids, however they are separated. */
  projects: string;
  /** `null`: those that are on by default. */
  identificationRules: IdentificationRule[] | null;
}

export interface StreamChoice {
  enabled: boolean;
  /** A text is what cannot be a number yet. */
  intervalMinutes: number | string;
}

export type StreamChoices = Record<StreamName, StreamChoice>;

export function newDraft(connector: Connector): Draft {
  return {
    name: "",
    description: "",
    apiEndpoint: "",
    tokenUrl: "",
    clientId: "",
    enabled: true,
    streams: Object.fromEntries(
      connector.streams.map(({ name, defaultIntervalMinutes }) => [
        name,
        { enabled: true, intervalMinutes: defaultIntervalMinutes },
      ]),
    ) as StreamChoices,
    assetClasses: null,
    projects: "",
    identificationRules: null,
  };
}

/** A draft that was put away, in the shape of this version; what is not understood is as in a new one. */
export function parseDraft(text: string | null, fresh: Draft): Draft {
  if (text === null) return fresh;
  const kept = parseJson(text);
  if (kept === null) return fresh;
  const textOf = (name: keyof Draft) => (typeof kept[name] === "string" ? kept[name] : "");
  return {
    name: textOf("name"),
    description: textOf("description"),
    apiEndpoint: textOf("apiEndpoint"),
    tokenUrl: textOf("tokenUrl"),
    clientId: textOf("clientId"),
    projects: textOf("projects"),
    enabled: kept.enabled !== false,
    assetClasses: parseClasses(kept.assetClasses),
    identificationRules: parseRules(kept.identificationRules),
    streams: Object.fromEntries(
      streamNames.map((name) => [name, parseChoice(asObject(kept.streams)?.[name], fresh.streams[name])]),
    ) as StreamChoices,
  };
}

function parseJson(text: string): Record<string, unknown> | null {
  try {
    return asObject(JSON.parse(text));
  } catch {
    // Cut off, or of something else: nothing that somebody would miss.
    return null;
  }
}

function asObject(value: unknown): Record<string, unknown> | null {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
}

function parseChoice(value: unknown, fresh: StreamChoice): StreamChoice {
  const kept = asObject(value);
  const minutes = kept?.intervalMinutes;
  return {
    enabled: typeof kept?.enabled === "boolean" ? kept.enabled : fresh.enabled,
    intervalMinutes: typeof minutes === "number" || typeof minutes === "string" ? minutes : fresh.intervalMinutes,
  };
}

function parseClasses(value: unknown): AssetClass[] | null {
  return Array.isArray(value) ? assetClasses.filter((one) => value.includes(one)) : null;
}

/** At least one is on. */
function parseRules(value: unknown): IdentificationRule[] | null {
  const known = Array.isArray(value) ? identificationRules.filter((one) => value.includes(one)) : [];
  return known.length === 0 ? null : known;
}

export function projectIds(text: string): string[] {
  return text.split(/[\s,;]+/).filter((id) => id !== "");
}

export function enabledStreams(streams: StreamChoices): StreamName[] {
  return streamNames.filter((name) => streams[name].enabled);
}

export type FieldErrors = Partial<Record<string, string>>;

/** What is wrong with the first step before anyone is asked; the names that exist are other integrations'. */
export function basicsErrors(draft: Draft, clientSecret: string, names: readonly string[]): FieldErrors {
  return {
    ...nameError(draft.name, names),
    ...(draft.apiEndpoint.trim() === "" && { apiEndpoint: "Say where your tenant is." }),
    ...(draft.clientId.trim() === "" && { clientId: "Copy it from the service account in Wiz." }),
    ...(clientSecret.trim() === "" && { clientSecret: "Copy it from the service account in Wiz." }),
  };
}

const longestName = 100;

/** W-22. Upper and lower case are the same, as the API has it. */
export function nameError(typed: string, others: readonly string[]): FieldErrors {
  const name = typed.trim();
  if (name === "") return { name: "Give it a name of its own, for example prod." };
  if (name.length > longestName)
    return { name: `${name.length} characters: ${longestName} is the most, use the description for more.` };
  const taken = others.find((other) => other.toLowerCase() === name.toLowerCase());
  return taken === undefined ? {} : { name: `An integration named “${taken}” exists already: choose another name.` };
}

/** What is wrong with schedule and scope. */
export function scheduleErrors({
  streams,
  assetClasses: classes,
}: Pick<Draft, "streams" | "assetClasses">): FieldErrors {
  const intervals = streamNames.flatMap((name) =>
    !streams[name].enabled || isInterval(streams[name].intervalMinutes)
      ? []
      : [[`streams.${name}.intervalMinutes`, "Whole minutes from 1 to 1440 (a day)."]],
  );
  return {
    ...Object.fromEntries(intervals),
    ...(classes?.length === 0 && { assetClasses: "Choose at least one class, or all." }),
  };
}

function isInterval(value: number | string): boolean {
  const minutes = Number(value);
  return value !== "" && Number.isInteger(minutes) && minutes >= 1 && minutes <= 1440;
}

/** As the API takes it. */
export function entryOf(connector: Connector, draft: Draft, clientSecret: string): NewIntegration {
  return {
    connector: connector.id,
    name: draft.name,
    ...(draft.description.trim() !== "" && { description: draft.description }),
    apiEndpoint: draft.apiEndpoint,
    ...(draft.tokenUrl.trim() !== "" && { tokenUrl: draft.tokenUrl }),
    clientId: draft.clientId,
    clientSecret,
    projects: projectIds(draft.projects),
    enabled: draft.enabled,
    streams: streamsOf(draft.streams),
    ...(draft.assetClasses !== null && { assetClasses: draft.assetClasses }),
    ...(draft.identificationRules !== null && { identificationRules: draft.identificationRules }),
  };
}

export function streamsOf(streams: StreamChoices) {
  return Object.fromEntries(
    streamNames.map((name) => {
      const { enabled, intervalMinutes } = streams[name];
      // A stream that is off may have an interval that nobody corrected.
      return [name, { enabled, ...(isInterval(intervalMinutes) && { intervalMinutes: Number(intervalMinutes) }) }];
    }),
  );
}

export const wizardSteps = ["basics", "schedule", "rules"] as const;
export type WizardStep = (typeof wizardSteps)[number];

/** Where a field of the API is asked for. */
export function stepOfField(field: string): WizardStep {
  if (field.startsWith("identificationRules")) return "rules";
  return /^(streams|assetClasses|projects|enabled)/.test(field) ? "schedule" : "basics";
}
