import { contentHash } from "../content-hash.ts";
import { keepKnown } from "../identity/keep-known.ts";
import { withOwnTags } from "../identity/own-tags.ts";
import { type DefinitionRecord, type FindingRecord, instant, severities, severityRank } from "../model.ts";
import { findingScore } from "../risk/score.ts";
import type { AssetFacts } from "../store/asset.ts";
import type { DefinitionRow } from "../store/definition.ts";
import type { FindingRow } from "../store/finding.ts";
import { recordId } from "../store/id.ts";
import { copiesOf } from "./asset-copies.ts";
import { nothingSaid } from "./finding-life.ts";

export interface FetchedFinding {
  id: string;
  hash: string;
  record: FindingRecord;
  raw: string;
}

export interface RowContext {
  integrationId: string;
  inventory: string;
  /** ISO time of this write. */
  at: string;
}

/** The id of a definition: each tenant keeps its own, since two tenants may word a rule differently. */
function definitionId(integrationId: string, definition: DefinitionRecord): string {
  return recordId("definition", integrationId, definition.kind, definition.externalId);
}

/**
 * The stored form of a finding. What it says of its asset gives way to the inventory's word where that is in; a
 * placeholder is only what some finding said, so then the finding's own word counts.
 */
export function findingRow(
  context: RowContext,
  fetched: FetchedFinding,
  asset: AssetFacts | undefined,
  version: number,
): FindingRow {
  const { record } = fetched;
  const definition = record.definition;
  const known = {
    cvss: definition?.cvss ?? null,
    epss: definition?.epss ?? null,
    kev: definition?.kev ?? null,
    exploit: definition?.exploit ?? null,
  };
  return {
    id: fetched.id,
    integrationId: context.integrationId,
    kind: record.kind,
    externalId: record.externalId,
    title: record.title,
    severity: severityRank[record.severity],
    status: record.status,
    statusReason: record.statusReason,
    riskScore: findingScore({ ...known, severity: record.severity }).score,
    definitionId: definition === null ? null : definitionId(context.integrationId, definition),
    ...assetColumns(context, record, asset),
    cve: record.cve,
    cvss: known.cvss,
    epss: known.epss,
    isKev: known.kev,
    hasExploit: known.exploit,
    hasFix: record.hasFix,
    packageName: record.package?.name ?? null,
    packageVersion: record.package?.version ?? null,
    packageFixedVersion: record.package?.fixedVersion ?? null,
    rule: record.rule,
    projects: record.projects,
    url: record.url,
    firstFoundAt: record.firstFoundAt,
    lastFoundAt: record.lastFoundAt,
    resolvedAt: record.resolvedAt,
    dueAt: record.dueAt,
    statusChangedAt: record.statusChangedAt,
    sourceUpdatedAt: record.updatedAt,
    changedAt: context.at,
    hash: fetched.hash,
    version,
    // As Wiz alone says; what the feeds say comes on top (feeds/feed-row.ts).
    epssSource: "wiz",
    wizEpss: null,
    epssDisputed: false,
    kevSource: known.kev === true ? "wiz" : null,
    wizKev: null,
    kevDisputed: false,
    ...nothingSaid,
  };
}

/** What a finding keeps where its source was not asked. */
const keptColumns = [
  "cve",
  "cvss",
  "epss",
  "isKev",
  "hasExploit",
  "hasFix",
  "packageName",
  "packageVersion",
  "packageFixedVersion",
  "rule",
  "projects",
  "url",
  "firstFoundAt",
  "dueAt",
] as const satisfies readonly (keyof FindingRow)[];

/** A row that was asked for without some fields, with what was known before in their place. */
export function withKnown(row: FindingRow, before: FindingRow): FindingRow {
  const kept = keepKnown(row, before, keptColumns);
  const severity = severities.find((name) => severityRank[name] === row.severity) ?? "informational";
  const { cvss, epss, isKev, hasExploit } = kept;
  return { ...kept, riskScore: findingScore({ cvss, epss, kev: isKev, exploit: hasExploit, severity }).score };
}

function assetColumns(context: RowContext, record: FindingRecord, asset: AssetFacts | undefined) {
  const own = record.asset;
  const inventory = asset?.isPlaceholder === false ? copiesOf(asset) : undefined;
  return {
    assetId: asset?.id ?? null,
    assetExternalId: own?.externalId ?? null,
    assetName: inventory?.assetName ?? own?.name ?? null,
    assetClass: inventory?.assetClass ?? own?.class ?? null,
    assetType: inventory?.assetType ?? own?.type ?? null,
    cloud: inventory?.cloud ?? own?.cloud ?? null,
    accountId: inventory?.accountId ?? own?.accountId ?? null,
    accountName: inventory?.accountName ?? own?.accountName ?? null,
    region: inventory?.region ?? own?.region ?? null,
    tags: inventory?.tags ?? withOwnTags([context.inventory, ...(own?.tags ?? [])], asset?.ownTags ?? []).tags,
  };
}

/** The definitions that findings carry, each once, in its newest wording. */
export function definitionRows(context: RowContext, findings: readonly FetchedFinding[]): DefinitionRow[] {
  const newest = new Map<string, FindingRecord>();
  for (const { record } of findings) {
    if (record.definition === null) continue;
    const key = `${record.definition.kind} ${record.definition.externalId}`;
    const other = newest.get(key);
    if (other === undefined || (instant(other.updatedAt) ?? 0) < (instant(record.updatedAt) ?? 0))
      newest.set(key, record);
  }
  return [...newest.values()].map(({ definition, updatedAt }) => definitionRow(context, definition!, updatedAt));
}

function definitionRow(context: RowContext, definition: DefinitionRecord, updatedAt: string | null): DefinitionRow {
  return {
    id: definitionId(context.integrationId, definition),
    integrationId: context.integrationId,
    kind: definition.kind,
    externalId: definition.externalId,
    title: definition.title,
    description: definition.description,
    remediation: definition.remediation,
    cvss: definition.cvss,
    epss: definition.epss,
    isKev: definition.kev,
    hasExploit: definition.exploit,
    publishedAt: definition.publishedAt,
    link: definition.link,
    frameworks: definition.frameworks,
    hash: contentHash(JSON.stringify(definition)),
    sourceUpdatedAt: updatedAt,
  };
}
