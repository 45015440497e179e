import { afterAll, beforeAll, expect, test } from "vitest";
import { inventory } from "../../test/inventory.ts";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { searchAssets, searchFindings } from "./search.ts";

let database: TestDatabase;
const names = new Map<string, string>();

beforeAll(async () => {
  database = await testDatabase();
  const add = inventory(database);
  const [prod, dev] = [await add.integration("prod"), await add.integration("dev")];
  const asset = async (name: string, row: object, ...sources: [string, string][]) => {
    const assetId = await add.asset({ name, ...row });
    for (const [integrationId, externalId] of sources) await add.assetSource({ assetId, integrationId, externalId });
    names.set(assetId, name);
    return assetId;
  };
  const exposed = await asset("both", { isInternetExposed: true, riskScore: 800 }, [prod, "1"], [dev, "2"]);
  const hidden = await asset("crossed", { isInternetExposed: false, riskScore: 900 }, [prod, "2"], [dev, "1"]);
  await asset("none", {});
  const finding = async (name: string, row: object) =>
    names.set(await add.finding({ integrationId: prod, ...row }), name);
  await finding("on exposed", { assetId: exposed, packageName: "a", packageVersion: "1" });
  await finding("on hidden", { assetId: hidden, packageName: "b", packageVersion: "2" });
});
afterAll(() => database.close());

async function found(search: typeof searchAssets | typeof searchFindings, query: string): Promise<string[]> {
  const { items } = await search(database.db, { query, limit: 10 });
  return items.map(({ id }) => names.get(id) ?? id).sort();
}

test.each<[string, string[]]>([
  ["sources:(integration:prod AND externalId:1)", ["both"]],
  ["SOURCES:(integration:prod externalId:2)", ["crossed"]],
  ["asset.sources:(integration:(prod OR test) AND NOT externalId:2)", ["both"]],
  ["sources.integration:prod AND sources.externalId:1", ["both", "crossed"]],
  ["sources:(integration:prod) sources:(externalId:1)", ["both", "crossed"]],
  ["sources:(integration:dev AND externalId:3)", []],
  ["sources:(NOT integration:prod)", ["both", "crossed"]],
  ["NOT sources:(integration:prod)", ["none"]],
  ["sources:(integration is not null)", ["both", "crossed"]],
  ["sources:(firstSeen is null)", ["both", "crossed"]],
  ["integration is null", ["none"]],
])("assets: %s is asked of one and the same source and finds %j", async (query, expected) => {
  expect(await found(searchAssets, query)).toEqual(expected);
});

test.each<[string, string[]]>([
  ["asset:(internetExposed:true AND riskScore >= 700)", ["on exposed"]],
  ["asset:(internetExposed:true AND riskScore >= 850)", []],
  ["asset:(internetExposed:true OR riskScore >= 850)", ["on exposed", "on hidden"]],
  ["package:(name:a AND version:1)", ["on exposed"]],
  ["package:(name:a AND version:2)", []],
  ["NOT package:(name:a AND version:2)", ["on exposed", "on hidden"]],
])("findings: %s is asked of one and the same asset or package and finds %j", async (query, expected) => {
  expect(await found(searchFindings, query)).toEqual(expected);
});
