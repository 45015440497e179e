import { configurationRules } from "../catalogue/configuration-rules.ts";
import { controls } from "../catalogue/controls.ts";
import { type CveFacts, listCves } from "../catalogue/cves.ts";
import { eventRules } from "../catalogue/event-rules.ts";
import { createAccounts } from "./accounts.ts";
import { createAssetSource, type OsFamily } from "./assets.ts";
import { fillTenant } from "./generate.ts";
import { keyOf } from "./hash.ts";
import type { Micros } from "./micros.ts";
import { sizeOf } from "./size.ts";
import { createAssetTable, createFindingTable } from "./tables.ts";
import { type FindingKind, findingKinds, type Tenant } from "./tenant.ts";

/** Makes a tenant as it is at `start`. */
export function createTenant(options: { seed: number; findings: number; start: Micros }): Tenant {
  const { seed, start } = options;
  const size = sizeOf(options.findings);
  const { projects, accounts } = createAccounts(size.assets, seed, start);
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
    assetSource: createAssetSource(seed, accounts),
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
