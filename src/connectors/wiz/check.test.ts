import { pino } from "pino";
import { expect, test } from "vitest";
import { createEmulator } from "../../emulator/emulator.ts";
import type { EmulatorOptions } from "../../emulator/options.ts";
import { startEmulator } from "../../emulator/server.ts";
import { type StreamName, streamNames } from "../../model.ts";
import type { CheckStep, Connection } from "../connector.ts";
import { createConnectorFetch } from "../http.ts";
import { wizConnector } from "./connector.ts";

const allowedHosts = ["127.0.0.1:4400", "api.us1.app.wiz.io"];
const form = { apiEndpoint: "127.0.0.1:4400", clientId: "emulator", clientSecret: "emulator-secret" };

async function check(
  options: EmulatorOptions = {},
  changes: Partial<Connection> = {},
  streams: readonly StreamName[] = streamNames,
  fetch?: typeof globalThis.fetch,
): Promise<CheckStep[]> {
  const emulator = createEmulator({ findings: 300, ...options });
  const connection = { ...wizConnector.parseConnection(form, { allowedHosts }), ...changes };
  const deps = { fetch: fetch ?? emulator.fetch, now: Date.now, log: pino({ level: "silent" }), allowedHosts };
  return collect(wizConnector.check(connection, streams, deps));
}

async function collect(steps: AsyncGenerator<CheckStep>): Promise<CheckStep[]> {
  const all: CheckStep[] = [];
  for await (const step of steps) all.push(step);
  return all;
}

const names = (steps: CheckStep[]) => steps.map((step) => `${step.name} ${step.ok ? "ok" : "failed"}`);
const stepOf = (steps: CheckStep[], name: string) => steps.find((step) => step.name === name)!;

test("a good connection: every step says so, every stream with its number", async () => {
  const steps = await check();
  expect(names(steps)).toEqual(
    ["endpoint", "network", "token", "permissions", ...streamNames].map((name) => `${name} ok`),
  );
  expect(stepOf(steps, "endpoint").message).toContain("http://127.0.0.1:4400/graphql");
  expect(stepOf(steps, "issues").message).toMatch(/issues can be read, Wiz counts \d+/);
  expect(steps.every((step) => step.hint === null)).toBe(true);
});

test("only the chosen streams are tried", async () => {
  expect(names(await check({}, {}, ["assets"]))).toEqual([
    "endpoint ok",
    "network ok",
    "token ok",
    "permissions ok",
    "assets ok",
  ]);
});

test("W-14 W-37: a host that cannot be reached stops the check, and says how to find the right one", async () => {
  const connector = createConnectorFetch({ allowedHosts: ["127.0.0.1:1"] });
  const changes = { apiUrl: "http://127.0.0.1:1/graphql", tokenUrl: "http://127.0.0.1:1/oauth/token" };
  const steps = await check({}, changes, streamNames, connector.fetch);
  await connector.close();
  expect(names(steps)).toEqual(["endpoint ok", "network failed"]);
  expect(steps[1]?.message).toMatch(/127\.0\.0\.1:1 cannot be reached/);
  expect(steps[1]?.message).toMatch(/region/);
  expect(steps[1]?.hint).toMatch(/Tenant Info.*443/s);
});

test("W-14: a real connection to a listening host is good", async () => {
  const emulator = await startEmulator({ findings: 100 });
  const host = new URL(emulator.url).host;
  const connector = createConnectorFetch({ allowedHosts: [host] });
  const connection = wizConnector.parseConnection({ ...form, apiEndpoint: host }, { allowedHosts: [host] });
  const deps = { fetch: connector.fetch, now: Date.now, log: pino({ level: "silent" }), allowedHosts: [host] };
  const steps = await collect(wizConnector.check(connection, streamNames, deps));
  await connector.close();
  await emulator.close();
  expect(steps.map((step) => step.ok)).toEqual(Array(9).fill(true));
});

test("W-35: refused credentials stop the check with everything to look at, and no secret", async () => {
  const steps = await check({}, { clientSecret: "hunter2-wrong" });
  expect(names(steps)).toEqual(["endpoint ok", "network ok", "token failed"]);
  expect(steps[2]?.message).toMatch(/client ID and the client secret.*still exists.*token URL/);
  expect(steps[2]?.hint).toMatch(/Service Accounts/);
  expect(JSON.stringify(steps)).not.toMatch(/hunter2/);
});

test("W-36 C-1: a missing permission is named at its stream, and the others are tried", async () => {
  const steps = await check({ scopes: ["read:resources", "read:issues"] });
  expect(names(steps).slice(4)).toEqual([
    "issues ok",
    "vulnerabilities failed",
    "misconfigurations failed",
    "detections failed",
    "assets ok",
  ]);
  expect(stepOf(steps, "vulnerabilities").message).toMatch(/it needs read:vulnerabilities\./);
  expect(stepOf(steps, "misconfigurations").message).toMatch(/it needs read:cloud_configuration\./);
  expect(stepOf(steps, "vulnerabilities").hint).toMatch(/other streams go on/);
});

test("a missing licence is said at its stream", async () => {
  const steps = await check({ hasDefendLicence: false });
  expect(stepOf(steps, "detections")).toMatchObject({ ok: false, message: expect.stringMatching(/licence/) });
});

test("a missing licence is no matter of permissions", async () => {
  const steps = await check({ hasDefendLicence: false });
  expect(stepOf(steps, "detections").hint).toMatch(/has bought, not of permissions/);
});

test("what the service account may do is listed, and harmless where it may not be read", async () => {
  const known = stepOf(await check({ scopes: ["read:issues", "read:service_accounts"] }), "permissions");
  expect(known.message).toMatch(/has read:issues for issues; lacks read:vulnerabilities for vulnerabilities/);
  const unknown = stepOf(await check({ scopes: ["read:issues"] }), "permissions");
  expect(unknown).toMatchObject({ ok: true, message: expect.stringMatching(/may not read its own scopes/) });
});

test("Q-19: an account that must name its projects is counted with those that it says", async () => {
  const project = createEmulator({ findings: 300 }).tenant.projects[0]!;
  const steps = await check({ projects: [project.id], unfiltered: "refuse" });
  expect(stepOf(steps, "permissions")).toMatchObject({
    ok: true,
    message: expect.stringContaining(`limited to projects: ${project.name}`),
    hint: expect.stringContaining(`--projects ${project.id}`),
  });
  expect(stepOf(steps, "vulnerabilities")).toMatchObject({ ok: true, message: expect.stringMatching(/can be read/) });
});

test("Q-19: an account that must name its projects and says nothing of itself is told to", async () => {
  const scopes = ["read:vulnerabilities"];
  const steps = await check({ projects: ["Payments"], unfiltered: "refuse", scopes }, {}, ["vulnerabilities"]);
  expect(stepOf(steps, "vulnerabilities")).toMatchObject({
    ok: false,
    message: expect.stringMatching(/--projects ID/),
  });
});

test("a field that Wiz no longer knows does not fail the check", async () => {
  const emulator = createEmulator({ findings: 300 });
  const forgetful = (async (url: string, init: RequestInit) =>
    String(init.body).includes("portalUrl")
      ? Response.json({ errors: [{ message: 'Cannot query field "portalUrl" on type "VulnerabilityFinding".' }] })
      : emulator.fetch(url, init)) as typeof fetch;
  const step = stepOf(await check({}, {}, ["vulnerabilities"], forgetful), "vulnerabilities");
  expect(step).toMatchObject({ ok: true, hint: expect.stringMatching(/no longer knows portalUrl.*newer Weir/) });
});

test("W-39 W-40: a rate limit is said with its advice", async () => {
  const steps = await check({ faults: [{ kind: "rate-limit-bare" }] });
  expect(stepOf(steps, "issues")).toMatchObject({ ok: false, message: expect.stringMatching(/15 minutes/) });
});

test("W-41 Q-19: none is no failure, and the hint says where to look", async () => {
  const emulator = createEmulator({ findings: 300 });
  const empty = (async (url: string, init: RequestInit) => {
    const answer = await emulator.fetch(url, init);
    const body = await answer.text();
    const changed = body.replace(/"totalCount":\d+/, '"totalCount":0');
    return new Response(changed, { status: answer.status, headers: answer.headers });
  }) as typeof fetch;
  const step = stepOf(await check({}, {}, ["issues"], empty), "issues");
  expect(step).toMatchObject({ ok: true, message: expect.stringMatching(/Wiz has none/) });
  expect(step.hint).toMatch(/Cloud Accounts.*enabled.*last 100 log lines.*limited to some projects/s);
});

test("W-37: a tenant in another data centre than the endpoint's is said, with the right endpoint", async () => {
  const changes = { apiUrl: "https://api.us1.app.wiz.io/graphql", tokenUrl: "https://auth.app.wiz.io/oauth/token" };
  const steps = await check({}, changes);
  expect(names(steps)).toEqual(["endpoint ok", "network ok", "token failed"]);
  expect(steps[2]?.message).toMatch(/your tenant is in data centre us17 and the API endpoint is that of us1/);
  expect(steps[2]?.hint).toBe("Enter https://api.us17.app.wiz.io as the API endpoint.");
});
