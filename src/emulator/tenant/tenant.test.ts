import { describe, expect, it } from "vitest";
import { configurationRules } from "../catalogue/configuration-rules.ts";
import { controls } from "../catalogue/controls.ts";
import { listCves } from "../catalogue/cves.ts";
import { eventRules } from "../catalogue/event-rules.ts";
import { knownCves } from "../catalogue/known-cves.ts";
import { listTruth } from "../http/truth.ts";
import { open, resolved } from "./codes.ts";
import { createTenant } from "./create-tenant.ts";
import { indexOfUuid, uuid } from "./hash.ts";
import { createLife } from "./life.ts";
import { day, formatMicros, hour, parseMicros } from "./micros.ts";
import { findingKinds, type Tenant } from "./tenant.ts";
import { recordKinds } from "./vanish.ts";

const start = parseMicros("2026-08-03T00:00:00Z");

function aTenant(findings = 2000, seed = 1): Tenant {
  return createTenant({ seed, findings, start });
}

function everything(tenant: Tenant): string {
  return recordKinds
    .map((kind) => [...listTruth(tenant, kind)].map((one) => JSON.stringify(one)).join("\n"))
    .join("\n");
}

const lifeOptions = { changesPerHour: 100, hasRedetections: true, hasSilentEdits: false, hasVanishing: false };

describe("createTenant", () => {
  it("makes the same tenant from the same seed and another from another", () => {
    expect(everything(aTenant())).toBe(everything(aTenant()));
    expect(everything(aTenant(2000, 2))).not.toBe(everything(aTenant()));
  });

  it.each([10, 100, 25_000])("makes exactly %i findings in the usual proportions", (findings) => {
    const tenant = aTenant(findings);
    const sizes = findingKinds.map((kind) => tenant.findings[kind].size);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(findings);
    expect(tenant.findings.vulnerability.size / findings).toBeCloseTo(0.78, 1);
    expect(tenant.assets.size).toBe(Math.max(10, findings / 4));
  });

  it("creates records in time, never before their asset was seen, many at one instant", () => {
    const tenant = aTenant(25_000);
    const { created, asset, updated, seen, size } = tenant.findings.vulnerability;
    const perInstant = new Map<number, number>();
    const wrong: number[] = [];
    for (let i = 0; i < size; i++) {
      const at = created[i]!;
      const isInOrder = i === 0 || at >= created[i - 1]!;
      const isAfterAsset = tenant.assets.firstSeen[asset[i]!]! <= at;
      if (!isInOrder || !isAfterAsset || updated[i]! < at || seen[i]! < at || updated[i]! >= start) wrong.push(i);
      perInstant.set(at, (perInstant.get(at) ?? 0) + 1);
    }
    expect(wrong).toEqual([]);
    expect(Math.max(...perInstant.values())).toBeGreaterThan(100);
  });

  it("gives few assets many findings", () => {
    const { asset, size } = aTenant(25_000).findings.vulnerability;
    const perAsset = new Map<number, number>();
    for (let i = 0; i < size; i++) perAsset.set(asset[i]!, (perAsset.get(asset[i]!) ?? 0) + 1);
    const counts = [...perAsset.values()].sort((a, b) => b - a);
    const top = counts.slice(0, Math.ceil(counts.length / 10)).reduce((sum, count) => sum + count, 0);
    expect(top / size).toBeGreaterThan(0.3);
  });

  it("spreads over four clouds and the asset classes that the requirements name", () => {
    const tenant = aTenant(25_000);
    const assets = Array.from({ length: tenant.assets.size }, (_, i) => tenant.assetSource.facts(i, 0));
    const types = new Set(assets.map((asset) => asset.type));
    for (const type of [
      "VIRTUAL_MACHINE",
      "BUCKET",
      "CONTAINER",
      "CONTAINER_IMAGE",
      "SERVERLESS",
      "DATABASE",
      "STORAGE_ACCOUNT",
    ])
      expect(types).toContain(type);
    const platforms = new Set(assets.map((asset) => asset.cloudPlatform));
    for (const platform of ["AWS", "Azure", "GCP", "OCI", "EKS", "AKS", "GKE"]) expect(platforms).toContain(platform);
    const vm = (cloud: string) =>
      assets.find((asset) => asset.type === "VIRTUAL_MACHINE" && asset.cloud === cloud)!.providerUniqueId;
    expect(vm("AWS")).toMatch(/^arn:aws:ec2:[a-z0-9-]+:\d{12}:instance\/i-0[0-9a-f]{16}$/);
    expect(vm("Azure")).toMatch(/^\/subscriptions\/[0-9a-f-]{36}\/resourcegroups\/.+\/virtualmachines\//);
    expect(vm("GCP")).toMatch(/^https:\/\/www\.googleapis\.com\/compute\/v1\/projects\/.+\/zones\/.+\/instances\//);
    expect(vm("OCI")).toMatch(/^ocid1\.instance\.oc1\./);
  });

  it("has names that an application must survive", () => {
    const tenant = aTenant(25_000);
    const names = Array.from({ length: tenant.assets.size }, (_, i) => tenant.assetSource.facts(i, 0).name);
    expect(names.some((name) => name.startsWith("<img"))).toBe(true);
    expect(names.some((name) => name.startsWith("=HYPERLINK"))).toBe(true);
  });
});

describe("the catalogue", () => {
  it("has sixty well-known CVEs and sixty rules or more, no id twice", () => {
    expect(knownCves.length).toBeGreaterThanOrEqual(60);
    expect(configurationRules.length + controls.length + eventRules.length).toBeGreaterThanOrEqual(60);
    const cves = listCves(800_000, 1).map((cve) => cve.id);
    expect(new Set(cves).size).toBe(cves.length);
    const rules = [...configurationRules, ...controls, ...eventRules].map((rule) => rule.id);
    expect(new Set(rules).size).toBe(rules.length);
  });
});

describe("createLife", () => {
  it("leads the same seed to the same tenant, however the time is cut", () => {
    const [one, many] = [aTenant(), aTenant()];
    createLife(one, lifeOptions).run(start, start + day);
    const life = createLife(many, lifeOptions);
    for (let step = 0; step < 48; step++) life.run(start + (step * day) / 48, start + ((step + 1) * day) / 48);
    expect(everything(many)).toBe(everything(one));
  });

  it("lets findings appear, change, resolve and reopen, and resolves those of assets that go", () => {
    const tenant = aTenant();
    const table = tenant.findings.vulnerability;
    const before = {
      size: table.size,
      status: table.status.slice(0, table.size),
      version: table.version.slice(0, table.size),
    };
    createLife(tenant, lifeOptions).run(start, start + 7 * day);
    let [wasResolved, wasReopened, hasChanged] = [0, 0, 0];
    for (let i = 0; i < before.size; i++) {
      if (before.status[i] === open && table.status[i] === resolved) wasResolved++;
      if (before.status[i] === resolved && table.status[i] === open) wasReopened++;
      if (table.version[i] !== before.version[i]) hasChanged++;
    }
    expect(table.size).toBeGreaterThan(before.size);
    expect(Math.min(wasResolved, wasReopened, hasChanged)).toBeGreaterThan(0);
    const gone = Array.from({ length: tenant.assets.size }, (_, i) => i).filter(
      (i) => !Number.isNaN(tenant.assets.deleted[i]!),
    );
    expect(gone.length).toBeGreaterThan(0);
    for (let i = 0; i < table.size; i++)
      if (gone.includes(table.asset[i]!)) expect(table.status[i]).toBeGreaterThanOrEqual(resolved);
  });

  it("goes on finding things of every kind while assets go", () => {
    for (const seed of [1, 2, 3]) {
      const tenant = aTenant(2000, seed);
      const life = createLife(tenant, { ...lifeOptions, changesPerHour: 400 });
      life.run(start, start + 2 * day);
      const sizes = findingKinds.map((kind) => tenant.findings[kind].size);
      life.run(start + 2 * day, start + 3 * day);
      for (const [i, kind] of findingKinds.entries()) expect(tenant.findings[kind].size).toBeGreaterThan(sizes[i]!);
    }
  });

  it("moves updatedAt with every change but not with a re-detection", () => {
    const tenant = aTenant();
    const table = tenant.findings.vulnerability;
    const before = { seen: table.seen.slice(), version: table.version.slice(), updated: table.updated.slice() };
    createLife(tenant, lifeOptions).run(start, start + day);
    let redetected = 0;
    const wrong: number[] = [];
    for (let i = 0; i < tenant.size.vulnerabilities; i++) {
      if ((table.version[i] !== before.version[i]) !== (table.updated[i] !== before.updated[i])) wrong.push(i);
      if (table.version[i] === before.version[i] && table.seen[i] !== before.seen[i]) redetected++;
    }
    expect(wrong).toEqual([]);
    expect(redetected).toBeGreaterThan(0);
  });

  it("never edits an issue silently unless told to", () => {
    const changedSilently = (hasSilentEdits: boolean) => {
      const tenant = aTenant();
      const table = tenant.findings.issue;
      createLife(tenant, { ...lifeOptions, hasSilentEdits }).run(start, start + 6 * hour);
      let count = 0;
      for (let i = 0; i < tenant.size.issues; i++)
        if (table.updated[i]! > start && table.statusChanged[i]! <= start) count++;
      return count;
    };
    expect(changedSilently(false)).toBe(0);
    expect(changedSilently(true)).toBeGreaterThan(0);
  });
});

describe("ids and times", () => {
  it("lead back to the row that they were made of", () => {
    for (const index of [0, 1, 77, 999_999]) expect(indexOfUuid(1234, uuid(1234, index), 1_000_000)).toBe(index);
    expect(indexOfUuid(1234, uuid(99, 5), 1_000_000)).toBe(-1);
    expect(indexOfUuid(1234, uuid(1234, 500), 100)).toBe(-1);
  });

  it("are written as Go writes them and read back to the microsecond", () => {
    for (const text of ["2026-03-25T05:46:26.681576Z", "2026-03-25T05:46:26.5Z", "2026-03-25T05:46:26Z"])
      expect(formatMicros(parseMicros(text))).toBe(text);
    expect(parseMicros("2026-03-25T05:46:26.123456789Z")).toBe(parseMicros("2026-03-25T05:46:26.123456Z"));
    expect(parseMicros("2026-03-25T05:46:26+02:00")).toBe(parseMicros("2026-03-25T03:46:26Z"));
    expect(parseMicros("yesterday")).toBeNaN();
    expect(formatMicros(start + hour)).toBe("2026-08-03T01:00:00Z");
  });
});
