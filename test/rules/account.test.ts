import { afterEach, describe, expect, test } from "vitest";
import type { Integration } from "../../src/store/integration.ts";
import { requestRun } from "../../src/store/run.ts";
import { readStreamStates } from "../../src/store/stream-state.ts";
import { enabledStreams } from "../../src/sync/stream-settings.ts";
import { compareWithTruth, readTruth } from "../truth.ts";
import { emulatorHost, finished } from "../weir.ts";
import { aTenant, startMs, type Tenant } from "./tenant.ts";
import { createGate, until } from "./wire.ts";

let tenant: Tenant;
afterEach(() => tenant.close());

describe("4.7 two integrations on one service account", () => {
  test("share one governor and one token: together they stay within the account's rate", async () => {
    const limits = { maxRequestsPerSecond: 10, startRequestsPerSecond: 10 };
    tenant = await aTenant({ findings: 300, rps: 10, limits, sliceTarget: 30 });
    const { database, weir, integration, wire } = tenant;
    const both = [integration, await weir.addIntegration("the same again")];
    const worker = weir.worker();
    try {
      const request = ({ id }: Integration) =>
        requestRun(
          database.db,
          { integrationId: id, trigger: "demand", mode: "full", streams: enabledStreams(integration) },
          startMs,
        );
      for (const run of await Promise.all(both.map(request)))
        expect(await finished(database, run)).toMatchObject({ result: "success" });
    } finally {
      await worker.stop();
    }
    expect(wire.requests.length).toBeGreaterThan(60);
    expect(wire.requests.filter(({ status }) => status === 429)).toEqual([]);
    expect(wire.requests.filter(({ what }) => what === "token")).toHaveLength(1);
    const truth = await readTruth(`http://${emulatorHost}`, tenant.emulator.fetch);
    for (const { id } of both) expect((await compareWithTruth(database.db, id, truth)).differences).toEqual([]);
  });
});

describe("4.8 the right of way", () => {
  test("a poll of issues and detections ends while first loads hold every place that bulk may have, before any of them is answered", async () => {
    let clock = startMs;
    tenant = await aTenant({ weirNow: () => clock, sliceTarget: 50, changesPerHour: 600 });
    const { database, weir, integration, wire } = tenant;
    const both = [integration, await weir.addIntegration("the same again")];
    const hold = createGate();
    const bulk = () => wire.pages().filter(({ what }) => what === "vulnerabilities" || what === "misconfigurations");
    wire.onRequest = ({ what, isCount }) =>
      !isCount && (what === "vulnerabilities" || what === "misconfigurations") ? hold.passed : undefined;
    const urgent = async () =>
      (
        await readStreamStates(
          database.db,
          both.map(({ id }) => id),
        )
      ).filter(({ stream }) => stream === "issues" || stream === "detections");
    const worker = weir.worker({ isScheduling: true });
    try {
      await until(async () => (await urgent()).filter(({ lastFullAt }) => lastFullAt !== null).length === 4);
      // Of ten places two are kept free for polls.
      await until(() => bulk().length === 8 && wire.inFlight() === 8);
      tenant.live(300);
      clock += 300_000;
      const since = tenant.emulator.now();
      await until(async () => (await urgent()).every(({ watermark }) => Date.parse(watermark ?? "") >= since));
      expect(bulk().map(({ status }) => status)).toEqual(Array(8).fill(0));
      const known = (await tenant.differences()).filter((one) => /^(issue|threat) /.test(one));
      expect(known).toEqual([]);
      hold.open();
      await until(async () => (await tenant.status()).streams.every(({ lastFullAt }) => lastFullAt !== null));
    } finally {
      hold.open();
      await worker.stop();
    }
  }, 60_000);
});

describe("4.8 pages", () => {
  test.each([
    { kind: "too-complex" },
    { kind: "internal-error" },
    { kind: "server-error", status: 502 },
    { kind: "time-out", delayMs: 1 },
    { kind: "cut", at: "body" },
    { kind: "broken-json" },
  ] as const)("of one stream shrink until Wiz can answer them, those of the others do not: $kind", async (fault) => {
    tenant = await aTenant({ faults: [{ ...fault, stream: "vulnerabilities", above: 60 }], sliceTarget: 400 });
    expect(await tenant.full("vulnerabilities", "issues")).toMatchObject({ result: "success", error: null });
    const sizes = (what: string) => new Set(tenant.wire.pages(what).map(({ first }) => first));
    expect([...sizes("vulnerabilities")]).toEqual([500, 250, 125, 62, 31]);
    expect([...sizes("issues")]).toEqual([500]);
    expect((await tenant.differences()).filter((one) => /^(vulnerability|issue) /.test(one))).toEqual([]);
  });

  test("that are never answered are given up in time and asked for again", async () => {
    tenant = await aTenant({ faults: [{ kind: "hang", times: 3 }], timeoutMs: 300 });
    expect(await tenant.full()).toMatchObject({ result: "success", error: null });
    await tenant.expectTruth();
  });

  test("are never larger than what Wiz gives of a stream", async () => {
    tenant = await aTenant({ sliceTarget: 10_000 });
    await tenant.full();
    expect(tenant.wire.pages().every(({ first }) => first <= 500)).toBe(true);
    expect(tenant.wire.requests.every(({ status }) => status === 200)).toBe(true);
  });
});
