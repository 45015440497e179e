import { normalizeAsset } from "../normalize/asset.ts";
import { bulkAdvice, noId, type WizStream } from "./stream.ts";

export const assets: WizStream = {
  info: {
    name: "assets",
    title: "Assets",
    brings: "the inventory: storage, compute, container instances, container images and all else",
    scopes: ["read:resources"],
    defaultIntervalMinutes: 60,
    intervalAdvice: bulkAdvice,
    isUrgent: false,
  },
  requiredFields: ["id", "name", "type", "updatedAt", "firstSeen"],
  optionalFilters: ["includeDeleted"],
  bestPageSize: 500,
  questions: { delta: [{ clock: "updatedAt" }], full: [{ clock: "firstSeen" }] },
  // Deltas see a deletion as a change; one that they missed, since the account saw less then, is found here.
  deletions: { clock: "deletedAt", days: 7 },
  isCuttable: true,
  filter: ({ lane, isExtra }, projects) => ({
    includeDeleted: lane === "delta" || isExtra === true,
    ...(projects.length > 0 && { project: { idV2: { equals: projects } } }),
  }),
  typeFilter: {
    known: "graph",
    ofTypes: (types) => ({ type: { equals: types } }),
    ofNone: { id: { equals: [noId] } },
  },
  orderBy: () => ({ field: "FIRST_SEEN", direction: "ASC" }),
  normalize: normalizeAsset,
  document: /* GraphQL */ `
query Assets(
  $first: Int
  $after: String
  $filterBy: CloudResourceV2Filters
  $orderBy: CloudResourceOrder
  $withCount: Boolean!
) {
  page: cloudResourcesV2(first: $first, after: $after, filterBy: $filterBy, orderBy: $orderBy) {
    totalCount @include(if: $withCount)
    pageInfo { hasNextPage endCursor }
    nodes {
      id
      externalId
      providerUniqueId
      name
      type
      nativeType
      status
      cloudPlatform
      region
      regionLocation
      createdAt
      updatedAt
      deletedAt
      firstSeen
      lastSeen
      isOpenToAllInternet
      isAccessibleFromInternet
      hasAccessToSensitiveData
      hasSensitiveData
      hasAdminPrivileges
      hasHighPrivileges
      tags { key value }
      projects { id name slug }
      cloudAccount { id externalId name cloudProvider }
      resourceGroup { id name }
      technology { id name }
      typeFields {
        __typename
        ... on CloudResourceV2VirtualMachine { instanceType operatingSystem ipAddresses }
        ... on CloudResourceV2Database { kind }
      }
      graphEntity { properties }
    }
  }
}`,
};
