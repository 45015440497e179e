import { normalizeVulnerability } from "../normalize/vulnerability.ts";
import { bulkAdvice, everyStatus, noId, type WizStream } from "./stream.ts";

/** A re-detection moves `lastDetectedAt`, not `updatedAt`: deltas stay small. */
export const vulnerabilities: WizStream = {
  info: {
    name: "vulnerabilities",
    title: "Vulnerabilities",
    brings: "CVEs on machines, containers, images and functions",
    scopes: ["read:vulnerabilities"],
    defaultIntervalMinutes: 30,
    intervalAdvice: bulkAdvice,
    isUrgent: false,
  },
  requiredFields: ["id", "name", "status", "severity", "updatedAt", "firstDetectedAt", "vulnerableAsset"],
  optionalFilters: [],
  // Wiz takes up to 5,000 here, but answers of that weight time out on large tenants.
  bestPageSize: 500,
  questions: { delta: [{ clock: "updatedAt" }], full: [{ clock: "firstSeenAt" }] },
  isCuttable: true,
  filter: (_spec, projects) => ({
    status: everyStatus,
    ...(projects.length > 0 && { projectIdV2: { equals: projects } }),
  }),
  typeFilter: {
    known: "vulnerable",
    ofTypes: (types) => ({ assetType: types }),
    ofNone: { id: [noId] },
  },
  orderBy: () => ({ field: "CREATED_AT", direction: "ASC" }),
  normalize: normalizeVulnerability,
  document: /* GraphQL */ `
query Vulnerabilities(
  $first: Int
  $after: String
  $filterBy: VulnerabilityFindingFilters
  $orderBy: VulnerabilityFindingOrder
  $withCount: Boolean!
) {
  page: vulnerabilityFindings(first: $first, after: $after, filterBy: $filterBy, orderBy: $orderBy) {
    totalCount @include(if: $withCount)
    maxCountReached @include(if: $withCount)
    pageInfo { hasNextPage endCursor }
    nodes {
      id
      name
      status
      severity
      vendorSeverity
      nvdSeverity
      CVSSSeverity
      score
      CVEDescription
      description
      remediation
      link
      portalUrl
      detailedName
      version
      fixedVersion
      recommendedVersion
      locationPath
      detectionMethod
      hasExploit
      hasCisaKevExploit
      cisaKevReleaseDate
      cisaKevDueDate
      hasFix
      epssProbability
      epssPercentile
      epssSeverity
      publishedDate
      validatedInRuntime
      firstDetectedAt
      lastDetectedAt
      updatedAt
      resolvedAt
      resolutionReason
      cvssv3 { attackVector attackComplexity privilegesRequired userInteractionRequired }
      layerMetadata { id details isBaseLayer }
      projects { id name slug }
      vulnerableAsset {
        __typename
        ... on VulnerableAssetBase {
          id
          type
          name
          nativeType
          region
          status
          cloudPlatform
          cloudProviderURL
          providerUniqueId
          subscriptionId
          subscriptionExternalId
          subscriptionName
          tags
          hasLimitedInternetExposure
          hasWideInternetExposure
        }
        ... on VulnerableAssetVirtualMachine { operatingSystem ipAddresses imageName }
        ... on VulnerableAssetContainerImage { imageId registry { name } repository { name } }
        ... on VulnerableAssetContainer { ImageExternalId VmExternalId PodNamespace PodName NodeName }
        ... on VulnerableAssetServerless { runtime }
        ... on VulnerableAssetRepositoryBranch { repositoryId repositoryName }
        ... on VulnerableAssetNetworkAddress { address addressType }
      }
    }
  }
}`,
};
