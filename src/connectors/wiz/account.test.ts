import { inspect } from "node:util";
import { pino } from "pino";
import { describe, expect, test } from "vitest";
import { createEmulator } from "../../emulator/emulator.ts";
import type { EmulatorOptions } from "../../emulator/options.ts";
import { WizAuthError } from "../../errors.ts";
import type { SourceDeps } from "../connector.ts";
import { wizConnector } from "./connector.ts";

const allowedHosts = ["127.0.0.1:4400"];
const never = new AbortController().signal;
const window = { after: null, before: null };

/** An account of a tenant, and how to open sources on it. Waits take no time. */
function setUp(options: EmulatorOptions = {}) {
  const emulator = createEmulator({ findings: 300, ...options });
  let time = 0;
  let tokenRequests = 0;
  const deps: SourceDeps = {
    fetch: (async (url: string, init: RequestInit) => {
      if (String(url).endsWith("/oauth/token")) tokenRequests += 1;
      return emulator.fetch(url, init);
    }) as typeof fetch,
    now: () => time,
    sleep: async (ms) => {
      time += ms;
    },
    log: pino({ level: "silent" }),
    allowedHosts,
  };
  const account = wizConnector.openAccount(deps);
  const open = (clientSecret = "emulator-secret") => {
    const form = { apiEndpoint: "127.0.0.1:4400", clientId: "emulator", clientSecret };
    return wizConnector.open(wizConnector.parseConnection(form, { allowedHosts }), { ...deps, account });
  };
  const pull = async (source: ReturnType<typeof open>) =>
    source.page(source.plan("issues", "full", window)[0]!, null, never);
  return { account, open, pull, emulator, now: () => time, tokenRequests: () => tokenRequests };
}

test("integrations on one service account share one rate and one token", async () => {
  const { account, open, pull, now, tokenRequests } = setUp();
  const [first, second] = [open(), open()];
  await Promise.all(Array.from({ length: 20 }, (_, i) => pull(i % 2 === 0 ? first : second)));
  expect(tokenRequests()).toBe(1);
  expect(account.state().requests).toBe(20);
  expect(first.state()).toMatchObject(account.state());
  expect(account.state().requestsPerSecond).toBeLessThanOrEqual(10);
  expect(now()).toBeGreaterThan(1900);
});

describe("a secret that is rotated for one integration before the other", () => {
  test("breaks neither: the wrong one is refused, the right one goes on", async () => {
    const { open, pull } = setUp();
    const [right, wrong] = [open(), open("the-old-secret")];
    await expect(pull(wrong)).rejects.toBeInstanceOf(WizAuthError);
    expect((await pull(right)).records.length).toBeGreaterThan(0);
    await expect(pull(wrong)).rejects.toBeInstanceOf(WizAuthError);
    expect((await pull(right)).records.length).toBeGreaterThan(0);
  });

  test("appears nowhere in the account", () => {
    const { account, open } = setUp();
    open("hunter2-secret");
    expect(inspect(account, { depth: 9, showHidden: true })).not.toMatch(/hunter2/);
    expect(JSON.stringify(account)).not.toMatch(/hunter2/);
  });
});

test("an account of another connector is refused", () => {
  const { open } = setUp();
  const connection = wizConnector.parseConnection(
    { apiEndpoint: "127.0.0.1:4400", clientId: "emulator", clientSecret: "s" },
    { allowedHosts },
  );
  const foreign = { state: () => open().state() };
  const deps = { fetch, now: Date.now, log: pino({ level: "silent" }), allowedHosts, account: foreign };
  expect(() => wizConnector.open(connection, deps)).toThrow(/not opened by the Wiz connector/);
});

describe("what the service account may see", () => {
  test("its scopes, and that it is not limited", async () => {
    const { open } = setUp({ scopes: ["read:issues", "read:service_accounts"] });
    expect(await open().visibility(never)).toEqual({
      isKnown: true,
      scopes: ["read:issues", "read:service_accounts"],
      projects: null,
    });
  });

  test("is found among several service accounts", async () => {
    const others = Array.from({ length: 700 }, (_, i) => ({ clientId: `other-${i}`, clientSecret: "s" }));
    const { open } = setUp({ accounts: others, scopes: ["read:service_accounts"] });
    expect(await open().visibility(never)).toMatchObject({ isKnown: true, scopes: ["read:service_accounts"] });
  });

  test("is unknown where it may not be read, and that is no failure", async () => {
    const { open } = setUp({ scopes: ["read:issues"] });
    expect(await open().visibility(never)).toEqual({ isKnown: false, scopes: null, projects: null });
  });

  test.each(["server-error", "rate-limit-bare", "broken-json", "api-401"] as const)(
    "is unknown during %s, and that is no failure",
    async (kind) => {
      const { open } = setUp({ faults: [{ kind }] });
      expect((await open().visibility(never)).isKnown).toBe(false);
    },
  );

  test("costs one request an hour, unless it must be newer", async () => {
    const { open, account } = setUp();
    const source = open();
    await Promise.all([source.visibility(never), source.visibility(never)]);
    await source.visibility(never);
    expect(account.state().requests).toBe(1);
    await source.visibility(never, 0);
    expect(account.state().requests).toBe(2);
  });

  test("a caller that gives up leaves the others their answer", async () => {
    const { open } = setUp();
    const source = open();
    const controller = new AbortController();
    const [first, second] = [source.visibility(controller.signal), source.visibility(never)];
    controller.abort(new Error("cancelled"));
    await expect(first).rejects.toThrow("cancelled");
    expect((await second).isKnown).toBe(true);
  });
});
