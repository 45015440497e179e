import type { Kysely } from "kysely";
import { instant, type RecordKind, severities } from "../src/model.ts";
import type { Schema } from "../src/store/schema.ts";

/** A line of the emulator's ground truth, in Wiz's words. */
export interface TruthLine {
  kind: RecordKind;
  id: string;
  title?: string;
  name?: string;
  severity?: string;
  status?: string | null;
  type?: string;
  cloudPlatform?: string;
  region?: string | null;
  subscriptionExternalId?: string | null;
  providerUniqueId?: string;
  firstFoundAt?: string | null;
  lastFoundAt?: string | null;
  firstSeen?: string | null;
  deletedAt?: string | null;
  resolvedAt?: string | null;
  statusChangedAt?: string | null;
  asset?: { externalId: string; name: string } | null;
}

export interface Comparison {
  /** Records that the truth holds, by kind. */
  counts: Partial<Record<RecordKind, number>>;
  /** What differs, one sentence each; empty when the inventory is the truth. */
  differences: string[];
}

/**
 * Compares an integration's inventory with the truth, record by record: nothing missing, nothing that is not there,
 * every id, title, status, severity, asset and time the same. Of what `vanished` without a trace nothing may be open.
 */
export async function compareWithTruth(
  db: Kysely<Schema>,
  integrationId: string,
  truth: readonly TruthLine[],
  vanished: readonly TruthLine[] = [],
  /** Records of other tenants in the same inventory: assets with the same identifier are one. */
  elsewhere: readonly TruthLine[] = [],
): Promise<Comparison> {
  const stored = new Map([...(await storedFindings(db, integrationId)), ...(await storedAssets(db, integrationId))]);
  const comparison: Comparison = { counts: {}, differences: [] };
  const namesakes = Map.groupBy([...truth, ...vanished, ...elsewhere], providerKey);
  for (const line of truth) {
    comparison.counts[line.kind] = (comparison.counts[line.kind] ?? 0) + 1;
    const key = `${line.kind} ${line.id}`;
    const record = stored.get(key);
    stored.delete(key);
    if (record === undefined) comparison.differences.push(`${key} is missing`);
    else if (!isOneOf(namesakes.get(providerKey(line)) ?? [], record))
      comparison.differences.push(...differences(key, expectedOf(line), record));
  }
  for (const line of vanished) {
    const key = `${line.kind} ${line.id}`;
    const status = stored.get(key)?.status;
    stored.delete(key);
    if (isOpen(status)) comparison.differences.push(`${key} is ${String(status)}, and has vanished`);
  }
  comparison.differences.push(...[...stored.keys()].map((key) => `${key} is not in the truth`));
  return comparison;
}

/** What makes one asset of several at Wiz: one user may be in several of its subscriptions. */
function providerKey({ kind, id, cloudPlatform, providerUniqueId }: TruthLine): string {
  return kind === "asset" && providerUniqueId !== undefined ? `${cloudOf(cloudPlatform)} ${providerUniqueId}` : id;
}

/** An asset that is several at Wiz shows what Wiz says of one of them. */
function isOneOf(lines: readonly TruthLine[], record: Facts): boolean {
  return lines.length > 1 && lines.some((line) => differences("", expectedOf(line), record).length === 0);
}

/** Whether something that Wiz does not hold is still shown as if it did. */
function isOpen(status: unknown): boolean {
  return status !== undefined && !["gone", "deleted", "resolved", "rejected", "placeholder"].includes(String(status));
}

type Facts = Record<string, unknown>;

async function storedFindings(db: Kysely<Schema>, integrationId: string): Promise<[string, Facts][]> {
  const rows = await db.selectFrom("finding").selectAll().where("integrationId", "=", integrationId).execute();
  return rows.map((row) => [
    `${row.kind} ${row.externalId}`,
    {
      title: row.title,
      severity: severities[5 - row.severity],
      status: row.sourceStatus ?? row.status,
      asset: row.assetExternalId,
      assetName: row.assetName,
      firstFoundAt: instant(row.firstFoundAt),
      lastFoundAt: instant(row.lastFoundAt),
      resolvedAt: instant(row.resolvedAt),
      statusChangedAt: instant(row.statusChangedAt),
    },
  ]);
}

async function storedAssets(db: Kysely<Schema>, integrationId: string): Promise<[string, Facts][]> {
  const rows = await db
    .selectFrom("assetSource")
    .innerJoin("asset", "asset.id", "assetSource.assetId")
    .select([
      "assetSource.externalId",
      "name",
      "type",
      "cloud",
      "region",
      "accountId",
      "status",
      "asset.deletedAt",
      "goneAt",
      "asset.isPlaceholder",
    ])
    .where("integrationId", "=", integrationId)
    .execute();
  return rows.map((row) => [
    `asset ${row.externalId}`,
    {
      title: row.name,
      type: row.type,
      cloud: row.cloud,
      region: row.region,
      account: row.accountId,
      isDeleted: row.status === "deleted",
      deletedAt: instant(row.deletedAt),
      isPlaceholder: row.isPlaceholder,
      isGone: row.goneAt !== null,
      status: row.goneAt !== null ? "gone" : row.isPlaceholder ? "placeholder" : row.status,
    },
  ]);
}

function expectedOf(line: TruthLine): Facts {
  if (line.kind === "asset") {
    return {
      title: line.name,
      type: line.type,
      cloud: cloudOf(line.cloudPlatform),
      region: line.region ?? null,
      account: line.subscriptionExternalId ?? null,
      isDeleted: (line.deletedAt ?? null) !== null,
      deletedAt: instant(line.deletedAt),
      isPlaceholder: false,
      isGone: false,
    };
  }
  return {
    title: line.title,
    severity: line.severity === "NONE" ? "informational" : line.severity?.toLowerCase(),
    status: (line.status ?? "OPEN").toLowerCase(),
    asset: line.asset?.externalId ?? null,
    assetName: line.asset?.name ?? null,
    firstFoundAt: instant(line.firstFoundAt),
    lastFoundAt: instant(line.lastFoundAt),
    resolvedAt: instant(line.resolvedAt),
    // Wiz's API shows this time for these two kinds only.
    ...(line.kind === "issue" || line.kind === "misconfiguration"
      ? { statusChangedAt: instant(line.statusChangedAt) }
      : {}),
  };
}

/** Wiz names a managed Kubernetes by its product; the inventory keeps the cloud that it runs in (W-05). */
const kubernetesClouds: Record<string, string> = { EKS: "aws", AKS: "azure", GKE: "gcp", OKE: "oci" };

function cloudOf(platform = ""): string {
  return kubernetesClouds[platform] ?? platform.toLowerCase();
}

const weekMs = 7 * 86_400_000;

function differences(key: string, expected: Facts, actual: Facts): string[] {
  return Object.entries(expected)
    .filter(([field, value]) => !isEqual(field, value, actual[field]))
    .map(([field, value]) => `${key}: ${field} is ${JSON.stringify(actual[field])}, in truth ${JSON.stringify(value)}`);
}

/** A last-found time that moved by itself may lag by up to a week; every other field is exact. */
function isEqual(field: string, expected: unknown, actual: unknown): boolean {
  if (field !== "lastFoundAt" || typeof expected !== "number" || typeof actual !== "number")
    return Object.is(expected, actual);
  return actual <= expected && expected - actual < weekMs;
}

/** What vanished from an emulator's tenant without a trace. */
export async function readVanished(url: string, fetchFrom: typeof fetch = fetch): Promise<TruthLine[]> {
  return await readLines(url, "&vanished=true", fetchFrom);
}

/** The ground truth of an emulator that listens on a port. */
export async function readTruth(url: string, fetchFrom: typeof fetch = fetch): Promise<TruthLine[]> {
  return await readLines(url, "", fetchFrom);
}

async function readLines(url: string, filter: string, fetchFrom: typeof fetch): Promise<TruthLine[]> {
  const kinds: RecordKind[] = ["issue", "vulnerability", "misconfiguration", "threat", "asset"];
  const texts = await Promise.all(
    kinds.map(async (kind) => (await fetchFrom(`${url}/emulator/truth?kind=${kind}${filter}`)).text()),
  );
  return texts.flatMap((text) =>
    text
      .trim()
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as TruthLine),
  );
}
