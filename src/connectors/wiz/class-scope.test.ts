import { pino } from "pino";
import { describe, expect, test } from "vitest";
import { createEmulator } from "../../emulator/emulator.ts";
import type { FaultSpec } from "../../emulator/http/faults.ts";
import type { AssetClass, StreamName } from "../../model.ts";
import { wizConnector } from "./connector.ts";

const allowedHosts = ["127.0.0.1:4400"];
const never = new AbortController().signal;

interface Asked {
  operation: string;
  filterBy: Record<string, unknown>;
}

/** A source that is narrowed to some classes, what it asks for, and a clock. */
function setUp(assetClasses: AssetClass[] | null, faults: FaultSpec[] = []) {
  const emulator = createEmulator({ findings: 500, faults });
  const asked: Asked[] = [];
  let time = 0;
  let isTypesRefused = false;
  const pass = (ms: number) => {
    time += ms;
  };
  const fetch = (async (url: string, init: RequestInit) => {
    const { query = "", variables } = JSON.parse(url.endsWith("/graphql") ? String(init.body) : "{}");
    const operation = /^\s*query (\w+)/.exec(query)?.[1] ?? "token";
    asked.push({ operation, filterBy: variables?.filterBy ?? {} });
    if (operation === "AssetTypes" && isTypesRefused) return new Response("no", { status: 400 });
    return await emulator.fetch(url, init);
  }) as typeof globalThis.fetch;
  const form = { apiEndpoint: "127.0.0.1:4400", clientId: "emulator", clientSecret: "emulator-secret" };
  const connection = { ...wizConnector.parseConnection(form, { allowedHosts }), assetClasses };
  const limits = { maxRequestsPerSecond: 1_000_000, startRequestsPerSecond: 1_000_000 };
  const source = wizConnector.open(connection, {
    fetch,
    now: () => time,
    log: pino({ level: "silent" }),
    allowedHosts,
    sleep: async (ms) => pass(ms),
    limits,
  });
  const page = async (stream: StreamName) => {
    const [spec] = source.plan(stream, "full", { after: null, before: null });
    return await source.page(spec!, null, never);
  };
  return {
    emulator,
    source,
    page,
    pass,
    refuseTypes: () => {
      isTypesRefused = true;
    },
    asks: (operation: string) => asked.filter((one) => one.operation === operation),
    clear: async () => {
      const init = { method: "POST", body: JSON.stringify({ clear: true }) };
      const headers = { "content-type": "application/json" };
      await emulator.fetch("http://127.0.0.1:4400/emulator/faults", { ...init, headers });
    },
  };
}

const classesOf = (records: Awaited<ReturnType<ReturnType<typeof setUp>["page"]>>["records"]) =>
  new Set(records.map(({ finding, asset }) => (asset ?? finding?.asset)?.class));

describe("Q-26: a source that is narrowed to asset classes", () => {
  test("asks Wiz for them where its filters can say so, and is answered with others where they cannot", async () => {
    const { page } = setUp(["storage", "container_image"]);
    expect(classesOf((await page("assets")).records)).toEqual(new Set(["storage", "container_image"]));
    expect(classesOf((await page("vulnerabilities")).records)).toEqual(new Set(["container_image"]));
    expect(classesOf((await page("misconfigurations")).records)).toEqual(new Set(["storage", "container_image"]));
    expect(classesOf((await page("issues")).records).size).toBeGreaterThan(2);
    expect(classesOf((await page("detections")).records).size).toBeGreaterThan(2);
  });

  test("counts under the same filter as it asks", async () => {
    const { source, page, emulator } = setUp(["compute"]);
    const [spec] = source.plan("assets", "full", { after: null, before: null });
    const types = [...emulator.truth("asset")].filter((line) => "type" in line && line.type === "VIRTUAL_MACHINE");
    expect((await source.count(spec!, never)).value).toBe(types.length);
    expect((await page("assets")).count?.value).toBe(types.length);
  });

  test("asks once an hour which types there are, and keeps what it knows while Wiz does not say", async () => {
    const { page, pass, asks, refuseTypes } = setUp(["compute"]);
    await Promise.all([page("assets"), page("vulnerabilities"), page("misconfigurations")]);
    expect(asks("AssetTypes")).toHaveLength(1);
    refuseTypes();
    pass(3_600_000);
    await page("vulnerabilities");
    expect(asks("AssetTypes")).toHaveLength(2);
    const filters = asks("Vulnerabilities").map(({ filterBy }) => filterBy.assetType);
    expect(filters[0]).toContain("VIRTUAL_MACHINE");
    expect(filters[1]).toEqual(filters[0]);
  });

  test("asks for types that are new at Wiz, and for none that Wiz does not have", async () => {
    const removed = { kind: "unknown-field", field: "VulnerableAssetObjectType.WORKSTATION" } as const;
    const { page, pass, asks, clear } = setUp(["compute"], [removed]);
    await page("vulnerabilities");
    await clear();
    pass(3_600_000);
    await page("vulnerabilities");
    const [before, after] = asks("Vulnerabilities").map(({ filterBy }) => filterBy.assetType as string[]);
    expect(before).not.toContain("WORKSTATION");
    expect(after).toEqual([...before!, "WORKSTATION"]);
  });

  test("asks for everything where Wiz does not say which types it has", async () => {
    const { page, asks, refuseTypes, source } = setUp(["compute"]);
    refuseTypes();
    expect(classesOf((await page("assets")).records).size).toBeGreaterThan(2);
    expect(asks("Assets")[0]?.filterBy).not.toHaveProperty("type");
    expect(source.state().warnings).toEqual({});
  });

  test("leaves out a filter that Wiz refuses, warns, marks nothing as narrowed, and tries again after an hour", async () => {
    const removed = { kind: "unknown-field", field: "CloudResourceV2Filters.type" } as const;
    const { page, pass, clear, source } = setUp(["compute"], [removed]);
    const first = await page("assets");
    expect(classesOf(first.records).size).toBeGreaterThan(2);
    expect(first.isNarrowed).toBeUndefined();
    expect(source.state().warnings).toEqual({
      assets: [expect.stringMatching(/^Wiz refuses the filter by type of asset; everything is fetched/)],
    });
    await clear();
    expect(classesOf((await page("assets")).records).size).toBeGreaterThan(2);
    pass(3_600_000);
    expect(classesOf((await page("assets")).records)).toEqual(new Set(["compute"]));
    expect(source.state().warnings).toEqual({});
  });

  test.each([
    ["a field", "assets", "CloudResourceV2.regionLocation", /no longer knows regionLocation/],
    ["an order", "vulnerabilities", "VulnerabilityFindingOrderField.CREATED_AT", /refuses the order/],
    ["a status", "vulnerabilities", "FindingCommonStatus.IN_PROGRESS", /no longer knows the value IN_PROGRESS/],
  ] as const)("still says that %s is what Wiz refuses", async (_, stream, field, warning) => {
    const { page, source } = setUp(["compute"], [{ kind: "unknown-field", field }]);
    expect(classesOf((await page(stream)).records)).toEqual(new Set(["compute"]));
    expect(source.state().warnings).toEqual({ [stream]: [expect.stringMatching(warning)] });
  });

  test("asks for everything where the class of what nobody has a name for is chosen", async () => {
    const { page, asks } = setUp(["compute", "other"]);
    expect(classesOf((await page("vulnerabilities")).records).size).toBeGreaterThan(2);
    expect(asks("AssetTypes")).toEqual([]);
  });

  test("asks nothing more where all are chosen", async () => {
    const { page, asks } = setUp(null);
    await page("assets");
    expect(asks("AssetTypes")).toEqual([]);
    expect(asks("Assets")[0]?.filterBy).not.toHaveProperty("type");
  });
});
