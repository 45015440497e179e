import { normalizeIssue } from "../normalize/issue.ts";
import { everyStatus, urgentAdvice, type WizStream } from "./stream.ts";

/**
 * Issues have no `updatedAt` filter: `statusChangedAt` moves with every change of status, `createdAt` makes sure that
 * new ones come. Notes, tickets and due dates move neither; the full pass brings those.
 */
export const issues: WizStream = {
  info: {
    name: "issues",
    title: "Issues",
    brings: "what Wiz's controls raise: toxic combinations, exposed secrets, threats and more",
    scopes: ["read:issues"],
    defaultIntervalMinutes: 5,
    intervalAdvice: urgentAdvice,
    isUrgent: true,
  },
  requiredFields: ["id", "status", "severity", "createdAt", "statusChangedAt", "sourceRules", "entitySnapshot"],
  optionalFilters: [],
  bestPageSize: 500,
  questions: { delta: [{ clock: "statusChangedAt" }, { clock: "createdAt" }], full: [{ clock: "createdAt" }] },
  isCuttable: true,
  filter: (_spec, projects) => ({ status: everyStatus, ...(projects.length > 0 && { project: projects }) }),
  orderBy: ({ clock }) => ({
    field: clock === "statusChangedAt" ? "STATUS_CHANGED_AT" : "CREATED_AT",
    direction: "ASC",
  }),
  normalize: normalizeIssue,
  document: /* GraphQL */ `
query Issues($first: Int, $after: String, $filterBy: IssueFilters, $orderBy: IssueOrder, $withCount: Boolean!) {
  page: issuesV2(first: $first, after: $after, filterBy: $filterBy, orderBy: $orderBy) {
    totalCount @include(if: $withCount)
    pageInfo { hasNextPage endCursor }
    nodes {
      id
      type
      status
      severity
      createdAt
      updatedAt
      statusChangedAt
      resolvedAt
      dueAt
      resolutionReason
      resolutionNote
      url
      projects { id name slug }
      serviceTickets { externalId name url }
      notes { id createdAt text }
      sourceRules {
        __typename
        id
        name
        description
        securitySubCategories { title category { name framework { name } } }
        ... on Control { resolutionRecommendation }
        ... on CloudConfigurationRule { shortId remediationInstructions }
        ... on CloudEventRule { sourceType }
      }
      entitySnapshot {
        id
        type
        nativeType
        name
        status
        cloudPlatform
        cloudProviderURL
        providerId
        externalId
        region
        resourceGroupExternalId
        subscriptionId
        subscriptionExternalId
        subscriptionName
        tags
        kubernetesClusterName
        kubernetesNamespaceName
      }
    }
  }
}`,
};
