import { normalizeDetection } from "../normalize/detection.ts";
import { urgentAdvice, type WizStream } from "./stream.ts";

export const detections: WizStream = {
  info: {
    name: "detections",
    title: "Threat detections",
    brings: "threats that the rules of Wiz detected",
    scopes: ["read:detections"],
    licence: "Wiz Defend",
    defaultIntervalMinutes: 5,
    intervalAdvice: urgentAdvice,
    isUrgent: true,
  },
  requiredFields: ["id", "severity", "ruleMatch", "primaryResource", "startedAt", "updatedAt"],
  optionalFilters: [],
  bestPageSize: 500,
  questions: { delta: [{ clock: "updatedAt" }], full: [{ clock: "createdAt" }] },
  isCuttable: false,
  filter: (_spec, projects) => ({
    // With any other filter alone, Wiz silently answers the first type only.
    type: { equals: ["GENERATED_THREAT", "MATCH_ONLY"] },
    ...(projects.length > 0 && { projectId: projects }),
  }),
  orderBy: ({ clock }) => ({ field: clock === "updatedAt" ? "UPDATED_AT" : "CREATED_AT", direction: "ASC" }),
  normalize: normalizeDetection,
  document: /* GraphQL */ `
query Detections($first: Int, $after: String, $filterBy: DetectionFilters, $orderBy: DetectionOrder, $withCount: Boolean!) {
  page: detections(first: $first, after: $after, filterBy: $filterBy, orderBy: $orderBy) {
    totalCount @include(if: $withCount)
    maxCountReached @include(if: $withCount)
    pageInfo { hasNextPage endCursor }
    nodes {
      id
      type
      severity
      description
      createdAt
      updatedAt
      startedAt
      endedAt
      origins
      issue { id }
      cloudAccounts { id externalId name cloudProvider }
      ruleMatch {
        rule {
          id
          name
          description
          sourceType
          securitySubCategories { title category { name framework { name } } }
        }
      }
      primaryActor { id name type externalId providerUniqueId }
      primaryResource {
        id
        name
        type
        nativeType
        externalId
        providerUniqueId
        region
        openToAllInternet
        cloudAccount { id externalId name cloudProvider }
        graphEntity { id name type providerUniqueId }
      }
    }
  }
}`,
};
