import type { AssetChange } from "../identity/match.ts";
import { isActiveStatus, type SignalChange, type StreamName } from "../model.ts";
import type { AssetFacts } from "../store/asset.ts";
import type { FindingRow } from "../store/finding.ts";
import { recordId } from "../store/id.ts";
import { isSameValue } from "../store/same-value.ts";
import type { SignalRow } from "../store/signal.ts";
import { sourceStatusOf } from "./finding-life.ts";

export interface SignalContext {
  integrationId: string;
  stream: StreamName;
  /** ISO time of this write. */
  at: string;
}

export type Fields = Record<string, { from: unknown; to: unknown }>;

/** The fields whose change is news; scores and EPSS drift daily and are not. The names are those of the API. */
const findingFields = {
  status: "status",
  severity: "severity",
  title: "title",
  cvss: "cvss",
  kev: "isKev",
  exploit: "hasExploit",
  asset: "assetName",
  projects: "projects",
  packageVersion: "packageVersion",
  fixedVersion: "packageFixedVersion",
  dueAt: "dueAt",
} as const satisfies Record<string, keyof FindingRow>;

const assetFields = {
  name: "name",
  status: "status",
  class: "class",
  type: "type",
  cloud: "cloud",
  account: "accountId",
  region: "region",
  internetExposed: "isInternetExposed",
  tags: "tags",
  projects: "projects",
} as const satisfies Record<string, keyof AssetFacts>;

/**
 * The signal of a finding that was written, or none when nothing that matters to people changed. `told` is what else
 * there is to say of it.
 */
export function findingSignal(
  context: SignalContext,
  before: FindingRow | null,
  after: FindingRow,
  told: Fields = {},
): SignalRow | null {
  const fields = before === null ? {} : { ...changedFields(findingFields, dated(before), dated(after)), ...told };
  if (before !== null && Object.keys(fields).length === 0) return null;
  return {
    // The version makes the id: writing the same change twice cannot append twice.
    id: recordId("signal", after.id, String(after.version)),
    at: context.at,
    integrationId: context.integrationId,
    stream: context.stream,
    change: before === null ? "new" : findingChange(sourceStatusOf(before), sourceStatusOf(after)),
    subjectKind: after.kind,
    subjectId: after.id,
    externalId: after.externalId,
    severity: after.severity,
    title: after.title,
    assetName: after.assetName,
    fields,
  };
}

/** A date that the policy gives follows from what is told anyway, or from a change of the policy. */
function dated(row: FindingRow): FindingRow {
  return row.isDueByPolicy ? { ...row, dueAt: null } : row;
}

function findingChange(before: string, after: string): SignalChange {
  if (before === after) return "changed";
  if (after === "gone") return "gone";
  if (after === "resolved") return "resolved";
  return !isActiveStatus(before) && isActiveStatus(after) ? "reopened" : "changed";
}

/** The signal of an asset that the inventory delivered. */
export function assetSignal(context: SignalContext, change: AssetChange): SignalRow | null {
  const { after } = change;
  const before = change.before?.isPlaceholder === false ? change.before : null;
  const fields = before === null ? {} : changedFields(assetFields, before, after);
  if (before !== null && Object.keys(fields).length === 0) return null;
  return {
    id: recordId("signal", after.id, String(after.version)),
    at: context.at,
    integrationId: context.integrationId,
    stream: context.stream,
    change: before === null ? "new" : after.status === "gone" ? "gone" : "changed",
    subjectKind: "asset",
    subjectId: after.id,
    // The source's: with it the signal goes, should it turn out to be another asset.
    externalId: change.sourceId,
    severity: null,
    title: after.name,
    assetName: after.name,
    fields,
  };
}

function changedFields<Row extends object>(names: Record<string, keyof Row>, before: Row, after: Row): Fields {
  const changed: Fields = {};
  for (const [name, column] of Object.entries(names)) {
    const [from, to] = [before[column], after[column]];
    if (!isSameValue(name, from, to)) changed[name] = { from, to };
  }
  return changed;
}
