import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { instant } from "../../src/model.ts";
import { aTenant, startMs, type Tenant } from "./tenant.ts";
import type { Request } from "./wire.ts";

let tenant: Tenant;
const smallPages = { kind: "too-complex", stream: "vulnerabilities", above: 20 } as const;

beforeEach(async () => {
  tenant = await aTenant({ findings: 600, changesPerHour: 300, redetections: false, faults: [smallPages] });
});
afterEach(() => tenant.close());

const refusal = () => new Response("Unprocessable", { status: 422 });
const answerAsWiz = () => {
  tenant.wire.onAnswer = (_request, answer) => answer;
};
const windowOf = ({ filterBy }: Request) => JSON.stringify(filterBy.firstSeenAt ?? filterBy.updatedAt ?? {});
const pages = () => tenant.wire.pages("vulnerabilities").filter(({ first, status }) => first <= 20 && status === 200);
const expectVulnerabilities = async () =>
  expect((await tenant.differences()).filter((one) => one.startsWith("vulnerability "))).toEqual([]);

async function withPageInfo(
  answer: Response,
  change: (info: { hasNextPage: boolean; endCursor: string | null }) => void,
) {
  const body = (await answer.json()) as { data?: { page?: { pageInfo: Parameters<typeof change>[0] } | null } };
  if (body.data?.page?.pageInfo !== undefined) change(body.data.page.pageInfo);
  return new Response(JSON.stringify(body), { status: answer.status, headers: answer.headers });
}

describe("4.5 the watermark", () => {
  test("stays while one of a delta's slices fails, however complete the others are, and the next delta asks anew", async () => {
    await tenant.full("issues", "assets");
    tenant.live(3_600);
    tenant.wire.onAnswer = ({ what, filterBy }, answer) =>
      what === "issues" && "createdAt" in filterBy ? refusal() : answer;
    for (let i = 0; i < 2; i++) {
      expect(await tenant.delta("issues")).toMatchObject({ result: "failed" });
      expect(instant((await tenant.stream("issues")).watermark)).toBe(startMs);
    }
    answerAsWiz();
    tenant.live(3_600);
    tenant.wire.requests.length = 0;
    expect(await tenant.delta("issues")).toMatchObject({ result: "success" });
    const after = new Date(startMs - 5 * 60_000).toISOString();
    const windows = tenant.wire.pages("issues").map(({ filterBy }) => filterBy.statusChangedAt ?? filterBy.createdAt);
    expect(windows).toEqual([expect.objectContaining({ after }), expect.objectContaining({ after })]);
    expect(instant((await tenant.stream("issues")).watermark)).toBe(tenant.emulator.now());
    expect((await tenant.differences()).filter((one) => one.startsWith("issue "))).toEqual([]);
  });

  test("is not there before a first full pass is complete, and what came in stays", async () => {
    let failing = "";
    tenant.wire.onAnswer = (request, answer) => {
      if (request.what !== "vulnerabilities" || request.isCount || request.first > 20) return answer;
      if (request.after === null) return answer;
      failing ||= windowOf(request);
      return windowOf(request) === failing ? refusal() : answer;
    };
    expect(await tenant.full("vulnerabilities")).toMatchObject({ result: "failed" });
    const status = await tenant.stream("vulnerabilities");
    expect(status).toMatchObject({ watermark: null, lastFullAt: null, failures: 1 });
    expect(status.weirCount).toBeGreaterThan(100);
    answerAsWiz();
    tenant.wire.requests.length = 0;
    expect(await tenant.full("vulnerabilities")).toMatchObject({ result: "success" });
    // The slice that failed kept its cursor: its first page is not asked for again.
    expect(tenant.wire.pages("vulnerabilities").every((request) => windowOf(request) === failing)).toBe(true);
    expect(tenant.wire.pages("vulnerabilities").some(({ after }) => after === null)).toBe(false);
    await expectVulnerabilities();
  });
});

describe("4.5 a cursor", () => {
  test.each(["expired-cursor", "repeated-cursor", "null-cursor"] as const)(
    "that is no longer good (%s) begins its slice again from the beginning, and no other",
    async (kind) => {
      await tenant.control("faults", { add: [{ kind, stream: "vulnerabilities", skip: 14, times: 1 }] });
      expect(await tenant.full("vulnerabilities")).toMatchObject({ result: "success", error: null });
      const beginnings = Map.groupBy(
        pages().filter(({ after }) => after === null),
        windowOf,
      );
      expect(
        [...beginnings.values()]
          .map((list) => list.length)
          .sort()
          .slice(-2),
      ).toEqual([1, 2]);
      await expectVulnerabilities();
    },
  );

  test("that comes round in a ring ends the pass as failed after a few tries, and is no loop", async () => {
    const firstOf = new Map<string, string | null>();
    tenant.wire.onAnswer = (request, answer) => {
      if (request.what !== "vulnerabilities" || request.isCount || request.status !== 200) return answer;
      return withPageInfo(answer, (info) => {
        const window = windowOf(request);
        if (request.after === null) firstOf.set(window, info.endCursor);
        else if (request.after !== firstOf.get(window))
          Object.assign(info, { hasNextPage: true, endCursor: firstOf.get(window) });
      });
    };
    expect(await tenant.full("vulnerabilities")).toMatchObject({ result: "failed" });
    const status = await tenant.stream("vulnerabilities");
    expect(status.error).toMatch(/cursor that it had given before/);
    expect(status.watermark).toBeNull();
    expect(pages().length).toBeLessThan(200);
    answerAsWiz();
    expect(await tenant.full("vulnerabilities")).toMatchObject({ result: "success" });
    await expectVulnerabilities();
  });

  test("that is null while there is more is an error each time, and the pass never counts as complete", async () => {
    await tenant.control("faults", { add: [{ kind: "null-cursor", stream: "vulnerabilities" }] });
    expect(await tenant.full("vulnerabilities")).toMatchObject({ result: "failed" });
    expect((await tenant.stream("vulnerabilities")).error).toMatch(/gave no cursor to go on with/);
    expect((await tenant.stream("vulnerabilities")).watermark).toBeNull();
    expect(tenant.wire.pages("vulnerabilities").length).toBeLessThan(100);
  });

  test("of an empty page with more to come is followed like any other", async () => {
    await tenant.control("faults", { add: [{ kind: "empty-page", stream: "vulnerabilities", every: 3 }] });
    expect(await tenant.full("vulnerabilities")).toMatchObject({ result: "success" });
    expect(tenant.emulator.faults.list().find(({ kind }) => kind === "empty-page")?.struck).toBeGreaterThan(2);
    await expectVulnerabilities();
  });
});
