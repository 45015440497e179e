import { randomUUID } from "node:crypto";
import type { SourcePage } from "../src/connectors/connector.ts";
import { contentHash } from "../src/content-hash.ts";
import type { AssetRecord, DefinitionRecord, FindingRecord, NormalizedRecord, StreamName } from "../src/model.ts";
import type { Integration } from "../src/store/integration.ts";
import type { StreamState } from "../src/store/stream-state.ts";
import type { PagePlace } from "../src/sync/page.ts";
import type { TestDatabase } from "./postgres.ts";

/** A web server in AWS as the inventory delivers it; give what the test is about. */
export function anAsset(changes: Partial<AssetRecord> = {}): AssetRecord {
  return {
    externalId: "asset-1",
    providerUniqueId: null,
    name: "web-1",
    class: "compute",
    type: "VIRTUAL_MACHINE",
    nativeType: "virtualMachine",
    status: "active",
    cloud: "aws",
    accountId: "111122223333",
    accountName: "prod",
    region: "us-east-1",
    internetExposed: false,
    operatingSystem: "LINUX",
    projects: ["Payments"],
    tags: ["env:prod"],
    firstSeenAt: "2026-01-01T00:00:00Z",
    lastSeenAt: "2026-08-01T00:00:00Z",
    deletedAt: null,
    updatedAt: "2026-08-01T00:00:00Z",
    isPlaceholder: false,
    ...changes,
  };
}

function aDefinition(changes: Partial<DefinitionRecord> = {}): DefinitionRecord {
  return {
    kind: "vulnerability",
    externalId: "CVE-2024-3094",
    title: "CVE-2024-3094",
    description: "Malicious code was discovered in the upstream tarballs of xz.",
    remediation: null,
    cvss: 10,
    epss: 0.61,
    kev: false,
    exploit: true,
    publishedAt: null,
    link: null,
    frameworks: [],
    ...changes,
  };
}

export function aFinding(changes: Partial<FindingRecord> = {}): FindingRecord {
  return {
    kind: "vulnerability",
    externalId: "finding-1",
    title: "CVE-2024-3094",
    severity: "critical",
    status: "open",
    statusReason: null,
    definition: aDefinition(),
    asset: anAsset({ isPlaceholder: true }),
    cve: "CVE-2024-3094",
    package: { name: "xz-libs", version: "5.6.0", fixedVersion: "5.6.2" },
    rule: null,
    hasFix: true,
    projects: ["Payments"],
    url: "https://app.wiz.io/finding-1",
    firstFoundAt: "2026-07-01T00:00:00Z",
    lastFoundAt: "2026-08-01T00:00:00Z",
    resolvedAt: null,
    dueAt: null,
    statusChangedAt: null,
    updatedAt: "2026-08-01T00:00:00Z",
    ...changes,
  };
}

/** The records as a page; like the connector, the last-seen times are no part of what is compared. */
export function aPage(
  records: { findings?: FindingRecord[]; assets?: AssetRecord[] },
  changes: Partial<SourcePage> = {},
): SourcePage {
  const nodes: NormalizedRecord[] = [
    ...(records.findings ?? []).map((finding) => ({
      finding,
      raw: JSON.stringify({ node: finding }),
      hash: contentHash(JSON.stringify({ ...finding, lastFoundAt: null })),
    })),
    ...(records.assets ?? []).map((asset) => ({
      asset,
      raw: JSON.stringify({ node: asset }),
      hash: contentHash(JSON.stringify({ ...asset, lastSeenAt: null })),
    })),
  ];
  return { records: nodes, rejected: [], nextCursor: null, count: null, ...changes };
}

/** An integration with a pass of one slice, ready for pages. */
export async function aSlice(
  database: TestDatabase,
  stream = "vulnerabilities",
): Promise<{ integrationId: string; passId: string; sliceId: string; epoch: number }> {
  const { db } = database;
  const [integrationId, runId, passId, sliceId] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
  const at = "2026-08-01T00:00:00Z";
  const endpoint = {
    apiUrl: "https://api.us1.app.wiz.io/graphql",
    tokenUrl: "https://auth.app.wiz.io/oauth/token",
    audience: "wiz-api",
  };
  await db
    .insertInto("integration")
    .values({
      id: integrationId,
      name: `prod ${integrationId}`,
      connector: "signal-client.wiz",
      ...endpoint,
      clientId: "id",
      accountKey: integrationId,
      secret: Buffer.from(""),
      isEnabled: true,
      streams: JSON.stringify(allStreams),
      createdAt: at,
      updatedAt: at,
    })
    .execute();
  await db
    .insertInto("run")
    .values({ id: runId, integrationId, trigger: "demand", mode: "full", streams: [stream], requestedAt: at })
    .execute();
  await db
    .insertInto("pass")
    .values({
      id: passId,
      runId,
      integrationId,
      stream,
      lane: "full",
      accountKey: integrationId,
      sourceStartedAt: at,
      startedAt: at,
    })
    .execute();
  await addSlice(database, { passId, sliceId });
  return { integrationId, passId, sliceId, epoch: 1 };
}

/** One more slice of a pass, for a test that stores more than one last page. */
export async function addSlice(database: TestDatabase, slice: { passId: string; sliceId?: string }): Promise<string> {
  const id = slice.sliceId ?? randomUUID();
  await database.db
    .insertInto("slice")
    .values({ id, passId: slice.passId, position: 0, spec: "{}", epoch: 1 })
    .execute();
  return id;
}

export const allStreams: Integration["streams"] = {
  issues: { enabled: true, intervalMinutes: 5 },
  vulnerabilities: { enabled: true, intervalMinutes: 30 },
  misconfigurations: { enabled: true, intervalMinutes: 30 },
  detections: { enabled: true, intervalMinutes: 5 },
  assets: { enabled: true, intervalMinutes: 60 },
};

/** A stream of an integration that was polled at an instant, with success. */
export function aStreamState(
  stream: StreamName,
  at: { polled: string; full: string },
  changes: Partial<StreamState> = {},
): StreamState {
  return {
    integrationId: "i",
    stream,
    watermark: at.polled,
    lastAttemptAt: at.polled,
    lastSuccessAt: at.polled,
    lastFullAt: at.full,
    failures: 0,
    errorCode: null,
    error: null,
    warning: null,
    ...changes,
  };
}

/** Where pages of vulnerabilities are stored: the slice of a full pass. */
export function aPlace(slice: Awaited<ReturnType<typeof aSlice>>): PagePlace {
  const { integrationId, passId, sliceId, epoch } = slice;
  const pass = { id: passId, lane: "full", tracksSeen: false };
  return {
    integrationId,
    stream: "vulnerabilities",
    inventory: "Wiz",
    classes: null,
    sliceId,
    pass,
    cursor: null,
    epoch,
  };
}
