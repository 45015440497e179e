import { expect, test } from "vitest";
import { createTestClient } from "../test-client.ts";
import type { View } from "./stories.ts";
import type { EstateTruth } from "./truth.ts";

const machines = 400;

function aTenant(view: View, changes: { seed?: number; machines?: number; overlap?: number } = {}) {
  return createTestClient({ findings: 40, estate: { machines, view, ...changes } });
}

type Client = ReturnType<typeof aTenant>;

async function truthOf(client: Client): Promise<EstateTruth[]> {
  const { text } = await client.get("/emulator/estate");
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

const question = `query($after: String) { cloudResourcesV2(first: 500, after: $after, filterBy: { includeDeleted: true }) {
  pageInfo { hasNextPage endCursor }
  nodes { id type name externalId providerUniqueId deletedAt cloudPlatform cloudAccount { id externalId }
    graphEntity { properties } } } }`;

interface Listed {
  id: string;
  type: string;
  name: string;
  providerUniqueId: string | null;
  deletedAt: string | null;
  cloudAccount: { id: string; externalId: string } | null;
  graphEntity: { properties: Record<string, unknown> } | null;
}

async function listed(client: Client): Promise<Listed[]> {
  const all: Listed[] = [];
  for (let after: string | null = null; ; ) {
    const {
      body,
    }: {
      body: { data: { cloudResourcesV2: { nodes: Listed[]; pageInfo: { endCursor: string; hasNextPage: boolean } } } };
    } = await client.query(question, { after });
    const { nodes, pageInfo } = body.data.cloudResourcesV2;
    all.push(...nodes);
    if (!pageInfo.hasNextPage) return all;
    after = pageInfo.endCursor;
  }
}

test("both tenants list the same machines under ids of their own, and three in ten are in both", async () => {
  const [a, b] = [await truthOf(aTenant("a", { machines: 2000 })), await truthOf(aTenant("b", { machines: 2000 }))];
  const inA = new Set(a.map(({ machine }) => machine));
  const shared = new Set(b.map(({ machine }) => machine).filter((machine) => inA.has(machine)));
  const all = new Set([...a, ...b].map(({ machine }) => machine));
  expect(shared.size / all.size).toBeGreaterThan(0.27);
  expect(shared.size / all.size).toBeLessThan(0.33);
  expect(new Set([...a, ...b].map(({ id }) => id)).size).toBe(a.length + b.length);
});

test("the same seeds make the same estate, another seed another", async () => {
  const [one, again] = [await listed(aTenant("a")), await listed(aTenant("a"))];
  expect(again).toEqual(one);
  expect(await listed(aTenant("a", { seed: 2 }))).not.toEqual(one);
});

test("every virtual machine that the API lists is in the truth, and nothing else", async () => {
  const client = aTenant("b");
  const ids = (await listed(client)).filter(({ type }) => type === "VIRTUAL_MACHINE").map(({ id }) => id);
  expect(new Set(ids)).toEqual(new Set((await truthOf(client)).map(({ id }) => id)));
});

test("both tenants have the same cloud accounts under ids of their own", async () => {
  const ids = async (view: View, key: "id" | "externalId") =>
    new Set((await listed(aTenant(view))).flatMap(({ cloudAccount }) => cloudAccount?.[key] ?? []));
  const shared = async (key: "id" | "externalId") => {
    const others = await ids("b", key);
    return [...(await ids("a", key))].filter((id) => others.has(id));
  };
  expect((await shared("externalId")).length).toBeGreaterThan(5);
  expect(await shared("id")).toEqual([]);
});

test("clones share serial and hardware UUID, and stay machines of their own in the truth", async () => {
  const client = aTenant("a");
  const rows = new Map((await listed(client)).map((row) => [row.id, row.graphEntity?.properties]));
  const clones = (await truthOf(client)).filter(({ story }) => story === "clone");
  const byUuid = Map.groupBy(clones, ({ id }) => rows.get(id)!.hardwareUuid);
  const group = [...byUuid.values()].find((some) => some.length > 1)!;
  expect(new Set(group.map(({ id }) => rows.get(id)!.serialNumber)).size).toBe(1);
  expect(new Set(group.map(({ asset }) => asset)).size).toBe(group.length);
});

test("re-created machines are one asset, a name that is used again is two", async () => {
  const truth = await truthOf(aTenant("a"));
  const twice = [...Map.groupBy(truth, ({ asset }) => asset).values()].filter((rows) => rows.length > 1);
  expect(new Set(twice.flat().map(({ story }) => story))).toEqual(new Set(["recreated"]));
  expect(twice.some((rows) => rows.some(({ isDeleted }) => isDeleted))).toBe(true);
  expect(twice.some((rows) => rows.every(({ isDeleted }) => !isDeleted))).toBe(true);
  const reused = [
    ...Map.groupBy(
      truth.filter(({ story }) => story === "reused"),
      ({ name }) => name,
    ).values(),
  ];
  const pair = reused.find((rows) => rows.length === 2)!;
  expect(new Set(pair.map(({ asset }) => asset)).size).toBe(2);
  expect(pair.map(({ isDeleted }) => isDeleted)).toEqual([true, false]);
});

test("what is left to happen in the estate happens once, on demand, with the findings on it", async () => {
  const client = aTenant("a");
  const before = await truthOf(client);
  const { body } = await client.post("/emulator/estate/change", {});
  expect(body.deleted).toBeGreaterThan(0);
  expect(body.appeared).toBeGreaterThan(0);
  const after = await truthOf(client);
  expect(after.length).toBe(before.length + body.appeared);
  expect(after.filter(({ isDeleted }) => isDeleted).length).toBe(
    before.filter(({ isDeleted }) => isDeleted).length + body.deleted,
  );
  const assetOf = new Map(before.map(({ id, asset }) => [id, asset]));
  expect(after.filter(({ id, asset }) => assetOf.has(id) && assetOf.get(id) !== asset)).toEqual([]);
  expect((await client.post("/emulator/estate/change", {})).body).toEqual({ deleted: 0, appeared: 0 });
});

test("a tenant without an estate has none, and its machines have properties too", async () => {
  const client = createTestClient();
  expect((await client.get("/emulator/estate")).status).toBe(400);
  const machine = (await listed(client)).find(({ type }) => type === "VIRTUAL_MACHINE")!;
  expect(machine.graphEntity!.properties).toMatchObject({
    macAddresses: expect.any(Array),
    ipAddresses: expect.any(Array),
  });
});

test.each([
  { machines: 0, view: "a" as const },
  { machines: 10, view: "c" as View },
  { machines: 10, view: "a" as const, overlap: 2 },
])("an estate that makes no sense is refused: %o", (estate) => {
  expect(() => createTestClient({ estate })).toThrow(RangeError);
});
