import { normalizeMisconfiguration } from "../normalize/misconfiguration.ts";
import { bulkAdvice, everyStatus, noId, type WizStream } from "./stream.ts";

const questionsOn = (clock: string) => [
  { clock, part: "failing" },
  { clock, part: "fixed" },
];

const fixed = {
  status: ["RESOLVED"],
  result: ["PASS", "NOT_ASSESSED"],
  statusChangedAt: { after: "2000-01-01T00:00:00Z" },
};

/**
 * Wiz keeps an assessment of every rule on every resource, and most of them pass and always did. The inventory wants
 * what is or was wrong, so two parts are asked for: what fails or could not be assessed any more, on whichever status,
 * and what stopped failing, which Wiz calls RESOLVED and which has a time at which its status changed.
 */
export const misconfigurations: WizStream = {
  info: {
    name: "misconfigurations",
    title: "Misconfigurations",
    brings: "resources that fail a cloud configuration rule",
    scopes: ["read:cloud_configuration"],
    defaultIntervalMinutes: 30,
    intervalAdvice: bulkAdvice,
    isUrgent: false,
  },
  requiredFields: ["id", "name", "status", "severity", "result", "updatedAt", "firstSeenAt", "rule", "resource"],
  optionalFilters: ["includeDeleted"],
  bestPageSize: 500,
  questions: { delta: questionsOn("updatedAt"), full: questionsOn("firstSeenAt") },
  isCuttable: true,
  filter: ({ lane, part }, projects) => ({
    ...(part === "fixed" ? fixed : { status: everyStatus, result: ["FAIL", "ERROR"] }),
    includeDeleted: lane === "delta",
    ...(projects.length > 0 && { resource: { projectId: projects } }),
  }),
  typeFilter: {
    known: "graph",
    ofTypes: (types) => ({ resource: { type: types } }),
    ofNone: { id: [noId] },
  },
  // Assessments move forward in time only: going up, a moved one is seen twice, never missed.
  orderBy: () => ({ field: "ANALYZED_AT", direction: "ASC" }),
  normalize: normalizeMisconfiguration,
  document: /* GraphQL */ `
query Misconfigurations(
  $first: Int
  $after: String
  $filterBy: ConfigurationFindingFilters
  $orderBy: ConfigurationFindingOrder
  $withCount: Boolean!
) {
  page: configurationFindings(first: $first, after: $after, filterBy: $filterBy, orderBy: $orderBy) {
    totalCount @include(if: $withCount)
    maxCountReached @include(if: $withCount)
    pageInfo { hasNextPage endCursor }
    nodes {
      id
      name
      status
      severity
      result
      resolutionReason
      remediation
      deleted
      source
      firstSeenAt
      analyzedAt
      updatedAt
      statusChangedAt
      targetExternalId
      targetObjectProviderUniqueId
      evidence { currentValue expectedValue configurationPath cloudConfigurationLink }
      rule {
        id
        shortId
        name
        description
        remediationInstructions
        securitySubCategories { title category { name framework { name } } }
      }
      resource {
        id
        type
        nativeType
        name
        status
        region
        cloudPlatform
        providerId
        tags { key value }
        projects { id name slug }
        subscription { id externalId name cloudProvider }
      }
    }
  }
}`,
};
