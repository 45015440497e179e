import { fixed, inProgress, noReason, objectDeleted, open, rejected, resolved } from "./codes.ts";
import { addFinding, chooseAsset } from "./generate.ts";
import { fraction, keyOf, mix, pickIndex } from "./hash.ts";
import { hour, type Micros } from "./micros.ts";
import { addRow } from "./tables.ts";
import { type FindingKind, findingKinds, issueType, type Tenant } from "./tenant.ts";
import { isVanished, rowsOf, sampleRows, setVanished } from "./vanish.ts";

export interface LifeOptions {
  /** Events an hour; an event touches one record or a handful. */
  changesPerHour: number;
  /** Scans move `lastDetectedAt` and `analyzedAt` without `updatedAt`, as Wiz does. */
  hasRedetections: boolean;
  /** Issues change (severity, due date) without `statusChangedAt`: no delta can see it, only a full pass. */
  hasSilentEdits: boolean;
  /** Records disappear without a trace, and now and then one comes back: no delta can see it, only a full pass. */
  hasVanishing: boolean;
}

export interface Life {
  /** Lets the tenant live from one instant to a later one; gives the number of events. */
  run(from: Micros, to: Micros): number;
}

/** Events follow from the seed and their number, so the same seed and the same steps lead to the same tenant. */
export function createLife(tenant: Tenant, options: LifeOptions): Life {
  const key = keyOf("life", tenant.seed);
  const interval = hour / options.changesPerHour;
  let next = 0;
  let wait = interval;
  return {
    run(from, to) {
      const began = next;
      let at = from + wait;
      for (; at <= to; at += interval) happen(tenant, options, key, next++, Math.floor(at));
      wait = at - to;
      if (next > began) tenant.revision++;
      return next - began;
    },
  };
}

function happen(tenant: Tenant, options: LifeOptions, key: number, event: number, at: Micros): void {
  const u = fraction(key, event, 0);
  const kind = kindOf(fraction(key, event, 1));
  const salt = mix(key, event, 2);
  // A draw of its own, so that everything else happens as it would without.
  if (options.hasVanishing && fraction(key, event, 3) < 0.04) vanish(tenant, kind, salt);
  else if (u < 0.22) appear(tenant, kind, salt, at);
  else if (u < 0.4) change(tenant, options, kind, salt, at);
  else if (u < 0.62) resolve(tenant, kind, salt, at);
  else if (u < 0.72) reopen(tenant, kind, salt, at);
  else if (u < 0.77) decide(tenant, kind, salt, at);
  else if (u < 0.88) redetect(tenant, options, kind, salt, at);
  else if (u < 0.94) changeAsset(tenant, salt, at);
  else if (u < 0.98) appearAsset(tenant, salt, at);
  else deleteAsset(tenant, salt, at);
}

function kindOf(u: number): FindingKind {
  return u < 0.7 ? "vulnerability" : u < 0.85 ? "misconfiguration" : u < 0.96 ? "issue" : "threat";
}

function isDeleted(tenant: Tenant, asset: number): boolean {
  return !Number.isNaN(tenant.assets.deleted[asset]!) || isVanished(tenant, "asset", asset);
}

/** A row of the kind that passes the test, or -1 when chance finds none. */
function choose(tenant: Tenant, kind: FindingKind, salt: number, test: (index: number) => boolean): number {
  const { size } = tenant.findings[kind];
  for (let attempt = 0; attempt < 12 && size > 0; attempt++) {
    const index = pickIndex(salt, attempt, 1, size);
    if (test(index) && !isVanished(tenant, kind, index)) return index;
  }
  return -1;
}

function appear(tenant: Tenant, kind: FindingKind, salt: number, at: Micros): void {
  const count = 1 + Math.floor(12 * fraction(salt, 0, 2) ** 3);
  for (let i = 0; i < count; i++) {
    const asset = chooseLiving(tenant, kind, salt + i);
    if (asset >= 0) addFinding(tenant, kind, at, asset);
  }
}

/**
 * An asset for the next finding, or -1 when chance finds none. The choice must not hang on the finding's index alone:
 * one asset that is gone would then be the end of new findings of the kind.
 */
function chooseLiving(tenant: Tenant, kind: FindingKind, salt: number): number {
  const next = tenant.findings[kind].size;
  for (let attempt = 0; attempt < 12; attempt++) {
    const asset = chooseAsset(tenant, kind, next, tenant.assets.size, attempt === 0 ? 0 : mix(salt, attempt, 7));
    if (!isDeleted(tenant, asset)) return asset;
  }
  return -1;
}

function change(tenant: Tenant, options: LifeOptions, kind: FindingKind, salt: number, at: Micros): void {
  const table = tenant.findings[kind];
  const index = choose(tenant, kind, salt, (i) => table.status[i] === open && !isDeleted(tenant, table.asset[i]!));
  if (index < 0) return;
  if (kind === "issue" && !options.hasSilentEdits) {
    setStatus(tenant, kind, index, inProgress, noReason, at);
    return;
  }
  table.version[index]!++;
  table.updated[index] = at;
  if (kind === "threat") table.seen[index] = at;
  else if (fraction(salt, 0, 3) < 0.4) table.severity[index] = 1 + ((table.severity[index]! + 1) % 4);
}

function setStatus(tenant: Tenant, kind: FindingKind, index: number, status: number, reason: number, at: Micros): void {
  const table = tenant.findings[kind];
  table.status[index] = status;
  table.reason[index] = reason;
  table.statusChanged[index] = at;
  table.updated[index] = at;
  table.resolved[index] = status === resolved ? at : Number.NaN;
  table.version[index]!++;
}

function resolve(tenant: Tenant, kind: FindingKind, salt: number, at: Micros): void {
  if (kind === "threat") return;
  const table = tenant.findings[kind];
  const index = choose(tenant, kind, salt, (i) => table.status[i] === open || table.status[i] === inProgress);
  if (index < 0) return;
  const isThreat = kind === "issue" && issueType(index) === "THREAT_DETECTION";
  setStatus(tenant, kind, index, resolved, isThreat ? 8 : fixed, at);
}

function reopen(tenant: Tenant, kind: FindingKind, salt: number, at: Micros): void {
  if (kind === "threat") return;
  const table = tenant.findings[kind];
  const index = choose(tenant, kind, salt, (i) => table.status[i] === resolved && !isDeleted(tenant, table.asset[i]!));
  if (index < 0) return;
  setStatus(tenant, kind, index, open, noReason, at);
  table.seen[index] = at;
}

/** A person rejects a finding or starts to work on it. */
function decide(tenant: Tenant, kind: FindingKind, salt: number, at: Micros): void {
  if (kind === "threat") return;
  const table = tenant.findings[kind];
  const index = choose(tenant, kind, salt, (i) => table.status[i] === open);
  if (index < 0) return;
  if (salt % 2 === 0) setStatus(tenant, kind, index, inProgress, noReason, at);
  else setStatus(tenant, kind, index, rejected, 3 + (salt % 3), at);
}

function redetect(tenant: Tenant, options: LifeOptions, kind: FindingKind, salt: number, at: Micros): void {
  if (!options.hasRedetections || kind === "issue" || kind === "threat") return;
  const table = tenant.findings[kind];
  for (let i = 0; i < 10; i++) {
    const index = choose(
      tenant,
      kind,
      salt + i,
      (one) => table.status[one] === open && !isDeleted(tenant, table.asset[one]!),
    );
    if (index < 0) continue;
    table.seen[index] = at;
    tenant.assets.lastSeen[table.asset[index]!] = at;
  }
}

/** One in eight is an asset, with all that was found on it; one in five is a record that comes back. */
function vanish(tenant: Tenant, kind: FindingKind, salt: number): void {
  const what = salt % 8 === 0 ? "asset" : kind;
  if (salt % 5 === 0) {
    setVanished(tenant, what, sampleRows(tenant, what, 1, salt, false), false);
    return;
  }
  const index = pickIndex(salt, 0, 6, rowsOf(tenant, what));
  if (!isVanished(tenant, what, index)) setVanished(tenant, what, [index], true);
}

function changeAsset(tenant: Tenant, salt: number, at: Micros): void {
  const asset = pickIndex(salt, 0, 4, tenant.assets.size);
  if (isDeleted(tenant, asset)) return;
  const { assets } = tenant;
  if (salt % 3 === 0) assets.status[asset] = (assets.status[asset]! + 1) % 2;
  else assets.version[asset]!++;
  assets.updated[asset] = at;
  assets.lastSeen[asset] = at;
}

function appearAsset(tenant: Tenant, salt: number, at: Micros): void {
  const { assets } = tenant;
  const asset = addRow(assets, at);
  assets.firstSeen[asset] = at;
  assets.lastSeen[asset] = at;
  const type = tenant.assetSource.typeOf(asset);
  const kind = ["VIRTUAL_MACHINE", "CONTAINER", "CONTAINER_IMAGE", "SERVERLESS"].includes(type)
    ? "vulnerability"
    : "misconfiguration";
  for (let i = salt % 5; i > 0; i--) addFinding(tenant, kind, at, asset);
}

/** The asset goes, and what was wrong with it is resolved. */
function deleteAsset(tenant: Tenant, salt: number, at: Micros): void {
  const asset = pickIndex(salt, 0, 5, tenant.assets.size);
  if (isDeleted(tenant, asset)) return;
  const { assets } = tenant;
  assets.deleted[asset] = at;
  assets.updated[asset] = at;
  assets.status[asset] = 1;
  resolveFindingsOf(tenant, new Set([asset]), at);
}

/** What was wrong with assets that are no more is resolved. */
export function resolveFindingsOf(tenant: Tenant, rows: ReadonlySet<number>, at: Micros): void {
  for (const kind of findingKinds) {
    if (kind === "threat") continue;
    const table = tenant.findings[kind];
    for (let i = 0; i < table.size; i++) {
      if (!rows.has(table.asset[i]!) || table.status[i] === resolved || table.status[i] === rejected) continue;
      setStatus(tenant, kind, i, resolved, objectDeleted, Math.max(at, table.created[i]!));
    }
  }
}
