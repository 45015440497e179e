import { afterEach, beforeEach, expect, test } from "vitest";
import { findConnector } from "../src/connectors/registry.ts";
import { createEmulator, type Emulator } from "../src/emulator/emulator.ts";
import { findIntegration } from "../src/store/integration.ts";
import { createSecretBox } from "../src/store/secret.ts";
import { editIntegration } from "../src/sync/edit.ts";
import { type TestDatabase, testDatabase } from "./postgres.ts";
import { compareWithTruth, readTruth } from "./truth.ts";
import { emulatorHost, testWeir } from "./weir.ts";

let database: TestDatabase;
let tenant: Emulator;

beforeEach(async () => {
  database = await testDatabase();
});
afterEach(() => database.close());

test("a full pass that failed is not gone on with once the integration belongs to another service account", async () => {
  const faults = [{ kind: "null-cursor", stream: "vulnerabilities", skip: 10 }] as const;
  tenant = createEmulator({ findings: 3_000, seed: 7, faults });
  const fetchTenant: typeof fetch = (input, init) => tenant.fetch(input, init);
  const weir = testWeir(database, fetchTenant, { sliceTarget: 600 });
  const integration = await weir.addIntegration("moving");
  expect(await weir.sync(integration)).toMatchObject({ result: "partial" });
  const done = await database.db
    .selectFrom("slice")
    .innerJoin("pass", "pass.id", "slice.passId")
    .select("slice.id")
    .where("pass.stream", "=", "vulnerabilities")
    .where("pass.result", "=", "failed")
    .where("isDone", "=", true)
    .execute();
  expect(done.length).toBeGreaterThan(0);

  tenant = createEmulator({ findings: 3_000, seed: 8, clientId: "another" });
  const url = `http://${emulatorHost}`;
  const form = {
    apiEndpoint: url,
    tokenUrl: `${url}/oauth/token`,
    clientId: "another",
    clientSecret: "emulator-secret",
  };
  const connection = findConnector("wiz").parseConnection(form, { allowedHosts: [emulatorHost] });
  const by = { actor: { type: "system", id: null, name: "test" }, address: null } as const;
  const deps = { db: database.db, box: createSecretBox(Buffer.alloc(32, 7)), now: Date.now, by };
  await editIntegration(deps, integration, { connection });
  expect(await weir.sync(await findIntegration(database.db, "moving"))).toMatchObject({ result: "success" });
  const { differences } = await compareWithTruth(database.db, integration.id, await readTruth(url, fetchTenant));
  // What the first account saw is still there; nothing of the second one's may be missing.
  expect(differences.filter((difference) => !difference.endsWith("is not in the truth")).slice(0, 10)).toEqual([]);
});
