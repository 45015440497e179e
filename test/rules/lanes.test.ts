import { afterEach, describe, expect, test } from "vitest";
import { hour } from "../../src/emulator/tenant/micros.ts";
import { streamNames } from "../../src/model.ts";
import { aTenant, start, startMs, type Tenant } from "./tenant.ts";
import { withNodes } from "./wire.ts";

let tenant: Tenant;
afterEach(() => tenant.close());

const minuteMs = 60_000;
const iso = (ms: number) => new Date(ms).toISOString();
const isNew = (truth: object) => "createdAt" in truth && Date.parse(String(truth.createdAt)) > startMs;
const lively = { changesPerHour: 600, redetections: false };

describe("4.1 a delta", () => {
  test("asks each stream for what changed since its watermark less the overlap, up to Wiz's now, on the clock that moves", async () => {
    tenant = await aTenant(lively);
    await tenant.full();
    tenant.live(3600);
    tenant.wire.requests.length = 0;
    expect(await tenant.delta()).toMatchObject({ result: "success", mode: "delta" });
    const window = { after: iso(startMs - 5 * minuteMs), before: iso(tenant.emulator.now()) };
    const asked = tenant.wire
      .pages()
      .filter(({ after }) => after === null)
      .map(({ what, filterBy }) => {
        const known = what === "issues" ? ["statusChangedAt", "createdAt"] : ["updatedAt"];
        const clocks = known.filter((clock) => clock in filterBy);
        for (const clock of clocks) expect(filterBy[clock], what).toEqual(window);
        return `${what} ${clocks.join()}`;
      });
    expect([...new Set(asked)].sort()).toEqual([
      "assets updatedAt",
      "detections updatedAt",
      "issues createdAt",
      "issues statusChangedAt",
      "misconfigurations updatedAt",
      "vulnerabilities updatedAt",
    ]);
    expect(tenant.wire.pages("detections")[0]?.filterBy.type).toEqual({ equals: ["GENERATED_THREAT", "MATCH_ONLY"] });
    for (const stream of streamNames)
      expect(Date.parse((await tenant.stream(stream)).watermark ?? "")).toBe(tenant.emulator.now());
    await tenant.expectTruth();
  });

  test.each([-1, 1])("goes by Wiz's clock while ours is %i hour wrong", async (hours) => {
    tenant = await aTenant({ ...lively, weirNow: (emulator) => emulator.now() + hours * 60 * minuteMs });
    await tenant.full();
    for (let i = 0; i < 3; i++) {
      tenant.live(20 * 60);
      await tenant.delta();
      await tenant.expectTruth();
      expect(Date.parse((await tenant.stream("vulnerabilities")).watermark ?? "")).toBe(tenant.emulator.now());
    }
  });

  test("brings what Wiz shows four minutes late, after a delta that ended past it", async () => {
    tenant = await aTenant(lively);
    await tenant.full();
    tenant.live(120);
    const late = [...tenant.emulator.truth("vulnerability")].find(isNew)!.id;
    tenant.wire.onAnswer = ({ what }, answer) =>
      what === "vulnerabilities" ? withNodes(answer, (nodes) => nodes.filter(({ id }) => id !== late)) : answer;
    expect(await tenant.delta()).toMatchObject({ result: "success" });
    expect(await tenant.differences()).toContainEqual(expect.stringContaining(late));
    tenant.wire.onAnswer = (_request, answer) => answer;
    tenant.live(4 * 60);
    await tenant.delta();
    await tenant.expectTruth();
  });

  test("of issues brings new ones whose status Wiz dates back, and old ones whose status changes", async () => {
    tenant = await aTenant({ ...lively, findings: 1_200 });
    await tenant.full("issues", "assets");
    tenant.live(2 * 3600);
    const { issue } = tenant.emulator.tenant.findings;
    const since = startMs * 1000;
    let [fresh, changed] = [0, 0];
    for (let i = 0; i < issue.size; i++) {
      if (issue.created[i]! > since) {
        issue.statusChanged[i] = since - 30 * 24 * hour;
        fresh += 1;
      } else if (issue.statusChanged[i]! > since) changed += 1;
    }
    tenant.emulator.tenant.revision += 1;
    expect(Math.min(fresh, changed)).toBeGreaterThan(0);
    await tenant.delta("issues");
    expect((await tenant.differences()).filter((one) => one.startsWith("issue "))).toEqual([]);
  });
});

describe("4.1 a full pass", () => {
  test("finds the silent edits that no delta sees", async () => {
    tenant = await aTenant({ findings: 600, changesPerHour: 200, redetections: false, silentEdits: true });
    await tenant.full();
    tenant.live(4 * 3600);
    await tenant.delta();
    const unseen = await tenant.differences();
    expect(unseen.length).toBeGreaterThan(0);
    expect(unseen.filter((one) => !one.startsWith("issue "))).toEqual([]);
    expect(await tenant.full()).toMatchObject({ result: "success" });
    await tenant.expectTruth();
  });

  test("that lasts while the tenant changes leaves nothing to the chance of when a page was asked", async () => {
    tenant = await aTenant({ ...lively, sliceTarget: 40 });
    // Ten minutes go by with each page: what was fetched at the beginning has changed at the end.
    tenant.wire.onRequest = ({ isCount, what }) => {
      if (!isCount && what === "vulnerabilities") tenant.emulator.advance(600);
    };
    await tenant.full("vulnerabilities");
    tenant.wire.onRequest = () => undefined;
    const unequal = async () => (await tenant.differences()).filter((one) => one.startsWith("vulnerability "));
    expect((await unequal()).length).toBeGreaterThan(0);
    tenant.live(60);
    await tenant.delta("vulnerabilities");
    expect(await unequal()).toEqual([]);
  });

  test("asks for everything, whatever its age, and its watermark is when it began", async () => {
    tenant = await aTenant();
    await tenant.full();
    const windows = tenant.wire.pages("vulnerabilities").map(({ filterBy }) => filterBy.firstSeenAt as object);
    expect(windows.some((window) => !("after" in window))).toBe(true);
    expect(windows.some((window) => !("before" in window))).toBe(true);
    expect(tenant.wire.pages().every(({ filterBy }) => !("updatedAt" in filterBy))).toBe(true);
    expect((await tenant.stream("vulnerabilities")).watermark).toBe(new Date(start).toISOString());
  });
});

test("4.1 what changes in the very second in which a delta ends is in that one or in the next", async () => {
  tenant = await aTenant({ changesPerHour: 3_600, redetections: false });
  await tenant.full("vulnerabilities");
  for (let i = 0; i < 5; i++) {
    tenant.emulator.advance(20.7);
    await tenant.delta("vulnerabilities");
  }
  const watermark = Date.parse((await tenant.stream("vulnerabilities")).watermark ?? "");
  const truth = [...tenant.emulator.truth("vulnerability")];
  const later = truth.filter((one) => "updatedAt" in one && Date.parse(one.updatedAt) >= watermark).map(({ id }) => id);
  const unequal = (await tenant.differences()).filter((one) => one.startsWith("vulnerability "));
  expect(truth.filter(isNew).length).toBeGreaterThan(20);
  expect(unequal.filter((one) => !later.some((id) => one.includes(id)))).toEqual([]);
});
