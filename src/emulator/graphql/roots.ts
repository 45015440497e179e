import { AssetRow } from "../resolvers/asset-row.ts";
import { DetectionRow, IssueRow, startedAt } from "../resolvers/finding-rows.ts";
import { MisconfigurationRow } from "../resolvers/misconfiguration.ts";
import { hasRelatedIssue, VulnerabilityRow } from "../resolvers/vulnerability.ts";
import { severityNames } from "../tenant/codes.ts";
import { indexOfUuid, scramble, uuid } from "../tenant/hash.ts";
import type { Micros } from "../tenant/micros.ts";
import { type FindingKind, issueType, type RecordKind, type Tenant } from "../tenant/tenant.ts";
import { isVanished } from "../tenant/vanish.ts";
import { AnswerError, badInput } from "./answer-error.ts";
import { decodeCursor, encodeCursor, questionOf } from "./cursor.ts";
import {
  assetTests,
  detectionTests,
  inProjects,
  issueTests,
  misconfigurationTests,
  vulnerabilityTests,
} from "./filters.ts";
import { countRows, type Listing, listPage, type Order, type SortedCache } from "./listing.ts";
import { all, codeIn, type Test } from "./tests.ts";

/** Who asks, of which tenant, when. */
export interface Asking {
  tenant: Tenant;
  now: Micros;
  cache: SortedCache;
  /** Ids of the projects that the service account may see; `null`: all. */
  projectScope: readonly string[] | null;
  /** What an account limited to projects gets that names none. */
  unfiltered: "refuse" | "narrow";
  /** Whether a page larger than Wiz allows is refused or cut to size: nobody outside knows. */
  maxPage: "error" | "clamp";
  /** Counts stop here, as `maxCountReached` says. */
  countCap: number;
  serviceAccounts: () => object[];
}

export type Args = Record<string, unknown>;
export type Filter = Record<string, unknown>;

interface ListRoot {
  kind: RecordKind;
  maxFirst: number;
  size: (tenant: Tenant) => number;
  tests: (asking: Asking, filter: Filter | null) => Test[];
  /** The projects that the filter names, for accounts that must name some. */
  projectsIn: (filter: Filter) => unknown;
  assetOf: (tenant: Tenant) => (index: number) => number;
  order: (tenant: Tenant, orderBy: { field?: string; direction: string } | null) => Order;
  createdAt: (tenant: Tenant) => (index: number) => number;
  idKey: (tenant: Tenant) => number;
  row: (tenant: Tenant, index: number) => object;
}

const byCreation = (field: string, isDescending = false): Order => ({ field, isDescending, key: null });

function findingRoot(
  kind: FindingKind,
  root: Pick<ListRoot, "maxFirst" | "tests" | "projectsIn" | "order" | "row">,
): ListRoot {
  return {
    ...root,
    kind,
    size: (tenant) => tenant.findings[kind].size,
    assetOf: (tenant) => (i) => tenant.findings[kind].asset[i]!,
    createdAt: (tenant) => (i) => tenant.findings[kind].created[i]!,
    idKey: (tenant) => tenant.idKeys[kind],
  };
}

/** Orders by the value of a column, or of a function, under Wiz's name for the order. */
function orders(
  fallback: string,
  keys: (tenant: Tenant) => Record<string, [cursorField: string, key: Order["key"]]>,
): ListRoot["order"] {
  return (tenant, orderBy) => {
    const [field, key] = keys(tenant)[orderBy?.field ?? fallback]!;
    return { field, key, isDescending: orderBy?.direction === "DESC" };
  };
}

const issues = findingRoot("issue", {
  maxFirst: 500,
  tests: (asking, filter) => issueTests(asking.tenant, filter ?? {}, asking.now),
  projectsIn: (filter) => filter.project,
  row: (tenant, index) => new IssueRow(tenant, index),
  order: orders("CREATED_AT", (tenant) => {
    const table = tenant.findings.issue;
    return {
      CREATED_AT: ["CreatedAt", null],
      ID: ["Id", (i) => scramble(tenant.idKeys.issue, i)],
      RESOLVED_AT: ["ResolvedAt", (i) => orLast(table.resolved[i]!)],
      SEVERITY: ["Severity", (i) => table.severity[i]!],
      SEVERITY_EXPLOITABLE: ["SeverityExploitable", (i) => table.severity[i]!],
      STATUS_CHANGED_AT: ["StatusChangedAt", (i) => table.statusChanged[i]!],
      THREAT_LAST_GROUPED_AT: [
        "ThreatLastGroupedAt",
        (i) => (issueType(i) === "THREAT_DETECTION" ? table.updated[i]! : Number.POSITIVE_INFINITY),
      ],
    };
  }),
});

function relatedSeverity(tenant: Tenant, i: number): number {
  return hasRelatedIssue(tenant, i) ? tenant.findings.vulnerability.severity[i]! : -1;
}

function orLast(at: Micros): number {
  return Number.isNaN(at) ? Number.POSITIVE_INFINITY : at;
}

/** The lists of the API: what they hold, how they filter and in which order they come. */
export const listRoots: Record<string, ListRoot> = {
  issuesV2: issues,
  issues,
  vulnerabilityFindings: findingRoot("vulnerability", {
    maxFirst: 5000,
    tests: (asking, filter) => vulnerabilityTests(asking.tenant, filter ?? {}, asking.now),
    projectsIn: (filter) => (filter.projectIdV2 as { equals?: unknown } | undefined)?.equals,
    row: (tenant, index) => new VulnerabilityRow(tenant, index),
    order: orders("CREATED_AT", (tenant) => ({
      CREATED_AT: ["CreatedAt", null],
      INCREMENTAL: ["UpdatedAt", (i) => tenant.findings.vulnerability.updated[i]!],
      RELATED_ISSUE_SEVERITY: ["RelatedIssueSeverity", (i) => relatedSeverity(tenant, i)],
      RELATED_SOURCE_MAPPED_ISSUE_SEVERITY: ["RelatedSourceMappedIssueSeverity", (i) => relatedSeverity(tenant, i)],
      // Nothing here is at the end of its life.
      TECHNOLOGY_END_OF_LIFE_DATE: ["TechnologyEndOfLifeAt", () => Number.POSITIVE_INFINITY],
    })),
  }),
  configurationFindings: findingRoot("misconfiguration", {
    maxFirst: 500,
    tests: (asking, filter) => misconfigurationTests(asking.tenant, filter ?? {}, asking.now),
    projectsIn: (filter) => (filter.resource as { projectId?: unknown } | undefined)?.projectId,
    row: (tenant, index) => new MisconfigurationRow(tenant, index),
    order: orders("ANALYZED_AT", (tenant) => ({
      ANALYZED_AT: ["AnalyzedAt", (i) => tenant.findings.misconfiguration.seen[i]!],
    })),
  }),
  detections: findingRoot("threat", {
    maxFirst: 500,
    tests: (asking, filter) => detectionTests(asking.tenant, filter, asking.now),
    projectsIn: (filter) => filter.projectId,
    row: (tenant, index) => new DetectionRow(tenant, index),
    order: orders("UPDATED_AT", (tenant) => ({
      CREATED_AT: ["CreatedAt", null],
      STARTED_AT: ["StartedAt", (i) => startedAt(tenant, i)],
      UPDATED_AT: ["UpdatedAt", (i) => tenant.findings.threat.updated[i]!],
    })),
  }),
  cloudResourcesV2: {
    kind: "asset",
    maxFirst: 500,
    size: (tenant) => tenant.assets.size,
    tests: (asking, filter) => assetTests(asking.tenant, filter ?? {}, asking.now),
    projectsIn: (filter) => (filter.project as { idV2?: { equals?: unknown } } | undefined)?.idV2?.equals,
    assetOf: () => (i) => i,
    row: (tenant, index) => new AssetRow(tenant, index),
    order: (_tenant, orderBy) => byCreation("FirstSeen", orderBy?.direction === "DESC"),
    createdAt: (tenant) => (i) => tenant.assets.firstSeen[i]!,
    idKey: (tenant) => tenant.assetSource.idKey,
  },
};

/** One page of a list, as a source for the connection type; what is costly is computed when it is selected. */
export function answerList(asking: Asking, name: string, args: Args): object {
  const root = listRoots[name]!;
  const { tenant } = asking;
  const first = readFirst(asking, args, root.maxFirst);
  const filter = (args.filterBy ?? null) as Filter | null;
  const tests = [...presence(tenant, root.kind), ...root.tests(asking, filter), ...scopeTests(asking, root, filter)];
  const idKey = root.idKey(tenant);
  const listing: Listing = {
    size: root.size(tenant),
    test: all(tests),
    order: root.order(tenant, (args.orderBy ?? null) as { field?: string; direction: string } | null),
    createdAt: root.createdAt(tenant),
    indexOf: (id) => indexOfUuid(idKey, id, root.size(tenant)),
  };
  const question = questionOf(`${name} ${JSON.stringify(asking.projectScope)}`, args);
  const after = typeof args.after === "string" && args.after !== "" ? decodeCursor(args.after, question) : null;
  // A window that ends now moves with the clock, so what was sorted a moment ago may no longer be true.
  const sortedName = /"(inLast|beforeLast|inNext|afterNext)":/.test(JSON.stringify(filter))
    ? `${question} ${asking.now}`
    : question;
  // Detections alone can be asked for the whole count.
  const countCap = args.exactCount === true ? Number.POSITIVE_INFINITY : asking.countCap;
  const page = listPage(listing, first, after, asking.cache, sortedName);
  const last = page.rows.at(-1);
  return connection({ ...asking, countCap }, listing, {
    nodes: page.rows.map((index) => root.row(tenant, index)),
    pageInfo: {
      hasNextPage: page.hasNextPage,
      // As Wiz does: the last page of a list can carry a cursor too.
      endCursor:
        last === undefined
          ? null
          : encodeCursor({ key: page.endKey!, id: uuid(idKey, last) }, listing.order.field, question),
    },
  });
}

/** @throws AnswerError when it is missing or too large */
export function readFirst({ maxPage }: Asking, args: Args, max: number): number {
  const { first } = args;
  if (typeof first !== "number") throw badInput("You must include a value for first");
  if (maxPage === "clamp" && first > max) return max;
  if (first < 0 || first > max) throw badInput(`first must be between 0 and ${max}`);
  return first;
}

function presence(tenant: Tenant, kind: RecordKind): Test[] {
  return tenant.vanished === 0 ? [] : [(i) => !isVanished(tenant, kind, i)];
}

function scopeTests(asking: Asking, root: ListRoot, filter: Filter | null): Test[] {
  if (asking.projectScope === null) return [];
  const named = filter === null ? undefined : root.projectsIn(filter);
  if (asking.unfiltered === "refuse" && (!Array.isArray(named) || named.length === 0)) {
    throw new AnswerError(
      "access denied, a project-scoped service account must filter by its projects",
      "UNAUTHORIZED",
    );
  }
  return inProjects(asking.tenant, root.assetOf(asking.tenant), asking.projectScope);
}

function connection(asking: Asking, listing: Listing, page: { nodes: object[]; pageInfo: object }): object {
  const counts = new Map<string, number>();
  const count = (name: string, extra: Test[]): number => {
    const known = counts.get(name) ?? countRows({ ...listing, test: all([...extra, listing.test]) });
    counts.set(name, known);
    return known;
  };
  const severity = (name: string) => count(name, codeIn([name], severityNames, asking.tenant.findings.issue.severity));
  return {
    ...page,
    get totalCount() {
      return Math.min(asking.countCap, count("", []));
    },
    get maxCountReached() {
      return count("", []) > asking.countCap;
    },
    get totalServiceUsageResourceCount() {
      return count("", []);
    },
    get uniqueEntityCount() {
      const { issue } = asking.tenant.findings;
      const seen = new Set<number>();
      for (let i = 0; i < listing.size; i++) if (listing.test(i)) seen.add(issue.asset[i]!);
      return seen.size;
    },
    get criticalSeverityCount() {
      return severity("CRITICAL");
    },
    get highSeverityCount() {
      return severity("HIGH");
    },
    get mediumSeverityCount() {
      return severity("MEDIUM");
    },
    get lowSeverityCount() {
      return severity("LOW");
    },
    get informationalSeverityCount() {
      return severity("INFORMATIONAL");
    },
  };
}

const single: Record<string, [list: string, noun: string]> = {
  issue: ["issuesV2", "service issue"],
  vulnerabilityFinding: ["vulnerabilityFindings", "vulnerability finding"],
  configurationFinding: ["configurationFindings", "configuration finding"],
};

/** One record by its id. */
export function answerOne(asking: Asking, name: string, args: Args): object {
  const [list, noun] = single[name]!;
  const root = listRoots[list]!;
  const id = String(args.id);
  if (!/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(id))
    throw badInput(`id must be a valid ${noun} id`, ["id"]);
  const index = indexOfUuid(root.idKey(asking.tenant), id.toLowerCase(), root.size(asking.tenant));
  const isVisible =
    index >= 0 &&
    !isVanished(asking.tenant, root.kind, index) &&
    (asking.projectScope === null ||
      all(inProjects(asking.tenant, root.assetOf(asking.tenant), asking.projectScope))(index));
  if (!isVisible) throw new AnswerError("Resource not found", "NOT_FOUND");
  return root.row(asking.tenant, index);
}
