import { createdMicros } from "../resolvers/asset.ts";
import { startedAt } from "../resolvers/finding-rows.ts";
import { hasTicket, ruleOfIssue } from "../resolvers/issue.ts";
import { resultOf } from "../resolvers/misconfiguration.ts";
import { detectionMethodOf, hasExploit, hasRelatedIssue } from "../resolvers/vulnerability.ts";
import { assetStatusNames, findingSeverityNames, reasonText, severityNames, statusNames } from "../tenant/codes.ts";
import { indexOfUuid, mix } from "../tenant/hash.ts";
import { day, type Micros } from "../tenant/micros.ts";
import { detectionType, type FindingKind, issueOfDetection, issueType, type Tenant } from "../tenant/tenant.ts";
import {
  codeIn,
  type DateFilter,
  date,
  flag,
  nameIn,
  type OperatorFilter,
  operator,
  type StringFilter,
  type Test,
  text,
} from "./tests.ts";

type Names = readonly string[] | null | undefined;
type Dates = DateFilter | null | undefined;
type Operator = OperatorFilter | null | undefined;

/** What a filter of any root may hold. The schema has already said which root knows which. */
interface AnyFilter extends Record<string, unknown> {
  id?: unknown;
}

function ids(tenant: Tenant, kind: FindingKind, wanted: Names): Test[] {
  if (wanted === null || wanted === undefined) return [];
  const rows = new Set(wanted.map((id) => indexOfUuid(tenant.idKeys[kind], id, tenant.findings[kind].size)));
  return [(i) => rows.has(i)];
}

/** Rows of an asset that belongs to one of these projects. */
export function inProjects(tenant: Tenant, assetOf: (index: number) => number, wanted: Names): Test[] {
  if (wanted === null || wanted === undefined) return [];
  const ids = new Set(wanted);
  return [(i) => tenant.assetSource.projectsOf(assetOf(i))?.some((project) => ids.has(project.id)) ?? false];
}

export function issueTests(tenant: Tenant, filter: AnyFilter, now: Micros): Test[] {
  const table = tenant.findings.issue;
  const assetOf = (i: number) => table.asset[i]!;
  return [
    ...ids(tenant, "issue", filter.id as Names),
    ...codeIn(filter.status as Names, statusNames, table.status),
    ...codeIn(filter.severity as Names, severityNames, table.severity),
    ...nameIn(filter.type as Names, issueType),
    ...inProjects(tenant, assetOf, filter.project as Names),
    ...search(filter.search, (i) => ruleOfIssue(tenant, i).name),
    ...nameIn(filter.resolutionReason as Names, (i) => reasonText(table.reason[i]!, "ISSUE_FIXED")),
    ...flag(filter.hasServiceTicket as boolean, (i) => hasTicket(tenant, i)),
    ...date(filter.createdAt as Dates, (i) => table.created[i]!, now),
    ...date(filter.statusChangedAt as Dates, (i) => table.statusChanged[i]!, now),
    ...date(filter.resolvedAt as Dates, (i) => table.resolved[i]!, now),
    ...date(filter.dueAt as Dates, (i) => dueMicros(tenant, i), now),
  ];
}

function dueMicros(tenant: Tenant, i: number): Micros {
  const key = tenant.keys.issue;
  const table = tenant.findings.issue;
  if (mix(key, i, 60) % 3 !== 0) return Number.NaN;
  return (Math.floor(table.created[i]! / day) + 14 + (mix(key, i, 61) % 60) + table.version[i]!) * day;
}

function search(wanted: unknown, textOf: (index: number) => string): Test[] {
  return typeof wanted === "string" && wanted !== "" ? text({ contains: [wanted] }, textOf) : [];
}

export function vulnerabilityTests(tenant: Tenant, filter: AnyFilter, now: Micros): Test[] {
  const table = tenant.findings.vulnerability;
  const assetOf = (i: number) => table.asset[i]!;
  const cveOf = (i: number) => tenant.cves[table.definition[i]!]!;
  const source = tenant.assetSource;
  return [
    ...ids(tenant, "vulnerability", filter.id as Names),
    ...codeIn(filter.status as Names, statusNames, table.status),
    ...codeIn(filter.severity as Names, findingSeverityNames, table.severity),
    ...codeIn(filter.vendorSeverity as Names, findingSeverityNames, table.severity),
    ...nameIn(filter.assetType as Names, (i) => source.typeOf(assetOf(i))),
    ...nameIn(filter.assetStatus as Names, (i) => assetStatusNames[tenant.assets.status[assetOf(i)]!]!),
    ...operator(filter.assetIdV2 as Operator, (i) => source.facts(assetOf(i), tenant.assets.version[assetOf(i)]!).id),
    ...inProjects(tenant, assetOf, (filter.projectIdV2 as Operator)?.equals),
    ...nameIn(filter.subscriptionExternalId as Names, (i) => source.ownerOf(assetOf(i))?.externalId ?? null),
    ...nameIn(filter.cloudPlatforms as Names, (i) => source.platformOf(assetOf(i))),
    ...operator(filter.vulnerabilityExternalIdV2 as Operator, (i) => cveOf(i).id),
    ...nameIn(filter.detectionMethod as Names, (i) => detectionMethodOf(tenant, i)),
    ...flag(filter.hasExploit as boolean, (i) => hasExploit(tenant, i)),
    ...flag(filter.hasCisaKevExploit as boolean, (i) => cveOf(i).kev),
    ...flag(filter.hasFix as boolean, (i) => cveOf(i).fixedVersion !== null),
    ...flag(filter.isEndOfLife as boolean, () => false),
    ...nameIn(filter.relatedIssueSeverity as Names, (i) =>
      hasRelatedIssue(tenant, i) ? (table.severity[i] === 4 ? "CRITICAL" : "HIGH") : null,
    ),
    ...date(filter.firstSeenAt as Dates, (i) => table.created[i]!, now),
    ...date(filter.updatedAt as Dates, (i) => table.updated[i]!, now),
    ...date(filter.resolvedAt as Dates, (i) => table.resolved[i]!, now),
    ...date(filter.statusUpdatedAt as Dates, (i) => table.statusChanged[i]!, now),
  ];
}

interface ResourceFilter {
  id?: Names;
  projectId?: Names;
  cloudPlatform?: Names;
  subscriptionId?: Names;
  type?: Names;
}

export function misconfigurationTests(tenant: Tenant, filter: AnyFilter, now: Micros): Test[] {
  const table = tenant.findings.misconfiguration;
  const assetOf = (i: number) => table.asset[i]!;
  const resource = (filter.resource ?? {}) as ResourceFilter;
  const source = tenant.assetSource;
  const deleted = tenant.assets.deleted;
  return [
    ...ids(tenant, "misconfiguration", filter.id as Names),
    ...codeIn(filter.status as Names, statusNames, table.status),
    ...codeIn(filter.severity as Names, findingSeverityNames, table.severity),
    ...nameIn(filter.result as Names, (i) => resultOf(tenant, i)),
    ...(filter.includeDeleted === true ? [] : [(i: number) => Number.isNaN(deleted[assetOf(i)]!)]),
    ...nameIn(resource.id, (i) => source.facts(assetOf(i), tenant.assets.version[assetOf(i)]!).id),
    ...inProjects(tenant, assetOf, resource.projectId),
    ...nameIn(resource.cloudPlatform, (i) => source.platformOf(assetOf(i))),
    ...nameIn(resource.subscriptionId, (i) => source.ownerOf(assetOf(i))?.id ?? null),
    ...nameIn(resource.type, (i) => source.typeOf(assetOf(i))),
    ...nameIn((filter.rule as { id?: Names } | undefined)?.id, (i) => tenant.rules[table.definition[i]!]!.id as string),
    ...date(filter.analyzedAt as Dates, (i) => table.seen[i]!, now),
    ...date(filter.firstSeenAt as Dates, (i) => table.created[i]!, now),
    ...date(filter.statusChangedAt as Dates, (i) => table.statusChanged[i]!, now),
    ...date(filter.updatedAt as Dates, (i) => table.updated[i]!, now),
  ];
}

/** With any filter but without a type, Wiz answers generated threats only. */
export function detectionTests(tenant: Tenant, filter: AnyFilter | null, now: Micros): Test[] {
  if (filter === null || Object.values(filter).every((one) => one === undefined || one === null)) return [];
  const table = tenant.findings.threat;
  const assetOf = (i: number) => table.asset[i]!;
  const type = (filter.type ?? { equals: ["GENERATED_THREAT"] }) as OperatorFilter;
  return [
    ...ids(tenant, "threat", (filter.id as Operator)?.equals),
    ...operator(type, detectionType),
    ...operator(filter.severity as Operator, (i) => severityNames[table.severity[i]!]!),
    ...operator(filter.cloudPlatform as Operator, (i) => tenant.assetSource.platformOf(assetOf(i))),
    ...(typeof filter.issueId === "string" ? [ofIssue(tenant, filter.issueId)] : []),
    ...inProjects(tenant, assetOf, filter.projectId as Names),
    ...date(filter.createdAt as Dates, (i) => table.created[i]!, now),
    ...date(filter.updatedAt as Dates, (i) => table.updated[i]!, now),
    ...date(filter.startedAt as Dates, (i) => startedAt(tenant, i), now),
    ...date(filter.endedAt as Dates, (i) => table.seen[i]!, now),
  ];
}

function ofIssue(tenant: Tenant, id: string): Test {
  const issue = indexOfUuid(tenant.idKeys.issue, id, tenant.findings.issue.size);
  return (i) => issue >= 0 && issueOfDetection(tenant, i) === issue;
}

interface ResourceFilters extends AnyFilter {
  id?: OperatorFilter;
  project?: { idV2?: OperatorFilter };
  cloudAccountV2?: { id?: OperatorFilter; externalId?: OperatorFilter };
}

export function assetTests(tenant: Tenant, filter: ResourceFilters, now: Micros): Test[] {
  const { assets, assetSource: source } = tenant;
  const facts = (i: number) => source.facts(i, assets.version[i]!);
  const rows = filter.id?.equals && new Set(filter.id.equals.map((id) => indexOfUuid(source.idKey, id, assets.size)));
  const asksForDeleted = filter.includeDeleted === true || (filter.deletedAt ?? null) !== null;
  return [
    ...(rows ? [(i: number) => rows.has(i)] : []),
    ...(asksForDeleted ? [] : [(i: number) => Number.isNaN(assets.deleted[i]!)]),
    ...operator(filter.type as Operator, source.typeOf),
    ...text(filter.nativeType as StringFilter, (i) => facts(i).nativeType),
    ...operator(filter.cloudPlatform as Operator, source.platformOf),
    ...operator(filter.status as Operator, (i) => assetStatusNames[assets.status[i]!]!),
    ...text(filter.region as StringFilter, (i) => facts(i).region),
    ...text(filter.providerUniqueId as StringFilter, (i) => facts(i).providerUniqueId),
    ...text(filter.externalId as StringFilter, (i) => facts(i).externalId),
    ...search(filter.search, (i) => facts(i).name),
    ...inProjects(tenant, (i) => i, filter.project?.idV2?.equals),
    ...operator(filter.cloudAccountV2?.id, (i) => source.ownerOf(i)?.id ?? null),
    ...operator(filter.cloudAccountV2?.externalId, (i) => source.ownerOf(i)?.externalId ?? null),
    ...flag((filter.isAccessibleFromInternet as { equals?: boolean } | undefined)?.equals, source.isExposed),
    ...date(filter.createdAt as Dates, (i) => createdMicros(tenant, i), now),
    ...date(filter.firstSeen as Dates, (i) => assets.firstSeen[i]!, now),
    ...date(filter.updatedAt as Dates, (i) => assets.updated[i]!, now),
    ...date(filter.deletedAt as Dates, (i) => assets.deleted[i]!, now),
  ];
}
