import { parse } from "graphql";
import { afterEach, describe, expect, test } from "vitest";
import { createLogger } from "../../src/log.ts";
import { recordKindOf, streamNames } from "../../src/model.ts";
import { aTenant, type Tenant } from "./tenant.ts";

let tenant: Tenant;
afterEach(() => tenant.close());

/** The lines of a JSON log as they are printed by default. */
function asText(lines: readonly string[]): string[] {
  const text: string[] = [];
  const log = createLogger({ format: "text", level: "debug", stream: { write: (line) => text.push(line.trimEnd()) } });
  for (const line of lines) {
    const { level, component, msg, err } = JSON.parse(line) as Record<string, string>;
    const child = component === undefined ? log : log.child({ component });
    child[level as "info"]({ err }, msg);
  }
  return text;
}

describe("4.13 the log", () => {
  test("of a good poll says for every stream how many it fetched, as [INFO] wiz: fetched N issues", async () => {
    tenant = await aTenant();
    await tenant.full();
    const lines = asText(tenant.weir.log);
    for (const stream of streamNames) {
      const there = [...tenant.emulator.truth(recordKindOf[stream])].length;
      expect(
        lines.filter((line) => line === `[INFO] wiz: fetched ${there} ${stream}`),
        stream,
      ).toHaveLength(1);
    }
    expect(lines.filter((line) => !line.startsWith("[INFO]"))).toEqual([]);
  });

  test("of a poll in trouble holds the word wiz in every line, and no secret or token in any", async () => {
    tenant = await aTenant({
      findings: 300,
      faults: [
        { kind: "rate-limit", every: 7 },
        { kind: "server-error", every: 9 },
        { kind: "unreadable-node", stream: "assets" },
        { kind: "missing-licence" },
        { kind: "expired-cursor", every: 5 },
        { kind: "unknown-field", field: "VulnerabilityFinding.epssPercentile" },
      ],
    });
    await tenant.full();
    const lines = asText(tenant.weir.log);
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.some((line) => line.startsWith("[WARN]"))).toBe(true);
    expect(lines.filter((line) => !/^\[\w+\] wiz: /.test(line))).toEqual([]);
    const tokens = tenant.wire.requests.map(({ init }) => new Headers(init.headers).get("authorization")?.slice(7));
    for (const secret of new Set(["emulator-secret", ...tokens]))
      if (secret !== undefined) expect(tenant.weir.log.join("\n").includes(secret)).toBe(false);
  });
});

describe("4.14 Weir only reads", () => {
  test("every request of a whole life is a query or asks for a token, at the two endpoints and nowhere else", async () => {
    tenant = await aTenant({ changesPerHour: 20, faults: [{ kind: "missing-licence", times: 1 }] });
    await tenant.full();
    tenant.live(24 * 3600);
    await tenant.delta();
    await tenant.full();
    const urls = new Set(tenant.wire.requests.map(({ url }) => url));
    expect([...urls].sort()).toEqual(["http://127.0.0.1:4400/graphql", "http://127.0.0.1:4400/oauth/token"]);
    for (const { what, init } of tenant.wire.requests)
      expect([init.method, init.redirect], what).toEqual(["POST", "manual"]);
    const documents = new Set(tenant.wire.requests.filter(({ what }) => what !== "token").map(({ query }) => query));
    const operations = [...documents].flatMap((document) => parse(document).definitions);
    expect(operations.length).toBeGreaterThan(5);
    for (const operation of operations) expect(operation).toMatchObject({ operation: "query" });
  });

  test.each([
    ["token", "unauthorized", /token URL/],
    ["vulnerabilities", "partial", /redirects to login\.invalid\. Weir follows no redirect/],
  ] as const)("a redirection of %s is refused, and nothing goes where it leads", async (stream, result, why) => {
    tenant = await aTenant({ findings: 200, faults: [{ kind: "redirect", stream }] });
    expect(await tenant.full()).toMatchObject({ result, error: expect.stringMatching(why) });
    expect(tenant.wire.requests.filter(({ url }) => url.includes("login.invalid"))).toEqual([]);
    await tenant.control("faults", { clear: true });
    expect(await tenant.full()).toMatchObject({ result: "success" });
    await tenant.expectTruth();
  });
});
