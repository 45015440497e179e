import { afterEach, describe, expect, test } from "vitest";
import { streamNames } from "../../src/model.ts";
import { finishRun, requestCancel, requestRun } from "../../src/store/run.ts";
import { readStatus } from "../../src/sync/status.ts";
import { finished } from "../weir.ts";
import { aTenant, type Tenant } from "./tenant.ts";
import { createGate, until } from "./wire.ts";

let tenant: Tenant;
afterEach(() => tenant.close());

/** A run that someone asked for, with a worker that stays. */
async function begin() {
  const { database, integration, weir } = tenant;
  const request = { integrationId: integration.id, trigger: "demand", mode: "full", streams: streamNames } as const;
  const id = await requestRun(database.db, request, tenant.now());
  return { id, worker: weir.worker({ integrationId: integration.id }) };
}

/** Holds the pages of these streams until it is opened. */
function holdPages(...streams: string[]) {
  const gate = createGate();
  const inner = tenant.wire.onRequest;
  tenant.wire.onRequest = (request) =>
    streams.includes(request.what) && !request.isCount ? gate.passed : inner(request);
  return gate;
}

test("4.12 the states follow a first run: registered, scheduled, processing, processed with findings arriving, processed", async () => {
  tenant = await aTenant();
  const { database, integration } = tenant;
  const disabled = await readStatus(database.db, { ...integration, isEnabled: false }, tenant.now());
  expect([disabled.state, disabled.tile.colour]).toEqual(["registered", "grey"]);
  expect(await tenant.status()).toMatchObject({ state: "scheduled", stateText: "the first run is due" });

  const assets = holdPages("assets");
  const findings = holdPages("vulnerabilities");
  const { id, worker } = await begin();
  try {
    await until(async () => (await tenant.status()).state === "processing");
    await until(async () => (await tenant.status()).stateText.startsWith("fetching assets"));
    expect((await tenant.status()).tile).toMatchObject({
      colour: "grey",
      reason: expect.stringContaining("first run"),
    });
    expect((await tenant.status()).lastRun).toMatchObject({ result: null, phase: "assets", finishedAt: null });
    assets.open();
    await until(async () => (await tenant.status()).state === "processed");
    const arriving = await tenant.status();
    expect(arriving.stateText).toMatch(/^assets are in, findings are still arriving: \d+ (of \d+|so far)/);
    expect(arriving.lastRun).toMatchObject({ result: null, phase: "findings" });
    findings.open();
    expect(await finished(database, id)).toMatchObject({ result: "success", phase: "done" });
  } finally {
    assets.open();
    findings.open();
    await worker.stop();
  }
  expect(await tenant.status()).toMatchObject({ state: "processed", stateText: "assets and findings are in" });
  expect((await tenant.status()).tile.colour).toBe("green");
  tenant.live(5 * 60);
  expect(await tenant.status()).toMatchObject({ state: "scheduled", stateText: "the next run is due" });
});

describe("4.12 the result of a run", () => {
  test("is cancelled when a person cancels it, and the next run goes on with what is left", async () => {
    tenant = await aTenant();
    const gate = holdPages("vulnerabilities");
    const { id, worker } = await begin();
    await until(() => tenant.wire.pages("vulnerabilities").length > 0);
    await requestCancel(tenant.database.db, id, tenant.now());
    expect(await finished(tenant.database, id)).toMatchObject({ result: "cancelled", error: null });
    await worker.stop();
    gate.open();
    expect(await tenant.full()).toMatchObject({ result: "success" });
    await tenant.expectTruth();
  });

  test("is interrupted when its process stops, and the next process resumes it by itself", async () => {
    tenant = await aTenant();
    const gate = holdPages("vulnerabilities");
    const { id, worker } = await begin();
    await until(() => tenant.wire.pages("vulnerabilities").length > 0);
    await worker.stop();
    expect(await finished(tenant.database, id)).toMatchObject({ result: "interrupted" });
    gate.open();
    const next = tenant.weir.worker({ isScheduling: true });
    await until(async () => (await tenant.status()).streams.every(({ lastFullAt }) => lastFullAt !== null));
    await next.stop();
    await tenant.expectTruth();
  });

  test("is failed when every stream fails, partial when some do, and each says why", async () => {
    tenant = await aTenant({ findings: 200 });
    await tenant.control("faults", { faults: [{ kind: "feature-off" }] });
    expect(await tenant.full()).toMatchObject({ result: "failed", error: expect.stringMatching(/422/) });
    expect((await tenant.status()).tile.colour).toBe("red");
    await tenant.control("faults", { faults: [{ kind: "feature-off", stream: "issues" }] });
    expect(await tenant.full()).toMatchObject({ result: "partial", error: expect.stringMatching(/issues with 422/) });
    expect((await tenant.status()).tile).toMatchObject({ colour: "amber", reason: expect.stringMatching(/^issues: /) });
  });

  test("is not changed by anything once the run has ended", async () => {
    tenant = await aTenant({ findings: 100 });
    const run = await tenant.full("issues");
    await finishRun(tenant.database.db, run.id, "interrupted", "late", tenant.now());
    expect(await finished(tenant.database, run.id)).toEqual(run);
  });
});

test("4.12 the tile turns amber when nothing was polled for two intervals, though nothing failed, and green by the next poll", async () => {
  tenant = await aTenant({ findings: 200 });
  await tenant.full();
  tenant.live(9 * 60);
  expect((await tenant.status()).tile.colour).toBe("green");
  tenant.live(2 * 60);
  expect((await tenant.status()).tile).toMatchObject({
    colour: "amber",
    reason: "stale: no successful poll within two intervals of issues, detections",
  });
  await tenant.delta();
  expect((await tenant.status()).tile.colour).toBe("green");
});
