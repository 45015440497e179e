import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inventory } from "../../test/inventory.ts";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { things } from "./field.ts";
import { findField } from "./names.ts";
import { searchAssets, searchFindings, searchSignals } from "./search.ts";

const searches = { findings: searchFindings, assets: searchAssets, signals: searchSignals };
let database: TestDatabase;

/** Two records of each thing that have every attribute, and no value in common except where there is only one. */
beforeAll(async () => {
  database = await testDatabase();
  for (const [i, word] of ["alpha", "beta"].entries()) await addRecords(i, word);
});
afterAll(() => database.close());

async function addRecords(i: number, word: string): Promise<void> {
  const add = inventory(database);
  const day = (n: number) => `2026-0${i + 1}-1${n}T00:00:00.000Z`;
  const integrationId = await add.integration(word);
  const place = { accountId: `id-${word}`, accountName: `${word} account`, cloud: word, region: `${word}-1` };
  const assetClass = ["compute", "storage"][i]!;
  const lists = { projects: [`${word} project`], tags: [`env:${word}`] };
  const assetId = await add.asset({
    ...place,
    ...lists,
    name: `host-${word}`,
    class: assetClass,
    type: word.toUpperCase(),
    nativeType: `${word}#native`,
    status: ["active", "inactive"][i]!,
    isInternetExposed: i === 0,
    criticality: 3 + i,
    riskScore: 600 + i,
    openCritical: 10 + i,
    openHigh: 20 + i,
    openMedium: 30 + i,
    openLow: 40 + i,
    openInformational: 50 + i,
    inventory: [`${word} inventory`],
    firstSeenAt: day(0),
    lastSeenAt: day(1),
  });
  const source = { assetId, integrationId, externalId: `asset-${word}`, providerUniqueId: `arn:aws:${word}` };
  const sourceId = await add.assetSource(source);
  const seen = { firstSeenAt: day(2), lastSeenAt: day(3) };
  await database.db.updateTable("assetSource").set(seen).where("id", "=", sourceId).execute();
  const title = `Rule "${word}"`;
  const definitionId = await add.definition({ integrationId, kind: "rule", externalId: word, title });
  await add.finding({
    ...place,
    ...lists,
    integrationId,
    definitionId,
    assetId,
    assetName: `host-${word}`,
    assetClass,
    assetType: word.toUpperCase(),
    assetExternalId: `asset-${word}`,
    kind: ["vulnerability", "misconfiguration"][i]!,
    externalId: `finding-${word}`,
    title,
    rule: title,
    severity: 4 + i,
    status: ["open", "resolved"][i]!,
    riskScore: 60 + i,
    cve: `CVE-2026-000${i}`,
    cvss: 7.1 + i,
    epss: 0.31 + i / 10,
    isKev: i === 0,
    hasExploit: i === 0,
    packageName: `lib-${word}`,
    packageVersion: `1.${i}.0`,
    packageFixedVersion: `2.${i}.0`,
    url: `https://app.wiz.io/${word}`,
    firstFoundAt: day(4),
    lastFoundAt: day(5),
    resolvedAt: day(6),
    dueAt: day(7),
    isDueByPolicy: i === 0,
    acceptedAt: day(9),
    reopenedCount: 3 + i,
    reopenedAt: `2026-0${i + 3}-20T00:00:00.000Z`,
    changedAt: day(8),
  });
  await add.signal({
    integrationId,
    at: `2026-08-0${i + 1}T10:00:00.000Z`,
    stream: ["issues", "assets"][i]!,
    change: ["new", "changed"][i]!,
    subjectKind: ["issue", "asset"][i]!,
    externalId: `subject-${word}`,
    severity: 4 + i,
    title: `${word} title`,
    assetName: `host-${word}`,
    fields: JSON.stringify({ [word]: { from: 1, to: 2 } }),
  });
}

/** Each attribute with its values: `asset.name` → `web-1`. An entry of a list of records is one of these, too. */
function attributes(value: unknown, path = ""): [string, string][] {
  if (value === null) throw new Error(`${path} has no value to search for`);
  if (Array.isArray(value)) return value.flatMap((entry) => attributes(entry, path));
  // The signal's changes: a field of it is found by its name.
  if (path === "fields") return Object.keys(value as object).map((key) => [path, key]);
  if (typeof value !== "object") return [[path, String(value)]];
  return Object.entries(value as object).flatMap(([key, inner]) =>
    attributes(inner, path === "" ? key : `${path}.${key}`),
  );
}

describe.each(things)("the record shape of %s", (thing) => {
  test("every attribute finds the record by the name and the value that it has there, and not the other", async () => {
    const search = async (query: string) => (await searches[thing](database.db, { query, limit: 10 })).items;
    const records = await search("");
    expect(records).toHaveLength(2);
    for (const record of records) {
      const pairs = attributes(record);
      expect(pairs.length).toBeGreaterThan(9);
      for (const [name, value] of pairs) {
        expect(findField(thing, name), `${name} of ${thing}`).toBeDefined();
        const query = `${name}:"${value.replaceAll('"', '\\"')}"`;
        const ids = (await search(query)).map(({ id }) => id);
        const same = records.filter((other) => attributes(other).some(([n, v]) => n === name && v === value));
        expect([query, ids.sort()]).toEqual([query, same.map(({ id }) => id).sort()]);
        expect(same.length === 1 || name === "vendorProductName", `${query} tells the records apart`).toBe(true);
      }
    }
  });
});
