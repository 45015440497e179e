import { configurationRules } from "../catalogue/configuration-rules.ts";
import { controls } from "../catalogue/controls.ts";
import { type CveFacts, listCves } from "../catalogue/cves.ts";
import { eventRules } from "../catalogue/event-rules.ts";
import { deleteBeforeStart } from "../estate/change.ts";
import { createEstate, createEstateSource } from "../estate/estate.ts";
import type { EstateOptions } from "../estate/stories.ts";
import { createAccounts } from "./accounts.ts";
import { createAssetSource, type OsFamily } from "./assets.ts";
import { fillTenant } from "./generate.ts";
import { keyOf } from "./hash.ts";
import type { Micros } from "./micros.ts";
import { sizeOf } from "./size.ts";
import { createAssetTable, createFindingTable } from "./tables.ts";
import { type FindingKind, findingKinds, type Tenant } from "./tenant.ts";

export interface TenantOptions {
  seed: number;
  findings: number;
  start: Micros;
  estate?: EstateOptions | undefined;
}

/** Makes a tenant as it is at `start`. */
export function createTenant(options: TenantOptions): Tenant {
  const { start } = options;
  const estate = options.estate === undefined ? null : createEstate(options.estate);
  // Two tenants have ids of their own, also where both are made with the same seed.
  const seed = options.estate === undefined ? options.seed : keyOf(options.estate.view, options.seed);
  const size = sizeOf(options.findings);
  size.assets += estate?.initial ?? 0;
  const { projects, accounts } = createAccounts(
    options.estate?.machines ?? size.assets,
    seed,
    start,
    options.estate && (options.estate.seed ?? 1),
  );
  const base = createAssetSource(
    seed,
    accounts.filter(({ cloudProvider }) => cloudProvider !== "vSphere"),
  );
  const cves = listCves(size.vulnerabilities, seed);
  const table = (count: number) => createFindingTable(count + 64);
  const keys = perKind((kind) => keyOf(kind, seed));
  const tenant: Tenant = {
    seed,
    start,
    size,
    revision: 0,
    vanished: 0,
    projects,
    accounts,
    assets: createAssetTable(size.assets + 64),
    assetSource: estate === null ? base : createEstateSource(base, estate, accounts),
    estate,
    findings: {
      issue: table(size.issues),
      vulnerability: table(size.vulnerabilities),
      misconfiguration: table(size.misconfigurations),
      threat: table(size.threats),
    },
    keys,
    idKeys: perKind((kind) => keyOf(`${kind} id`, seed)),
    cves,
    cvesFor: groupCves(cves),
    rules: configurationRules,
    controls,
    eventRules,
    threatIssues: Math.max(0, Math.floor((size.issues + 2) / 10)),
  };
  fillTenant(tenant);
  if (estate !== null) deleteBeforeStart(tenant, estate);
  return tenant;
}

function perKind<T>(make: (kind: FindingKind) => T): Record<FindingKind, T> {
  return Object.fromEntries(findingKinds.map((kind) => [kind, make(kind)])) as Record<FindingKind, T>;
}

function groupCves(cves: CveFacts[]): Tenant["cvesFor"] {
  const groups: Tenant["cvesFor"] = { rpm: [], deb: [], apk: [], windows: [], none: [], library: [] };
  const families: Partial<Record<CveFacts["kind"], OsFamily>> = { RPM: "rpm", DPKG: "deb", APK: "apk", KB: "windows" };
  for (const [i, cve] of cves.entries()) groups[families[cve.kind] ?? "library"].push(i);
  return groups;
}
