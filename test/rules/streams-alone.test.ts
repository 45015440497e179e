import { afterEach, describe, expect, test } from "vitest";
import { defaultScopes } from "../../src/emulator/options.ts";
import { recordKindOf, type StreamName, streamNames } from "../../src/model.ts";
import { rejectedRecords } from "./rejected-records.ts";
import { aTenant, type Tenant } from "./tenant.ts";

let tenant: Tenant;
afterEach(() => tenant.close());

const scopeOf = {
  issues: "read:issues",
  vulnerabilities: "read:vulnerabilities",
  misconfigurations: "read:cloud_configuration",
  detections: "read:detections",
  assets: "read:resources",
} as const;

/** One stream brought nothing and says why; each of the others is what Wiz has. */
async function expectAllBut(alone: StreamName, why: RegExp): Promise<void> {
  const status = await tenant.status();
  for (const { stream, error, gap } of status.streams) {
    if (stream === alone) expect(error, stream).toMatch(why);
    else expect([error, gap], stream).toEqual([null, 0]);
  }
  expect(status.tile).toMatchObject({ colour: "amber", reason: expect.stringMatching(why) });
  expect(status.tile.reason).toContain(alone);
  // What only findings told of their assets is no inventory, so the placeholders differ when the inventory is missing.
  const mine = alone === "assets" ? /^asset / : new RegExp(`^${recordKindOf[alone]} `);
  expect((await tenant.differences()).filter((one) => !mine.test(one))).toEqual([]);
}

async function expectRepaired(): Promise<void> {
  expect(await tenant.full()).toMatchObject({ result: "success", error: null });
  await tenant.expectTruth();
  expect((await tenant.status()).tile.colour).toBe("green");
}

describe("4.10 a stream stands alone", () => {
  test.each(streamNames)(
    "without the scope for %s the others come, and it says which scope it needs",
    async (stream) => {
      const scopes = defaultScopes.filter((scope) => scope !== scopeOf[stream]);
      tenant = await aTenant({ findings: 300, scopes });
      expect(await tenant.full()).toMatchObject({ result: "partial" });
      await expectAllBut(stream, new RegExp(`may not read ${stream}: it needs ${scopeOf[stream]}`));
      expect(await tenant.stream(stream)).toMatchObject({
        whyZero: expect.stringMatching(stream === "assets" ? /./ : /may not read it/),
      });
      await tenant.control("scopes", { scopes: defaultScopes });
      await expectRepaired();
    },
  );

  test("without the licence for detections the others come, and it says what the licence lacks", async () => {
    tenant = await aTenant({ findings: 300, hasDefendLicence: false });
    expect(await tenant.full()).toMatchObject({ result: "partial" });
    await expectAllBut("detections", /licence does not include detections \(CLOUD_EVENTS_AND_DETECTION_DEFEND\)/);
  });

  test("with a service account of some projects every stream comes as far as it sees, and says so", async () => {
    tenant = await aTenant();
    const project = tenant.emulator.tenant.projects.find(({ ancestorProjects }) => ancestorProjects === null)!;
    await tenant.control("projects", { projects: [project.id], unfiltered: "refuse" });
    expect(await tenant.full()).toMatchObject({ result: "success" });
    const status = await tenant.status();
    expect(status.tile.colour).toBe("amber");
    expect(status.tile.reason).toContain(`sees only project ${project.name}`);
    expect(status.streams.every(({ gap }) => gap === 0)).toBe(true);
    expect((await tenant.stream("vulnerabilities")).weirCount).toBeGreaterThan(0);
    expect((await tenant.differences()).some((one) => !one.endsWith("is missing"))).toBe(false);
  });
});

describe("4.10 a field that Wiz no longer knows", () => {
  const optional = { kind: "unknown-field", field: "VulnerabilityFinding.epssPercentile" } as const;

  test("is left out where it is optional: the run goes on, the tile names it, and the warning goes when it is back", async () => {
    tenant = await aTenant({ findings: 300, faults: [optional] });
    expect(await tenant.full()).toMatchObject({ result: "success", error: null });
    await tenant.expectTruth();
    const { tile } = await tenant.status();
    expect(tile).toMatchObject({ colour: "amber", reason: expect.stringContaining("no longer knows epssPercentile") });
    await tenant.control("faults", { clear: true });
    tenant.live(60);
    await tenant.delta();
    expect((await tenant.status()).tile.colour).toBe("green");
    expect((await tenant.stream("vulnerabilities")).warning).toBeNull();
  });

  test("fails its stream where it is required, and names it; the others come", async () => {
    tenant = await aTenant({ findings: 300, faults: [{ kind: "unknown-field", field: "Issue.severity" }] });
    expect(await tenant.full()).toMatchObject({ result: "partial" });
    await expectAllBut("issues", /Cannot query field "severity"/);
    await tenant.control("faults", { clear: true });
    await expectRepaired();
  });
});

describe("4.10 a record that cannot be read", () => {
  test("is kept as it was sent with its reason, counted and shown; its page goes on, and one day it can be read", async () => {
    tenant = await aTenant({ findings: 300, faults: [{ kind: "unreadable-node", stream: "vulnerabilities" }] });
    expect(await tenant.full()).toMatchObject({ result: "success" });
    const rejected = await rejectedRecords(tenant.database);
    expect(rejected.length).toBeGreaterThan(0);
    for (const one of rejected) {
      expect(one).toMatchObject({ stream: "vulnerabilities", reason: expect.stringMatching(/\w+ is not a time: 42/) });
      expect(one.raw).toMatchObject({ id: one.externalId, firstDetectedAt: 42 });
    }
    const status = await tenant.stream("vulnerabilities");
    expect(status).toMatchObject({ rejected: rejected.length, gap: rejected.length });
    const missing = rejected.map(({ externalId }) => `vulnerability ${externalId} is missing`);
    expect((await tenant.differences()).sort()).toEqual(missing.sort());
    await tenant.control("faults", { clear: true });
    await expectRepaired();
    expect(await rejectedRecords(tenant.database)).toEqual([]);
  });

  test.each([
    ["vulnerabilities", "projects"],
    ["issues", "notes"],
    ["issues", "serviceTickets"],
    ["assets", "tags"],
    ["detections", "cloudAccounts"],
  ] as const)("is not one of %s with null for its list of %s", async (stream, field) => {
    tenant = await aTenant({ findings: 200, faults: [{ kind: "null-value", stream, field }] });
    expect(await tenant.full(stream)).toMatchObject({ result: "success", error: null });
    expect(tenant.emulator.faults.list()[0]?.struck).toBeGreaterThan(0);
    expect(await tenant.stream(stream)).toMatchObject({ rejected: 0, gap: 0 });
  });
});
