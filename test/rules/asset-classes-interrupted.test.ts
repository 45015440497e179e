import { afterEach, expect, test } from "vitest";
import type { AssetClass } from "../../src/model.ts";
import { findIntegration } from "../../src/store/integration.ts";
import { requestRun } from "../../src/store/run.ts";
import { editIntegration } from "../../src/sync/edit.ts";
import { testSecretBox } from "../weir.ts";
import { aTenant, type Tenant } from "./tenant.ts";
import { createGate, until } from "./wire.ts";

let tenant: Tenant;
afterEach(() => tenant.close());

const present = () => findIntegration(tenant.database.db, tenant.integration.id);
const by = { actor: { type: "system", id: null, name: "test" }, address: null } as const;

async function choose(classes: AssetClass[] | null) {
  const deps = { db: tenant.database.db, box: testSecretBox(), now: tenant.now, by };
  return await editIntegration(deps, await present(), { assetClasses: classes });
}

test("Q-26 a pass that was interrupted before the choice changed is not the full pass of the new one either", async () => {
  tenant = await aTenant({ findings: 300 });
  await choose(["compute"]);
  const { db } = tenant.database;
  const of = { integrationId: tenant.integration.id, trigger: "demand", mode: "full", streams: ["assets"] } as const;
  await requestRun(db, of, tenant.now());
  const hold = createGate();
  tenant.wire.onRequest = ({ what, isCount }) => (what === "assets" && !isCount ? hold.passed : undefined);
  const worker = tenant.weir.worker();
  await until(() => tenant.wire.inFlight() > 0 && tenant.wire.pages("assets").length > 0);
  await worker.stop();
  hold.open();
  await choose(null);
  const next = tenant.weir.worker({ isScheduling: true });
  const passes = async () => {
    const rows = await tenant.rows<{ trigger: string; scope: string }>(
      `select trigger, scope from pass join run on run.id = run_id
       where stream = 'assets' and lane = 'full' and pass.result = 'success' order by pass.finished_at`,
    );
    return rows.map(({ trigger, scope }) => [trigger, JSON.parse(scope).classes]);
  };
  await until(async () => (await passes()).length === 2);
  await next.stop();
  expect(await passes()).toEqual([
    ["resume", ["compute"]],
    [expect.any(String), null],
  ]);
  expect((await tenant.differences()).filter((one) => one.startsWith("asset "))).toEqual([]);
});
