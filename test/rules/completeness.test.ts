import { afterEach, describe, expect, test } from "vitest";
import { defaultScopes } from "../../src/emulator/options.ts";
import { recordKindOf } from "../../src/model.ts";
import { readStatus } from "../../src/sync/status.ts";
import { aTenant, type Tenant } from "./tenant.ts";
import { createGate, until } from "./wire.ts";

let tenant: Tenant;
afterEach(() => tenant.close());

describe("4.11 completeness", () => {
  test("is Wiz's count beside Weir's, stream by stream, and the gap between them", async () => {
    tenant = await aTenant();
    await tenant.full();
    for (const { stream, wizCount, weirCount, gap, isWizCountCapped, whyZero } of (await tenant.status()).streams) {
      const there = [...tenant.emulator.truth(recordKindOf[stream])].length;
      expect([wizCount, weirCount, gap, isWizCountCapped, whyZero], stream).toEqual([there, there, 0, false, null]);
    }
  });

  test("tells what came since Wiz counted from what differed then", async () => {
    tenant = await aTenant();
    await tenant.full();
    expect(await tenant.stream("vulnerabilities")).toMatchObject({ gap: 0, isGapNew: false });
    tenant.live(12 * 3_600);
    await tenant.delta();
    const { wizCount, weirCount, gap, isGapNew } = await tenant.stream("vulnerabilities");
    expect(weirCount).toBeGreaterThan(wizCount!);
    expect([gap, isGapNew]).toEqual([wizCount! - weirCount, true]);
    await tenant.full();
    expect(await tenant.stream("vulnerabilities")).toMatchObject({ gap: 0, isGapNew: false });
  });

  test("shows a gap where Wiz gives fewer records than it counts, makes nothing gone by it, and the next pass closes it", async () => {
    tenant = await aTenant({ faults: [{ kind: "lost-rows", stream: "vulnerabilities" }] });
    await tenant.full();
    const gap = (await tenant.differences()).filter((one) => /^vulnerability .* is missing$/.test(one)).length;
    expect(gap).toBeGreaterThan(20);
    expect(await tenant.stream("vulnerabilities")).toMatchObject({ gap, isGapNew: false });
    await tenant.full();
    expect((await tenant.stream("vulnerabilities")).goneNote).toMatch(/Wiz counted \d+ records but gave \d+/);
    await tenant.control("faults", { clear: true });
    await tenant.full();
    expect(await tenant.stream("vulnerabilities")).toMatchObject({ gap: 0, goneNote: null });
    await tenant.expectTruth();
  });

  test("says that Wiz has at least so many where Wiz stopped counting", async () => {
    tenant = await aTenant({ countCap: 20, sliceTarget: 10_000 });
    const { vulnerability } = tenant.emulator.tenant.findings;
    vulnerability.created.fill(vulnerability.created[50]!, 50, 350);
    tenant.emulator.tenant.revision += 1;
    await tenant.full("vulnerabilities");
    const { weirCount, isWizCountCapped } = await tenant.stream("vulnerabilities");
    expect([weirCount, isWizCountCapped]).toEqual([[...tenant.emulator.truth("vulnerability")].length, true]);
  });
});

describe("4.11 a number that is zero says why", () => {
  const why = async () => (await tenant.stream("issues")).whyZero;

  test("it was not polled yet, is being fetched, could not be fetched, may not be read, could not be read", async () => {
    tenant = await aTenant({ findings: 200 });
    expect(await why()).toBe("it has not been polled yet");

    const hold = createGate();
    tenant.wire.onRequest = ({ what }) => (what === "issues" ? hold.passed : undefined);
    const run = tenant.full("issues");
    await until(async () => (await why()) === "it is being fetched for the first time");
    await tenant.control("faults", { faults: [{ kind: "internal-error", stream: "issues" }] });
    hold.open();
    expect(await run).toMatchObject({ result: "failed" });
    expect(await why()).toBe("it could not be fetched");

    await tenant.control("faults", { clear: true });
    await tenant.control("scopes", { scopes: defaultScopes.filter((scope) => scope !== "read:issues") });
    await tenant.full("issues");
    expect(await why()).toBe("the service account may not read it");

    await tenant.control("scopes", { scopes: defaultScopes });
    tenant.wire.onAnswer = async ({ what }, answer) => {
      if (what !== "issues") return answer;
      const text = (await answer.text()).replaceAll(/"createdAt":"[^"]*"/g, '"createdAt":42');
      return new Response(text, answer);
    };
    expect(await tenant.full("issues")).toMatchObject({ result: "success" });
    expect(await why()).toBe("no record could be read");
  });

  test("Wiz has none that the account may see", async () => {
    tenant = await aTenant({ findings: 200 });
    await tenant.control("projects", { projects: [] });
    expect(await tenant.full("issues")).toMatchObject({ result: "success" });
    expect(await why()).toBe("Wiz has none that this service account may see");
  });

  test("the stream is switched off, the integration is disabled", async () => {
    tenant = await aTenant({ findings: 200 });
    const { database, integration } = tenant;
    const { issues, ...others } = integration.streams;
    const off = { ...integration, streams: { ...others, issues: { ...issues, enabled: false } } };
    const disabled = { ...integration, isEnabled: false };
    const whyOf = async (one: typeof integration) =>
      (await readStatus(database.db, one, tenant.now())).streams.find(({ stream }) => stream === "issues")?.whyZero;
    expect(await whyOf(off)).toBe("the stream is switched off");
    expect(await whyOf(disabled)).toBe("the integration is disabled and has not been polled");
  });
});
