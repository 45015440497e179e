import { afterEach, describe, expect, test } from "vitest";
import { aTenant, startMs, type Tenant } from "./tenant.ts";
import { createGate } from "./wire.ts";

let tenant: Tenant;
afterEach(() => tenant.close());

const tokens = () => tenant.wire.requests.filter(({ what }) => what === "token");
const refused = () => tenant.wire.requests.filter(({ status }) => status === 401);

describe("4.9 a token", () => {
  test("is asked for once for all callers", async () => {
    tenant = await aTenant({ findings: 200 });
    await tenant.full();
    tenant.wire.requests.length = 0;
    const gate = createGate();
    // Every stream's delta needs it at once; slow enough that all of them have come.
    tenant.wire.onRequest = ({ what }) => (what === "token" ? gate.passed : undefined);
    setTimeout(gate.open, 300);
    await tenant.delta();
    expect(tokens()).toHaveLength(1);
  });

  test("that ends in the middle of a pass is renewed before it ends, and nothing is refused", async () => {
    tenant = await aTenant({ tokenLifeSeconds: 900, redetections: false, changesPerHour: 1, sliceTarget: 30 });
    tenant.wire.onAnswer = (_request, answer) => {
      tenant.emulator.advance(20);
      return answer;
    };
    expect(await tenant.full()).toMatchObject({ result: "success" });
    expect(tokens().length).toBeGreaterThan(1);
    expect(refused()).toHaveLength(0);
  });

  test("that Wiz ends before we expect it is renewed once for all who are refused at once, and they go on", async () => {
    tenant = await aTenant({ tokenLifeSeconds: 900, weirNow: () => startMs, redetections: false, changesPerHour: 1 });
    const gate = createGate();
    let held = 0;
    tenant.wire.onRequest = ({ what, isCount }) => {
      if (what !== "vulnerabilities" || isCount || ++held > 3) return undefined;
      if (held === 3) {
        tenant.emulator.advance(901);
        gate.open();
      }
      return gate.passed;
    };
    expect(await tenant.full("vulnerabilities")).toMatchObject({ result: "success", error: null });
    expect(refused().length).toBeGreaterThanOrEqual(3);
    expect(tokens()).toHaveLength(2);
    expect((await tenant.differences()).filter((one) => one.startsWith("vulnerability "))).toEqual([]);
  }, 30_000);

  test("that is refused a second time, fresh as it is, ends the run: the credentials are no good", async () => {
    tenant = await aTenant({ faults: [{ kind: "api-401", skip: 6 }] });
    expect(await tenant.full()).toMatchObject({
      result: "unauthorized",
      error: expect.stringMatching(/client secret/),
    });
    // Each caller tries one fresh token; nobody goes on asking.
    expect(refused().length).toBeLessThan(20);
    expect(tokens().length).toBeLessThan(12);
  });

  test("is asked for with the audience of its host, and every call says who calls", async () => {
    tenant = await aTenant({ findings: 100 });
    await tenant.full();
    expect(new URLSearchParams(String(tokens()[0]?.init.body)).get("audience")).toBe("wiz-api");
    const agents = new Set(tenant.wire.requests.map(({ init }) => new Headers(init.headers).get("user-agent")));
    expect([...agents]).toEqual([expect.stringMatching(/^weir\/\d+\.\d+\.\d+/)]);
  });
});
