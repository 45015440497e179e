import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type App, openApp } from "../src/app.ts";
import { type EmulatorProcess, startEmulatorProcess } from "../src/cli/emulator-process.ts";
import { addEmulatorTenant } from "../src/cli/emulator-tenant.ts";
import { loadConfig } from "../src/config.ts";
import { findConnector } from "../src/connectors/registry.ts";
import { defaultRules } from "../src/identity/rules.ts";
import { createLogger } from "../src/log.ts";
import type { IdentificationRule } from "../src/model.ts";
import { noteAllInBackground } from "../src/store/identity.ts";
import { countIdentityAssets } from "../src/store/identity-list.ts";
import { resolveIdentities } from "../src/sync/identities.ts";
import { dryRun } from "../src/sync/identity-dry-run.ts";
import { agreementText, changeText } from "./identity-report.ts";
import { type Agreement, compareWithEstate } from "./identity-truth.ts";
import { measureWeir, type Usage } from "./process.ts";

export interface IdentityFigures {
  machines: number;
  first: Usage;
  second: Usage;
  /** Of what changed, in both tenants. */
  changes: Usage[];
  loaded: Agreement;
  changed: Agreement;
  /** All rules but the first off for one tenant, and on again. */
  fewer: RuleChange;
  again: RuleChange;
  restored: Agreement;
}

export interface RuleChange {
  drySeconds: number;
  merges: number;
  splits: number;
  /** Assets that machines are: as the dry run said, and as it came to be. */
  predicted: number;
  actual: number;
  applySeconds: number;
}

interface Tenant {
  name: string;
  id: string;
  emulator: EmulatorProcess;
}

/** Loads two tenants that see one estate, one after the other, lets the estate change, and compares with the truth. */
export async function measureIdentity(machines: number, say: (text: string) => void): Promise<IdentityFigures> {
  const dataDir = mkdtempSync(join(tmpdir(), "weir-bench-"));
  const emulators = await Promise.all(["a", "b"].map((view) => startTenant(view, machines)));
  const hosts = emulators.map(({ host }) => host).join(",");
  const env = { WEIR_DATA_DIR: dataDir, WEIR_ALLOWED_HOSTS: hosts, WEIR_MAX_REQUESTS_PER_SECOND: "1000" };
  const app = await openApp(
    loadConfig(env, process.cwd()),
    createLogger({ format: "text", level: "warn", stream: process.stderr }),
  );
  try {
    const tenants: Tenant[] = [];
    for (const [i, emulator] of emulators.entries()) {
      const name = `tenant ${"ab"[i]}`;
      const { id } = await addEmulatorTenant(app, { name, url: emulator.url, isEnabled: false, intervalMinutes: 60 });
      tenants.push({ name, id, emulator });
    }
    return await measure({ app, tenants, env, say, machines });
  } finally {
    await app.close();
    for (const emulator of emulators) await emulator.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function startTenant(view: string, machines: number): Promise<EmulatorProcess> {
  const estate = ["--estate", view, "--estate-machines", String(machines)];
  return startEmulatorProcess(["--port", "0", "--findings", "10", ...estate]);
}

interface Bench {
  app: App;
  tenants: Tenant[];
  env: Record<string, string>;
  say: (text: string) => void;
  machines: number;
}

async function measure({ app, tenants, env, say, machines }: Bench): Promise<IdentityFigures> {
  const urls = new Map(tenants.map(({ id, emulator }) => [id, emulator.url]));
  const sync = async ({ name, emulator }: Tenant, more: readonly string[] = []) => {
    const args = ["sync", name, "--stream", "assets", ...more];
    const usage = await measureWeir(args, env, { emulator: emulator.pid, database: 0 });
    say(`  ${args.join(" ")}: ${usage.seconds.toFixed(1)} s, at most ${usage.peakMb} MB\n`);
    return usage;
  };
  const [a, b] = tenants as [Tenant, Tenant];
  const first = await sync(a, ["--full"]);
  const second = await sync(b, ["--full"]);
  const compare = async () => {
    const agreement = await compareWithEstate(app, urls);
    say(`  ${agreementText(agreement)}\n`);
    return agreement;
  };
  const loaded = await compare();
  for (const { emulator } of tenants) {
    await post(`${emulator.url}/emulator/estate/change`, {});
    await post(`${emulator.url}/emulator/clock`, { advanceSeconds: 7200 });
  }
  const changes = [await sync(a), await sync(b)];
  const changed = await compare();
  const change = async (rules: readonly IdentificationRule[]) => {
    const done = await changeRules(app, { integrationId: b.id, rules });
    say(`  ${rules.length} rules: ${changeText(done)}\n`);
    return done;
  };
  const fewer = await change(["cloud_instance"]);
  const again = await change(defaultRules);
  const restored = await compare();
  return { machines, first, second, changes, loaded, changed, fewer, again, restored };
}

/** As the settings of an integration do it: tried first, then saved and applied. */
async function changeRules(
  { db, now }: App,
  { integrationId, rules }: { integrationId: string; rules: readonly IdentificationRule[] },
): Promise<RuleChange> {
  const tried = performance.now();
  const { assets, merges, splits } = await dryRun({ db }, new Map([[integrationId, rules]]));
  const saved = performance.now();
  await db
    .updateTable("integration")
    .set({ identificationRules: [...rules] })
    .where("id", "=", integrationId)
    .execute();
  await noteAllInBackground(db);
  await resolveIdentities({ db, now, findConnector }, { isBackground: true });
  const applySeconds = (performance.now() - saved) / 1000;
  const { assets: actual } = await countIdentityAssets(db);
  return {
    drySeconds: (saved - tried) / 1000,
    merges: merges.count,
    splits: splits.count,
    predicted: assets.after,
    actual,
    applySeconds,
  };
}

async function post(url: string, body: object): Promise<void> {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
}
