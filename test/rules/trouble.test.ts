import { afterEach, describe, expect, test } from "vitest";
import { findConnector } from "../../src/connectors/registry.ts";
import { defaultScopes } from "../../src/emulator/options.ts";
import { editIntegration } from "../../src/sync/edit.ts";
import { emulatorHost, testSecretBox } from "../weir.ts";
import { rejectedRecords } from "./rejected-records.ts";
import { expectRepaired, expectState } from "./repair.ts";
import { aTenant, type Tenant } from "./tenant.ts";
import { withNodes } from "./wire.ts";

let tenant: Tenant;
afterEach(() => tenant.close());

/** Does something when so many pages of vulnerabilities were answered. */
function afterPages(count: number, act: () => unknown): void {
  let answered = 0;
  tenant.wire.onAnswer = async ({ what, isCount }, answer) => {
    if (what === "vulnerabilities" && !isCount && ++answered === count) await act();
    return answer;
  };
}

/** What a person does who has a new secret. */
async function enterSecret(clientSecret: string): Promise<void> {
  const url = `http://${emulatorHost}`;
  const form = { apiEndpoint: url, tokenUrl: `${url}/oauth/token`, clientId: "emulator", clientSecret };
  const connection = findConnector("wiz").parseConnection(form, { allowedHosts: [emulatorHost] });
  const by = { actor: { type: "system", id: null, name: "test" }, address: null } as const;
  const deps = { db: tenant.database.db, box: testSecretBox(), now: tenant.now, by };
  await editIntegration(deps, tenant.integration, { connection });
}

describe("in the middle of a run", () => {
  test("a page that is half broken: its good half comes, its bad half is kept, counted and read the next time", async () => {
    tenant = await aTenant({ sliceTarget: 1_000 });
    tenant.wire.onAnswer = ({ what, isCount }, answer) =>
      what !== "vulnerabilities" || isCount
        ? answer
        : withNodes(answer, (nodes) => nodes.map((node, i) => (i % 2 === 0 ? node : { ...node, updatedAt: 42 })));
    await tenant.full();
    const half = Math.floor([...tenant.emulator.truth("vulnerability")].length / 2);
    await expectState(tenant, { result: "success", colour: "green", reason: /./ });
    expect(await tenant.stream("vulnerabilities")).toMatchObject({ rejected: half, gap: half });
    expect(await rejectedRecords(tenant.database)).toHaveLength(half);
    tenant.wire.onAnswer = (_request, answer) => answer;
    await expectRepaired(tenant);
  });

  test("a page of which parts are missing: the rest of it comes, and a warning says what is missing", async () => {
    tenant = await aTenant({ faults: [{ kind: "partial-data", stream: "vulnerabilities" }] });
    await tenant.full();
    await expectState(tenant, {
      result: "success",
      colour: "amber",
      reason: /^vulnerabilities: Wiz left out parts .*not found/,
    });
    await tenant.control("faults", { clear: true });
    await expectRepaired(tenant);
  });

  test("a cursor that repeats once is overcome, one that always does fails its stream in words", async () => {
    const small = { kind: "too-complex", stream: "vulnerabilities", above: 20 } as const;
    const repeated = { kind: "repeated-cursor", stream: "vulnerabilities" } as const;
    tenant = await aTenant({ faults: [small, { ...repeated, skip: 12, times: 1 }] });
    await tenant.full();
    await expectState(tenant, { result: "success", colour: "green", reason: /./ });
    await tenant.expectTruth();
    await tenant.control("faults", { faults: [small, repeated] });
    await tenant.full();
    const error = /the same cursor for vulnerabilities again/;
    await expectState(tenant, {
      result: "partial",
      colour: "amber",
      reason: /^vulnerabilities: .*the same cursor/,
      error,
    });
    await tenant.control("faults", { clear: true });
    await expectRepaired(tenant);
  });

  test("a secret that is rotated with its tokens: red, with what to do; the new secret goes on where the old one stopped", async () => {
    tenant = await aTenant({ sliceTarget: 60 });
    afterPages(3, async () => {
      await tenant.control("secret", { secret: "the-new-secret" });
      await tenant.control("revoke", {});
    });
    await tenant.full();
    const error = /refused the credentials \(401 invalid_client\)\. Check the client ID and the client secret/;
    await expectState(tenant, {
      result: "unauthorized",
      colour: "red",
      reason: /^authorization failed: .*client secret/,
      error,
    });
    expect((await tenant.stream("vulnerabilities")).weirCount).toBeGreaterThan(0);
    const first = tenant.wire.pages("vulnerabilities").filter(({ status }) => status === 200).length;
    await enterSecret("the-new-secret");
    tenant.wire.requests.length = 0;
    await expectRepaired(tenant);
    // What had come in was not asked for again.
    const slices = await tenant.rows<{ n: number }>(
      "select count(*)::int as n from slice join pass on pass.id = pass_id where stream = 'vulnerabilities'",
    );
    expect(tenant.wire.pages("vulnerabilities").length).toBeLessThanOrEqual((slices[0]?.n ?? 0) - first + 3);
  });

  test("a secret that is rotated while its tokens are still good: this run ends well, the next one says what to do", async () => {
    tenant = await aTenant();
    afterPages(2, () => tenant.control("secret", { secret: "the-new-secret" }));
    await tenant.full();
    await expectState(tenant, { result: "success", colour: "green", reason: /./ });
    await tenant.expectTruth();
    await tenant.delta();
    const error = /refused the credentials/;
    await expectState(tenant, { result: "unauthorized", colour: "red", reason: /^authorization failed/, error });
    await enterSecret("the-new-secret");
    await expectRepaired(tenant);
  });

  test("a scope that is withdrawn: its stream names it, the others come, and what was there stays", async () => {
    tenant = await aTenant();
    await tenant.full();
    const held = (await tenant.stream("vulnerabilities")).weirCount;
    const scopes = defaultScopes.filter((scope) => scope !== "read:vulnerabilities");
    afterPages(2, () => tenant.control("scopes", { scopes }));
    for (let i = 0; i < 3; i++) await tenant.full();
    const error = /may not read vulnerabilities: it needs read:vulnerabilities/;
    await expectState(tenant, {
      result: "partial",
      colour: "amber",
      reason: /^vulnerabilities: .*it needs read:vuln/,
      error,
    });
    expect(await tenant.stream("vulnerabilities")).toMatchObject({ weirCount: held, missing: 0, review: null });
    await tenant.expectTruth();
    await tenant.control("scopes", { scopes: defaultScopes });
    await expectRepaired(tenant);
  });

  test("values that Weir does not know: the records come, nothing is closed by them, and known ones take their place", async () => {
    const fault = { kind: "unknown-enum", stream: "vulnerabilities" } as const;
    tenant = await aTenant({
      faults: [
        { ...fault, field: "status" },
        { ...fault, field: "severity" },
      ],
    });
    await tenant.full();
    await expectState(tenant, { result: "success", colour: "green", reason: /./ });
    const raised = await tenant.differences();
    expect(raised.length).toBeGreaterThan(0);
    for (const one of raised) expect(one).toMatch(/: (status is "open"|severity is "medium"), in truth/);
    await tenant.control("faults", { clear: true });
    await expectRepaired(tenant);
  });

  test("a token that ends: nobody notices", async () => {
    tenant = await aTenant();
    afterPages(2, () => tenant.control("revoke", {}));
    await tenant.full();
    await expectState(tenant, { result: "success", colour: "green", reason: /./ });
    await expectRepaired(tenant);
  });
});
