import { afterEach, describe, expect, test } from "vitest";
import { findConnector } from "../../src/connectors/registry.ts";
import { createLogger } from "../../src/log.ts";
import { findIntegration } from "../../src/store/integration.ts";
import { offerSecret, tryPendingSecret } from "../../src/sync/rotate-secret.ts";
import { emulatorHost, testSecretBox } from "../weir.ts";
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

describe("a secret that is rotated in the middle of a pass", () => {
  test("does not end it: the run goes on with the new one, though Wiz knows the old one no more", async () => {
    tenant = await aTenant({ tokenLifeSeconds: 900, redetections: false, changesPerHour: 1, sliceTarget: 30 });
    const { database, emulator, wire, integration, now } = tenant;
    const log = createLogger({ format: "json", level: "error", stream: { write: () => undefined } });
    const deps = { db: database.db, box: testSecretBox(), fetch: emulator.fetch, findConnector, now, log };
    const by = { actor: { type: "system", id: null, name: "test" }, address: null } as const;
    let [pages, isEntered] = [0, false];
    wire.onAnswer = async ({ what }, answer) => {
      if (what === "token") return answer;
      // Time stands still while the secret is rotated in Wiz and entered here: the token in hand bridges that.
      if (++pages < 10 || isEntered) emulator.advance(isEntered ? 60 : 20);
      if (pages !== 10) return answer;
      await tenant.control("secret", { secret: "another-secret" });
      const present = await findIntegration(database.db, integration.id);
      const hosts = { ...deps, allowedHosts: [emulatorHost] };
      await offerSecret(hosts, present, { clientSecret: "another-secret" }, by);
      expect(await tryPendingSecret(hosts, integration.id, by, new AbortController().signal)).toBe("taken");
      isEntered = true;
      return answer;
    };
    expect(await tenant.full()).toMatchObject({ result: "success", error: null });
    const secrets = tokens().map(({ init }) => new URLSearchParams(String(init.body)).get("client_secret"));
    expect(secrets.filter((secret) => secret === "another-secret").length).toBeGreaterThan(1);
  });
});
