import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inventory } from "../../../test/inventory.ts";
import { type TestDatabase, testDatabase } from "../../../test/postgres.ts";
import { syncTenant } from "../../../test/synced.ts";
import { openExport } from "../export/open-export.ts";
import { type Thing, things } from "../field.ts";

type Event = Record<string, unknown> & { class_uid: number; activity_id: number };

let database: TestDatabase;
const events = {} as Record<Thing, Event[]>;

beforeAll(async () => {
  database = await testDatabase();
  await syncTenant(database, { findings: 3_000 });
  for (const thing of things) events[thing] = await exported(thing);
});
afterAll(() => database.close());

async function exported(kind: Thing, query = ""): Promise<Event[]> {
  let text = "";
  for await (const piece of openExport(database.db, { kind, query, format: "ocsf" }).pieces) text += piece;
  const lines = text.trimEnd().split("\n");
  expect(JSON.parse(lines.pop() ?? "")).toMatchObject({ manifest: { kind, rows: lines.length } });
  return lines.map((line) => JSON.parse(line) as Event);
}

const countsOf = (list: readonly Event[], key: string) =>
  Object.fromEntries(
    Object.entries(Object.groupBy(list, (event) => String(event[key]))).map(([k, v]) => [k, v?.length]),
  );

const kindOf: Record<number, string[]> = {
  2002: ["vulnerability"],
  2003: ["misconfiguration", "issue"],
  2004: ["threat"],
};

const required = ["activity_id", "category_uid", "class_uid", "cloud", "metadata", "severity_id", "time", "type_uid"];
const requiredOf: Record<number, string[]> = {
  2002: ["finding_info", "vulnerabilities"],
  2003: ["finding_info", "compliance"],
  2004: ["finding_info"],
  5023: ["resources"],
};
const enums: Record<string, number[]> = {
  activity_id: [1, 2, 3],
  severity_id: [0, 1, 2, 3, 4, 5],
  status_id: [0, 1, 2, 3, 4, 99],
  type_id: [0, 1, 2, 3, 10, 11, 12, 13, 99],
  role_id: [3],
};

/** What the schema asks of every event, as far as these events go; [] when all is well. */
function problemsOf(event: Event): string[] {
  const problems = [...required, ...(requiredOf[event.class_uid] ?? ["a known class"])]
    .filter((name) => event[name] === undefined)
    .map((name) => `${name} is missing`);
  if (event.type_uid !== event.class_uid * 100 + event.activity_id) problems.push("type_uid");
  if (event.category_uid !== Math.floor(event.class_uid / 1000)) problems.push("category_uid");
  return [...problems, ...valueProblems(event, "")];
}

function valueProblems(value: unknown, path: string): string[] {
  if (path.startsWith(".unmapped")) return [];
  if (value === null) return [`${path} is null`];
  if (typeof value !== "object") return scalarProblems(value, path);
  const isEmpty = Object.keys(value).length === 0;
  const inner = Object.entries(value).flatMap(([key, entry]) => valueProblems(entry, `${path}.${key}`));
  return isEmpty ? [`${path} is empty`, ...inner] : inner;
}

function scalarProblems(value: unknown, path: string): string[] {
  const name = path.slice(path.lastIndexOf(".") + 1);
  if (/(^|_)time$/.test(name) && !(Number.isInteger(value) && (value as number) > 1e12)) return [`${path}: ${value}`];
  if (enums[name] !== undefined && !enums[name].includes(value as number)) return [`${path}: ${value}`];
  return [];
}

describe("an export as OCSF", () => {
  test("has an event of the right class for every record", async () => {
    const kinds = await database.db
      .selectFrom("finding")
      .select(["kind", (eb) => eb.fn.countAll<number>().as("n")])
      .groupBy("kind")
      .execute();
    const n = (classUid: number) =>
      kinds.filter(({ kind }) => kindOf[classUid]?.includes(kind)).reduce((sum, row) => sum + row.n, 0);
    expect(countsOf(events.findings, "class_uid")).toEqual({ 2002: n(2002), 2003: n(2003), 2004: n(2004) });
    expect(Object.keys(countsOf(events.assets, "class_uid"))).toEqual(["5023"]);
    expect(Object.keys(countsOf(events.signals, "class_uid"))).toEqual(["2002", "2003", "2004", "5023"]);
  });

  test.each(things)("of %s: every event has what the schema asks for, and no null", (thing) => {
    const problems = events[thing].flatMap(problemsOf);
    expect([...new Set(problems)]).toEqual([]);
    expect(events[thing].length).toBeGreaterThan(500);
    expect(new Set(events[thing].map((event) => (event.metadata as Event).uid)).size).toBe(events[thing].length);
  });

  test("a vulnerability names exactly one of CVE and advisory, and a package only with its version", () => {
    const vulnerabilities = events.findings
      .filter((event) => event.class_uid === 2002)
      .flatMap((event) => event.vulnerabilities as { cve?: Event; advisory?: Event; affected_packages?: Event[] }[]);
    for (const { cve, advisory, affected_packages = [] } of vulnerabilities) {
      expect([cve, advisory].filter((one) => one !== undefined)).toHaveLength(1);
      for (const found of affected_packages)
        expect(found).toMatchObject({ name: expect.any(String), version: expect.any(String) });
    }
  });

  test("what is closed is Close, what never changed Create", () => {
    const byStatus = Map.groupBy(events.findings, (event) => event.status_code as string);
    const activities = (status: string) => new Set(byStatus.get(status)?.map((event) => event.activity_id));
    expect(activities("resolved")).toEqual(new Set([3]));
    expect([...activities("open")].sort()).toEqual([1, 2]);
  });
});

describe("an event", () => {
  let id: string;
  let integrationId: string;
  const at = "2026-08-02T10:00:00.123Z";

  beforeAll(async () => {
    const add = inventory(database);
    integrationId = await add.integration("staging");
    const definitionId = await add.definition({
      integrationId,
      kind: "rule",
      externalId: "rule-1",
      title: "Bucket is public",
      description: "Everyone can read it.",
      remediation: "Block public access.",
      frameworks: ["CIS AWS 3.0 / 2.1 Storage", "CIS AWS 3.0 / 2.2 Logs", "SOC 2 / CC6"],
    });
    const assetId = await add.asset({ name: "logs", type: "BUCKET", class: "storage", tags: ["Wiz", "env:prod"] });
    const asset = { assetId, assetExternalId: "wiz-1", assetName: "logs", assetType: "BUCKET", cloud: "aws" };
    const account = { accountId: "111122223333", accountName: "prod", region: "us-east-1" };
    const finding = { kind: "misconfiguration", title: "Bucket is public", rule: "Bucket is public", severity: 4 };
    id = await add.finding({
      ...{ integrationId, definitionId, externalId: "ext-1", changedAt: at, tags: ["Wiz", "env:prod"] },
      ...{ ...asset, ...account, ...finding, isKev: null, riskScore: 80 },
    });
    const signal = { integrationId, subjectId: id, subjectKind: "misconfiguration", title: "Bucket is public" };
    const fields = JSON.stringify({ status: { from: "open", to: "resolved" } });
    await add.signal({ ...signal, at: "2026-08-02T11:00:00Z", change: "resolved", severity: 5, fields });
    await add.signal({ integrationId, at: "2026-08-02T11:00:00Z", title: "CVE-2024-3094", assetName: "web-9" });
  });

  test("of a misconfiguration is a failed control of its frameworks", async () => {
    const [event] = await exported("findings", `id:${id}`);
    expect(event).toMatchObject({
      class_uid: 2003,
      type_uid: 200301,
      time: Date.parse(at),
      severity_id: 4,
      status_id: 1,
      message: "Bucket is public on logs",
      metadata: { version: "1.8.0", uid: `${id}:1`, product: { vendor_name: "Wiz" }, profiles: ["cloud"] },
      cloud: { provider: "AWS", region: "us-east-1", account: { uid: "111122223333", name: "prod", type_id: 10 } },
      finding_info: { uid: "ext-1", uid_alt: id, analytic: { uid: "rule-1", type_id: 1 } },
      compliance: { control: "Bucket is public", standards: ["CIS AWS 3.0", "SOC 2"], status_id: 3 },
      remediation: { desc: "Block public access." },
      resources: [{ uid: "wiz-1", name: "logs", labels: ["Wiz"], tags: [{ name: "env", value: "prod" }], role_id: 3 }],
      unmapped: { integration: "staging", riskScore: 80 },
    });
  });

  test("of a finding whose risk is accepted is suppressed, and its check has still failed", async () => {
    const other = { integrationId, kind: "misconfiguration", title: "Bucket is public" };
    const accepted = await inventory(database).finding({ ...other, status: "accepted", sourceStatus: "open" });
    const [event] = await exported("findings", `id:${accepted}`);
    expect(event).toMatchObject({
      status_id: 3,
      status: "Suppressed",
      status_code: "accepted",
      compliance: { status_id: 3 },
    });
  });

  test("of a signal has time, severity and status of the change, and what else is known of the finding", async () => {
    const [event] = await exported("signals", `subject.id:${id}`);
    expect(event).toMatchObject({
      type_uid: 200303,
      time: Date.parse("2026-08-02T11:00:00Z"),
      severity_id: 5,
      status_id: 4,
      compliance: { status_id: 1 },
      finding_info: { uid: "ext-1" },
      unmapped: { signal: { change: "resolved", fields: { status: { from: "open", to: "resolved" } } } },
    });
  });

  test("of a signal whose finding is no longer there says what the signal says", async () => {
    const [event] = await exported("signals", "integration:staging AND asset:web-9");
    expect(problemsOf(event!)).toEqual([]);
    expect(event).toMatchObject({ type_uid: 200201, vulnerabilities: [{ cve: { uid: "CVE-2024-3094" } }] });
  });
});
