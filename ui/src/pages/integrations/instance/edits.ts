import { type AssetClass, streamNames } from "../../../../../src/model.ts";
import type { IntegrationEdits } from "../../../api/integration-changes.ts";
import type { Integration } from "../../../api/types.ts";
import { type Draft, projectIds, streamsOf } from "../form/draft.ts";

/** Forms over a stored integration send what is another than before, and nothing else. */

export function generalEdits(before: Integration, { name, description }: Pick<Draft, "name" | "description">) {
  return {
    ...(name.trim() !== before.name && { name }),
    ...(description.trim() !== (before.description ?? "") && { description }),
  } satisfies IntegrationEdits;
}

export interface ConnectionForm {
  apiEndpoint: string;
  /** Empty: it follows from the endpoint. */
  tokenUrl: string;
  clientId: string;
}

export function connectionEdits(before: ConnectionForm, after: ConnectionForm, clientSecret: string): IntegrationEdits {
  const tokenUrl = after.tokenUrl.trim();
  return {
    ...(after.apiEndpoint.trim() !== before.apiEndpoint && { apiEndpoint: after.apiEndpoint }),
    ...(tokenUrl !== before.tokenUrl && { tokenUrl: tokenUrl === "" ? null : tokenUrl }),
    ...(after.clientId.trim() !== before.clientId && { clientId: after.clientId }),
    ...(clientSecret !== "" && { clientSecret }),
  };
}

/** A stored secret goes to no other host and with no other client ID than it was given for. */
export function needsSecret(
  before: Pick<Integration, "apiEndpoint" | "tokenUrl" | "clientId">,
  after: Pick<Integration, "apiEndpoint" | "tokenUrl" | "clientId">,
): boolean {
  return (
    before.clientId !== after.clientId.trim() ||
    hostOf(before.apiEndpoint) !== hostOf(after.apiEndpoint) ||
    hostOf(before.tokenUrl) !== hostOf(after.tokenUrl)
  );
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}

type ScheduleForm = Pick<Draft, "streams" | "assetClasses" | "projects">;

export function scheduleFormOf(integration: Integration): ScheduleForm {
  const { streams, projects } = integration;
  return {
    streams: Object.fromEntries(
      streamNames.map((name) => {
        const { enabled, intervalMinutes } = streams[name];
        return [name, { enabled, intervalMinutes }];
      }),
    ) as Draft["streams"],
    assetClasses: integration.assetClasses,
    projects: projects.join("\n"),
  };
}

export function scheduleEdits(before: Integration, form: ScheduleForm): IntegrationEdits {
  const was = scheduleFormOf(before);
  const streams = Object.entries(streamsOf(form.streams)).filter(
    ([name, choice]) => JSON.stringify(choice) !== JSON.stringify(streamsOf(was.streams)[name]),
  );
  const projects = projectIds(form.projects);
  return {
    ...(streams.length > 0 && { streams: Object.fromEntries(streams) }),
    ...(!isSameSet(projects, before.projects) && { projects }),
    ...(!isSameChoice(form.assetClasses, was.assetClasses) && { assetClasses: form.assetClasses }),
  };
}

function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.toSorted().join() === b.toSorted().join();
}

function isSameChoice(a: readonly AssetClass[] | null, b: readonly AssetClass[] | null): boolean {
  return a === null || b === null ? a === b : isSameSet(a, b);
}

export function isEmpty(edits: object): boolean {
  return Object.keys(edits).length === 0;
}
