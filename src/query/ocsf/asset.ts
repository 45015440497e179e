import type { Selectable } from "kysely";
import type { AssetTable } from "../../store/schema.ts";
import { type FoundAssetSource, toAsset } from "../records.ts";
import { classify, classUids, metadata, type OcsfEvent, present, severityOf, time } from "./base.ts";
import { toCloud, toResource } from "./resource.ts";

export type AssetRow = Selectable<AssetTable>;

const inventoryClass = {
  uid: classUids.cloudInventory,
  name: "Cloud Resources Inventory Info",
  category: [5, "Discovery"],
} as const;

/** What a change log tells was logged, what an inventory lists was collected. */
const activities = { log: [1, "Log"], collect: [2, "Collect"] } as const;

export interface AssetTelling {
  uid: string;
  activity: keyof typeof activities;
  at: string;
  unmapped?: OcsfEvent;
}

/** An asset as it stands now. */
export function assetEvent(row: AssetRow, sources: readonly FoundAssetSource[]): OcsfEvent {
  return tellAsset(row, sources, { uid: `${row.id}:${row.version}`, activity: "collect", at: row.changedAt });
}

export function tellAsset(
  row: AssetRow,
  sources: readonly FoundAssetSource[],
  { uid, activity, at, unmapped }: AssetTelling,
): OcsfEvent {
  return present({
    ...classify(inventoryClass, activities[activity]),
    time: time(at) ?? 0,
    ...severityOf("informational"),
    message: `${row.type} ${row.name}`,
    metadata: metadata(uid),
    cloud: toCloud(row),
    region: row.region,
    resources: [resourceOf(row, sources)],
    ...special(row, sources),
    unmapped: { ...unmappedOf(row, sources), ...unmapped },
  });
}

function nativeId(sources: readonly FoundAssetSource[]): string | null {
  return sources.find((source) => source.providerUniqueId !== null)?.providerUniqueId ?? null;
}

function resourceOf(row: AssetRow, sources: readonly FoundAssetSource[]): OcsfEvent {
  const uid = nativeId(sources) ?? sources[0]?.externalId ?? null;
  return present({
    ...toResource({ ...row, uid, weirId: row.id }),
    created_time: time(row.firstSeenAt),
    modified_time: time(row.changedAt),
  });
}

const bucketTypes: Record<string, readonly [number, string]> = {
  aws: [1, "S3"],
  azure: [2, "Azure Blob"],
  gcp: [3, "GCP Bucket"],
};

/** OCSF has objects of their own for buckets and containers. */
function special(row: AssetRow, sources: readonly FoundAssetSource[]): OcsfEvent {
  const uid = nativeId(sources) ?? row.id;
  if (row.class === "container_instance") return { container: { name: row.name, uid } };
  if (row.type !== "BUCKET") return {};
  const [typeId, type] = bucketTypes[row.cloud ?? ""] ?? [99, "Other"];
  return { databucket: present({ name: row.name, uid, type_id: typeId, type, is_public: row.isInternetExposed }) };
}

function unmappedOf(row: AssetRow, sources: readonly FoundAssetSource[]): OcsfEvent {
  const { openFindings } = toAsset(row, sources);
  return present({
    class: row.class,
    nativeType: row.nativeType,
    status: row.status,
    internetExposed: row.isInternetExposed,
    operatingSystem: row.operatingSystem,
    criticality: row.criticality,
    riskScore: row.riskScore,
    openFindings,
    projects: row.projects,
    inventory: row.inventory,
    sources,
    firstSeenAt: row.firstSeenAt,
    lastSeenAt: row.lastSeenAt,
    deletedAt: row.deletedAt,
  });
}
