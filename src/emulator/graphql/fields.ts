import {
  cloudResourceFields,
  configurationResourceFields,
  graphEntityFields,
  snapshotFields,
  vulnerableAssetFields,
  vulnerableAssetType,
} from "../resolvers/asset.ts";
import { AssetRow } from "../resolvers/asset-row.ts";
import { detectionFields, eventResourceFields } from "../resolvers/detection.ts";
import { issueFields, threatDetailFields } from "../resolvers/issue.ts";
import { misconfigurationFields } from "../resolvers/misconfiguration.ts";
import type { Fields } from "../resolvers/resolver.ts";
import { vulnerabilityFields } from "../resolvers/vulnerability.ts";

type AnyFields = Fields<never>;

const fieldsByType: Record<string, AnyFields> = {
  VulnerabilityFinding: vulnerabilityFields,
  Issue: issueFields,
  ThreatDetectionIssueDetails: threatDetailFields,
  ConfigurationFinding: misconfigurationFields,
  ConfigurationFindingResource: configurationResourceFields,
  Detection: detectionFields,
  CloudEventResource: eventResourceFields,
  CloudResourceV2: cloudResourceFields,
  IssueEntitySnapshot: snapshotFields,
  GraphEntity: graphEntityFields,
};

export type Resolve = (source: unknown, args: Record<string, unknown>) => unknown;

/** How to answer one field of one type; fields that are not listed are read from the source. */
export function resolverOf(typeName: string, fieldName: string): Resolve {
  const fields = fieldsByType[typeName] ?? (typeName.startsWith("VulnerableAsset") ? vulnerableAssetFields : undefined);
  const own = (fields as Record<string, Resolve> | undefined)?.[fieldName];
  if (
    own !== undefined &&
    !(typeName === "VulnerableAssetExecutionController" || typeName === "VulnerableAssetComputeInstanceGroup")
  )
    return own;
  return (source) => (source as Record<string, unknown>)[fieldName];
}

/** Which member of a union or interface a source is. */
export function typeNameOf(abstractType: string, source: unknown): string {
  if (source instanceof AssetRow && abstractType === "VulnerableAsset") return vulnerableAssetType(source);
  return (source as { __typename: string }).__typename;
}

/** Types whose answers follow from the source alone and never change: their text is made once. */
export const constantTypes: ReadonlySet<string> = new Set([
  "Project",
  "ProjectRiskProfile",
  "CloudAccount",
  "Control",
  "CloudConfigurationRule",
  "CloudEventRule",
  "IssueSourceRule",
  "SecuritySubCategory",
  "SBOMArtifactType",
  "VulnerabilityCVSSMetrics",
  "ResourceTag",
  "ConfigurationFindingResourceTag",
]);
