import { afterEach, describe, expect, test } from "vitest";
import { parseMicros } from "../../src/emulator/tenant/micros.ts";
import { requestRun } from "../../src/store/run.ts";
import { finished } from "../weir.ts";
import { aTenant, startMs, type Tenant } from "./tenant.ts";
import { createGate, type Request, until } from "./wire.ts";

let tenant: Tenant;
afterEach(() => tenant.close());

interface Window {
  after?: string;
  before?: string;
}

const windowOf = ({ filterBy }: Request) => (filterBy.firstSeenAt ?? filterBy.updatedAt ?? {}) as Window;
const keyOf = (request: Request) => JSON.stringify(windowOf(request));

/** The windows whose first pages were asked for, from the oldest to the newest. */
function windows(requests: readonly Request[]): Window[] {
  const first = requests.filter(({ after }) => after === null).map(windowOf);
  return first.sort((a, b) => Date.parse(a.after ?? "0001-01-01") - Date.parse(b.after ?? "0001-01-01"));
}

/** No instant lies between two neighbours; they share a millisecond at most. */
function expectNoGap(list: readonly Window[]): void {
  for (const [i, { after }] of list.entries())
    if (i > 0) expect(Date.parse(after ?? "")).toBe(Date.parse(list[i - 1]?.before ?? "") - 1);
}

function times(requests: readonly Request[]): Map<string, number> {
  const pages = Map.groupBy(requests, (request) => `${keyOf(request)} ${request.after}`);
  return new Map([...pages].map(([key, list]) => [key, list.length]));
}

/** Pages of 20 records, as a tenant gives them that cannot manage more. */
const smallPages = { kind: "too-complex", stream: "vulnerabilities", above: 20 } as const;

describe("4.2 a full pass", () => {
  test("is cut into windows without a gap, pulled side by side, ordered, and counted once each", async () => {
    tenant = await aTenant({ findings: 600 });
    const gate = createGate();
    let held = 0;
    tenant.wire.onRequest = ({ what, isCount }) => {
      if (what !== "vulnerabilities" || isCount || ++held > 3) return undefined;
      if (held === 3) gate.open();
      return gate.passed;
    };
    await tenant.full("vulnerabilities");
    const pages = tenant.wire.pages("vulnerabilities");
    const list = windows(pages);
    expect(list.length).toBeGreaterThan(3);
    expect(list[0]).not.toHaveProperty("after");
    expect(list.at(-1)).not.toHaveProperty("before");
    expectNoGap(list);
    expect(pages.every(({ orderBy }) => orderBy !== null)).toBe(true);
    expect(pages.every(({ isTotalWanted, after }) => isTotalWanted === (after === null))).toBe(true);
    expect([...times(pages).values()].every((count) => count === 1)).toBe(true);
  }, 30_000);

  test("has no more pages in hand than eight, however long it takes to store them", async () => {
    tenant = await aTenant({ findings: 600, faults: [smallPages], sliceTarget: 40 });
    const [begun, locked] = [createGate(), createGate()];
    let asked = 0;
    tenant.wire.onRequest = ({ what, isCount, first }) => {
      if (what !== "vulnerabilities" || isCount || first > 20) return undefined;
      asked += 1;
      begun.open();
      return locked.passed;
    };
    const run = tenant.full("vulnerabilities");
    await begun.passed;
    const client = await tenant.database.connect();
    try {
      await client.query("begin; lock table slice in share mode");
      locked.open();
      await until(async () => asked >= 8);
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(asked).toBe(8);
    } finally {
      await client.end();
    }
    expect(await run).toMatchObject({ result: "success" });
    expect(asked).toBeGreaterThan(16);
  }, 30_000);

  test("misses no record that is older than any look-back, and none that Wiz dates into the future", async () => {
    tenant = await aTenant({ findings: 600 });
    const { vulnerability } = tenant.emulator.tenant.findings;
    vulnerability.created[0] = parseMicros("1999-12-31T23:59:59Z");
    vulnerability.created[1] = parseMicros("2014-04-07T00:00:00.000001Z");
    vulnerability.created[vulnerability.size - 1] = parseMicros("2031-01-01T00:00:00Z");
    tenant.emulator.tenant.revision += 1;
    await tenant.full();
    await tenant.expectTruth();
  });

  test("is whole where Wiz counts up to a cap only", async () => {
    tenant = await aTenant({ countCap: 50, sliceTarget: 40 });
    await tenant.full();
    await tenant.expectTruth();
    expect(windows(tenant.wire.pages("vulnerabilities")).length).toBeGreaterThan(8);
    expect((await tenant.stream("vulnerabilities")).gap).toBe(0);
  });

  test("takes a window that cannot be halved as it is: hundreds of records share one instant", async () => {
    tenant = await aTenant({ findings: 600 });
    const { vulnerability } = tenant.emulator.tenant.findings;
    vulnerability.created.fill(vulnerability.created[50]!, 50, 350);
    tenant.emulator.tenant.revision += 1;
    await tenant.full("assets", "vulnerabilities");
    expect((await tenant.differences()).filter((one) => /^(vulnerability|asset) /.test(one))).toEqual([]);
    expect(tenant.wire.requests.filter(({ isCount }) => isCount).length).toBeLessThan(150);
  });

  test("tries a slice that fails again alone, and no page of the others", async () => {
    tenant = await aTenant({ findings: 600 });
    let failing = "";
    let failures = 0;
    tenant.wire.onAnswer = (request, answer) => {
      if (request.what !== "vulnerabilities" || request.isCount) return answer;
      failing ||= keyOf(request);
      return keyOf(request) === failing && ++failures <= 1 ? new Response("Unprocessable", { status: 422 }) : answer;
    };
    expect(await tenant.full("vulnerabilities")).toMatchObject({ result: "success" });
    const asked = Map.groupBy(tenant.wire.pages("vulnerabilities"), keyOf);
    expect(asked.get(failing)).toHaveLength(2);
    expect(asked.size).toBeGreaterThan(3);
    for (const [key, list] of asked) if (key !== failing) expect(list, key).toHaveLength(1);
  });

  test("that failed is gone on with: the next run asks for nothing but the slice that is left", async () => {
    tenant = await aTenant({ findings: 600 });
    let failing = "";
    tenant.wire.onAnswer = (request, answer) => {
      if (request.what !== "vulnerabilities" || request.isCount) return answer;
      failing ||= keyOf(request);
      return keyOf(request) === failing ? new Response("Unprocessable", { status: 422 }) : answer;
    };
    expect(await tenant.full("vulnerabilities")).toMatchObject({ result: "failed" });
    expect((await tenant.stream("vulnerabilities")).watermark).toBeNull();
    tenant.wire.onAnswer = (_request, answer) => answer;
    tenant.wire.requests.length = 0;
    expect(await tenant.full("vulnerabilities")).toMatchObject({ result: "success" });
    expect(tenant.wire.pages("vulnerabilities").map(keyOf)).toEqual([failing]);
    expect((await tenant.differences()).filter((one) => one.startsWith("vulnerability "))).toEqual([]);
  });

  test("whose process loses its lease in the middle is resumed with the slices that are left, at their cursors", async () => {
    tenant = await aTenant({ findings: 600, faults: [smallPages], sliceTarget: 60 });
    const hold = createGate();
    let answered = 0;
    tenant.wire.onRequest = ({ what, isCount, first }) =>
      what === "vulnerabilities" && !isCount && first <= 20 && ++answered > 22 ? hold.passed : undefined;
    const { integration, database, weir } = tenant;
    const request = { integrationId: integration.id, trigger: "demand", mode: "full" } as const;
    const run = await requestRun(database.db, { ...request, streams: ["vulnerabilities"] }, startMs);
    const worker = weir.worker({ integrationId: integration.id });
    const slices = () =>
      tenant.rows<{ isDone: boolean; cursor: string | null; pages: number; spec: Window }>(
        'select is_done as "isDone", cursor, pages::int, spec from slice',
      );
    try {
      await until(async () => (await slices()).reduce((sum, { pages }) => sum + pages, 0) === 22);
      const before = await slices();
      const sent = tenant.wire.requests.length;
      await tenant.rows(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'weir lease %'",
      );
      await until(async () => (await tenant.rows("select from run where trigger = 'resume'")).length > 0);
      hold.open();
      expect(await finished(database, run)).toMatchObject({ result: "interrupted" });
      await until(async () => (await tenant.stream("vulnerabilities")).lastFullAt !== null);
      const cursors = new Map(before.map(({ spec, cursor }) => [`${spec.after} ${spec.before}`, cursor]));
      const after = tenant.wire.pages("vulnerabilities").filter((one) => tenant.wire.requests.indexOf(one) >= sent);
      const resumed = [...Map.groupBy(after, keyOf).values()].map((list) => list[0]!);
      expect(before.some(({ isDone }) => isDone)).toBe(true);
      expect(resumed).toHaveLength(before.filter(({ isDone }) => !isDone).length);
      for (const first of resumed) {
        const { after: from = null, before: to = null } = windowOf(first);
        expect(first.after).toBe(cursors.get(`${from} ${to}`));
      }
      expect(resumed.some(({ after: cursor }) => cursor !== null)).toBe(true);
    } finally {
      hold.open();
      await worker.stop();
    }
    expect((await tenant.differences()).filter((one) => one.startsWith("vulnerability "))).toEqual([]);
  }, 60_000);
});

describe("4.2 a delta", () => {
  const lively = { changesPerHour: 60, redetections: false };

  test("of a long stop is cut, and brings the truth while the tenant goes on changing", async () => {
    tenant = await aTenant(lively);
    await tenant.full();
    tenant.live(24 * 3600);
    tenant.wire.requests.length = 0;
    const end = new Date(tenant.emulator.now()).toISOString();
    tenant.wire.onRequest = ({ what, isCount }) => {
      if (what === "vulnerabilities" && !isCount) tenant.emulator.advance(300);
    };
    await tenant.delta("vulnerabilities");
    tenant.wire.onRequest = () => undefined;
    const list = windows(tenant.wire.pages("vulnerabilities"));
    expect(list.length).toBeGreaterThan(2);
    expect(Date.parse(list[0]?.after ?? "")).toBe(startMs - 5 * 60_000 - 1);
    expect(list.at(-1)?.before).toBe(end);
    expectNoGap(list);
    tenant.live(60);
    await tenant.delta();
    await tenant.expectTruth();
  });

  test("of a few hours is not even counted", async () => {
    tenant = await aTenant(lively);
    await tenant.full();
    tenant.live(4 * 3600);
    tenant.wire.requests.length = 0;
    await tenant.delta();
    expect(tenant.wire.requests.filter(({ isCount }) => isCount)).toEqual([]);
    await tenant.expectTruth();
  });
});
