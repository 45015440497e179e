import { pino } from "pino";
import { describe, expect, test } from "vitest";
import { createEmulator, type Emulator } from "../../emulator/emulator.ts";
import type { EmulatorOptions } from "../../emulator/options.ts";
import {
  WizAuthError,
  WizCursorError,
  WizPermissionError,
  WizResponseError,
  WizUnavailableError,
} from "../../errors.ts";
import {
  type AssetRecord,
  type FindingRecord,
  instant,
  type Lane,
  type NormalizedRecord,
  type RejectedRecord,
  type StreamName,
  streamNames,
} from "../../model.ts";
import type { Connection, Source, SourceDeps } from "../connector.ts";
import { wizConnector } from "./connector.ts";

const allowedHosts = ["127.0.0.1:4400"];
const never = new AbortController().signal;
const log = pino({ level: "silent" });

const kinds = {
  issues: "issue",
  vulnerabilities: "vulnerability",
  misconfigurations: "misconfiguration",
  detections: "threat",
  assets: "asset",
} as const;

function connect(changes: Partial<Connection> = {}): Connection {
  const form = { apiEndpoint: "127.0.0.1:4400", clientId: "emulator", clientSecret: "emulator-secret" };
  return { ...wizConnector.parseConnection(form, { allowedHosts }), ...changes };
}

/** A tenant and an open source on it, with waits that take no time. */
function setUp(options: EmulatorOptions = {}, changes: Partial<Connection> = {}, deps: Partial<SourceDeps> = {}) {
  const emulator = createEmulator({ findings: 3000, ...options });
  const waits: number[] = [];
  let time = 0;
  const sleep = async (ms: number, signal: AbortSignal) => {
    signal.throwIfAborted();
    waits.push(ms);
    time += ms;
  };
  const limits = { maxRequestsPerSecond: 1_000_000, startRequestsPerSecond: 1_000_000 };
  const source = wizConnector.open(connect(changes), {
    fetch: emulator.fetch,
    now: () => time,
    log,
    allowedHosts,
    sleep,
    limits,
    ...deps,
  });
  return { emulator, source, waits };
}

interface Pull {
  records: Map<string, NormalizedRecord>;
  rejected: RejectedRecord[];
  pages: number;
  /** What Wiz counted, over all slices. */
  counted: number;
}

async function pull(
  source: Source,
  stream: StreamName,
  lane: Lane = "full",
  window = { after: null as string | null, before: null as string | null },
) {
  const result: Pull = { records: new Map(), rejected: [], pages: 0, counted: 0 };
  for (const spec of source.plan(stream, lane, window)) {
    let cursor: string | null = null;
    do {
      const page = await source.page(spec, cursor, never);
      for (const record of page.records) result.records.set((record.finding ?? record.asset).externalId, record);
      result.rejected.push(...page.rejected);
      result.counted += page.count?.value ?? 0;
      result.pages += 1;
      cursor = page.nextCursor;
    } while (cursor !== null);
  }
  return result;
}

const severity = (name: string) => (name === "NONE" ? "informational" : name.toLowerCase());

/** What the emulator says is true of a record, and what we made of it, in the same words. */
function truthOf(emulator: Emulator, stream: StreamName) {
  return new Map(
    [...emulator.truth(kinds[stream])].map((truth) => [
      truth.id,
      truth.kind === "asset"
        ? [
            truth.name,
            truth.type,
            truth.region,
            truth.subscriptionExternalId,
            truth.deletedAt === null ? truth.status.toLowerCase() : "deleted",
            ...[truth.firstSeen, truth.lastSeen, truth.deletedAt, truth.updatedAt].map(instant),
          ]
        : [
            truth.title,
            severity(truth.severity),
            (truth.status ?? "OPEN").toLowerCase(),
            truth.asset.externalId,
            truth.asset.name,
            ...[truth.firstFoundAt, truth.lastFoundAt, truth.resolvedAt, truth.dueAt, truth.updatedAt].map(instant),
          ],
    ]),
  );
}

function knownOf(records: Map<string, NormalizedRecord>) {
  const findingFacts = (f: FindingRecord) => [
    f.title,
    f.severity,
    f.status,
    f.asset?.externalId,
    f.asset?.name,
    ...[f.firstFoundAt, f.lastFoundAt, f.resolvedAt, f.dueAt, f.updatedAt].map(instant),
  ];
  const assetFacts = (a: AssetRecord) => [
    a.name,
    a.type,
    a.region,
    a.accountId,
    a.status,
    ...[a.firstSeenAt, a.lastSeenAt, a.deletedAt, a.updatedAt].map(instant),
  ];
  return new Map(
    [...records].map(([id, { finding, asset }]) => [
      id,
      finding === undefined ? assetFacts(asset) : findingFacts(finding),
    ]),
  );
}

function expectTruth(emulator: Emulator, stream: StreamName, records: Map<string, NormalizedRecord>): void {
  const [truth, known] = [truthOf(emulator, stream), knownOf(records)];
  const sorted = (facts: Map<string, unknown[]>) => [...facts].sort(([a], [b]) => (a < b ? -1 : 1));
  expect(sorted(known)).toEqual(sorted(truth));
}

describe.each(streamNames)("%s", (stream) => {
  test("Q-33: a full pass brings every record as it is", async () => {
    const { emulator, source } = setUp();
    const { records, rejected, counted } = await pull(source, stream);
    expect(rejected).toEqual([]);
    expect(counted).toBe(records.size);
    expectTruth(emulator, stream, records);
  });

  test("Q-11: a delta brings what changed while the tenant lived", async () => {
    const { emulator, source } = setUp({ clock: "frozen", changesPerHour: 40, redetections: false });
    const { records } = await pull(source, stream);
    const after = new Date((await source.clock(never)) - 60_000).toISOString();
    emulator.advance(12 * 3600);
    const before = new Date((await source.clock(never)) + 1000).toISOString();
    const delta = await pull(source, stream, "delta", { after, before });
    for (const [id, record] of delta.records) records.set(id, record);
    expect(delta.records.size).toBeGreaterThan(0);
    expect(delta.records.size).toBeLessThan(records.size);
    expectTruth(emulator, stream, records);
  });
});

describe("trouble that passes", () => {
  test.each([
    ["rate-limit", { every: 3 }],
    ["rate-limit-bare", { every: 3 }],
    ["rate-limit-graphql", { every: 3 }],
    ["server-error", { every: 3 }],
    ["internal-error", { every: 3 }],
    ["broken-json", { every: 3 }],
    ["cut", { every: 3 }],
    ["null-list", { every: 3 }],
    ["api-401", { every: 3 }],
    ["token-401", { skip: 1, times: 1 }],
    ["empty-page", { times: 4 }],
  ] as const)("%s loses nothing", async (kind, when) => {
    const { emulator, source } = setUp({ faults: [{ kind, ...when }] });
    const { records, pages } = await pull(source, "vulnerabilities");
    expect(pages).toBeGreaterThan(3);
    expectTruth(emulator, "vulnerabilities", records);
  });

  test("W-40: three refusals in a row wait longer each time", async () => {
    const { source, waits } = setUp({ faults: [{ kind: "rate-limit-bare", times: 3 }] });
    await pull(source, "issues");
    const backoff = waits.filter((ms) => ms >= 500);
    expect(backoff).toHaveLength(3);
    expect(backoff[1]).toBeGreaterThan(backoff[0]!);
    expect(backoff[2]).toBeGreaterThan(backoff[1]!);
    expect(source.state().rateLimited).toBe(3);
  });

  test("an outage that does not pass is said", async () => {
    const { source } = setUp({ faults: [{ kind: "server-error", status: 502 }] });
    await expect(pull(source, "issues")).rejects.toThrow(WizUnavailableError);
  });

  test("pages that are too heavy shrink, others stay", async () => {
    const { emulator, source } = setUp({ faults: [{ kind: "too-complex", stream: "vulnerabilities", times: 3 }] });
    const { records } = await pull(source, "vulnerabilities");
    expect(source.state().pageSizes).toMatchObject({ issues: 500 });
    expect(source.state().pageSizes.vulnerabilities).toBeLessThan(500);
    expectTruth(emulator, "vulnerabilities", records);
  });
});

describe("trouble that stops a stream", () => {
  test.each(["repeated-cursor", "null-cursor", "expired-cursor"] as const)(
    "%s begins the slice again",
    async (kind) => {
      const { source } = setUp({ faults: [{ kind, skip: 1, times: 1 }] });
      await expect(pull(source, "vulnerabilities")).rejects.toThrow(WizCursorError);
    },
  );

  test("W-36 C-1: a missing scope stops its own stream and no other", async () => {
    const { source } = setUp({ scopes: ["read:issues", "read:resources"] });
    await expect(pull(source, "vulnerabilities")).rejects.toThrow(
      /may not read vulnerabilities: it needs read:vulnerabilities/,
    );
    await expect(pull(source, "detections")).rejects.toBeInstanceOf(WizPermissionError);
    expect((await pull(source, "issues")).records.size).toBeGreaterThan(0);
    expect((await pull(source, "assets")).records.size).toBeGreaterThan(0);
  });

  test("a missing licence is said", async () => {
    const { source } = setUp({ hasDefendLicence: false });
    await expect(pull(source, "detections")).rejects.toThrow(/licence does not include detections/);
  });

  test.each([{ clientSecret: "wrong" }, { clientId: "nobody" }])(
    "W-35: wrong credentials %j are said without them",
    async (wrong) => {
      const { source } = setUp({}, wrong);
      const error = await pull(source, "issues").catch((e) => e);
      expect(error).toBeInstanceOf(WizAuthError);
      expect(error.message).toMatch(/client ID and the client secret/);
      expect(error.message).not.toMatch(/emulator-secret|"wrong"/);
    },
  );

  test("W-35: a token that is refused again and again is said", async () => {
    const { source } = setUp({ faults: [{ kind: "api-401" }] });
    await expect(pull(source, "issues")).rejects.toThrow(/refused the token/);
  });

  test("W-35: a wrong token path is said", async () => {
    const { source } = setUp({}, { tokenUrl: "http://127.0.0.1:4400/oauth/tokens" });
    await expect(pull(source, "issues")).rejects.toThrow(/token URL .* is wrong/);
  });

  test("a wrong API path is said", async () => {
    const { source } = setUp({}, { apiUrl: "http://127.0.0.1:4400/graphql/graphql" });
    await expect(pull(source, "issues")).rejects.toThrow(WizResponseError);
  });
});

describe("records that are not as they should be", () => {
  test("one that cannot be read is rejected, and the others of its page come", async () => {
    const { emulator, source } = setUp({ faults: [{ kind: "unreadable-node", times: 2 }] });
    const { records, rejected } = await pull(source, "vulnerabilities");
    expect(rejected).toHaveLength(2);
    expect(rejected[0]?.externalId).toMatch(/-/);
    expect(records.size).toBe([...emulator.truth("vulnerability")].length - 2);
  });

  test.each(streamNames)("unknown enum values and missing keys of %s are read", async (stream) => {
    const { emulator, source } = setUp({ faults: [{ kind: "unknown-enum" }, { kind: "missing-keys" }] });
    const { records, rejected } = await pull(source, stream);
    expect(rejected).toEqual([]);
    expect(records.size).toBe([...emulator.truth(kinds[stream])].length);
  });

  test("partial data is kept, and a warning says what is missing until a whole page comes", async () => {
    const { emulator, source } = setUp({ faults: [{ kind: "partial-data", stream: "issues", times: 1 }] });
    const [spec] = source.plan("issues", "full", { after: null, before: null });
    const page = await source.page(spec!, null, never);
    expect(page.records.length).toBeGreaterThan(0);
    expect(source.state().warnings).toEqual({
      issues: [expect.stringMatching(/^issues: Wiz left out parts .*Resource not found/)],
    });
    const { records } = await pull(source, "issues");
    expect(source.state().warnings).toEqual({});
    expectTruth(emulator, "issues", records);
  });
});

describe("drift of the schema", () => {
  /** A Wiz that does not know some names: it refuses a query with them as GraphQL servers do. */
  function forgetful(emulator: Emulator, names: string[], type: string): typeof fetch {
    return (async (url: string, init: RequestInit) => {
      const { query } = JSON.parse(url.endsWith("/graphql") ? String(init.body) : "{}") as { query?: string };
      const lines = (query ?? "").split("\n");
      const errors = names.flatMap((name) =>
        lines.flatMap((line, i) => {
          const column = line.search(new RegExp(`\\b${name}\\b`)) + 1;
          const message = `Cannot query field "${name}" on type "${type}".`;
          return column > 0
            ? [{ message, locations: [{ line: i + 1, column }], extensions: { code: "GRAPHQL_VALIDATION_FAILED" } }]
            : [];
        }),
      );
      return errors.length > 0 ? Response.json({ errors }, { status: 400 }) : emulator.fetch(url, init);
    }) as typeof fetch;
  }

  test("an optional field is left out, said, and asked for no more", async () => {
    const { emulator } = setUp();
    const deps = { fetch: forgetful(emulator, ["epssPercentile", "portalUrl"], "VulnerabilityFinding") };
    const { source } = setUp({}, {}, deps);
    const { records } = await pull(source, "vulnerabilities");
    expectTruth(emulator, "vulnerabilities", records);
    expect(source.state().warnings).toEqual({
      vulnerabilities: ["vulnerabilities: Wiz no longer knows portalUrl, epssPercentile; read without it"],
    });
    expect([...records.values()].every(({ finding }) => finding?.url === null)).toBe(true);
  });

  test("a required field fails the stream and names it", async () => {
    const { emulator } = setUp();
    const { source } = setUp({}, {}, { fetch: forgetful(emulator, ["vulnerableAsset"], "VulnerabilityFinding") });
    await expect(pull(source, "vulnerabilities")).rejects.toThrow(/Cannot query field "vulnerableAsset"/);
    expect((await pull(source, "issues")).records.size).toBeGreaterThan(0);
  });
});

test("Q-19: a service account limited to a project sees its records, and that is no error", async () => {
  const { emulator } = setUp();
  const project = emulator.tenant.projects[0]!;
  const { source } = setUp({ projects: [project.id] }, { projects: [project.id] });
  const limited = await pull(source, "vulnerabilities");
  expect(limited.records.size).toBeGreaterThan(0);
  expect(limited.records.size).toBeLessThan([...emulator.truth("vulnerability")].length);
  expect([...limited.records.values()].every(({ finding }) => finding?.projects.includes(project.name))).toBe(true);
});

test("the clock is Wiz's, not ours", async () => {
  const { source, emulator } = setUp({ clock: "frozen", start: "2031-05-01T12:00:00Z" });
  expect(await source.clock(never)).toBe(Date.parse("2031-05-01T12:00:00Z"));
  emulator.advance(3600);
  expect(await source.clock(never)).toBe(Date.parse("2031-05-01T13:00:00Z"));
});

test("a token that ended at Wiz is renewed in the middle of a pull", async () => {
  const { source, emulator } = setUp({ tokenLifeSeconds: 900 });
  const [spec] = source.plan("assets", "full", { after: null, before: null });
  const { nextCursor } = await source.page(spec!, null, never);
  emulator.advance(3600);
  expect((await source.page(spec!, nextCursor, never)).records.length).toBeGreaterThan(0);
});

test("cancelling ends a page at once, with the reason", async () => {
  const { source } = setUp({ latencyMs: 60_000 });
  const controller = new AbortController();
  const [spec] = source.plan("issues", "full", { after: null, before: null });
  const page = source.page(spec!, null, controller.signal);
  setTimeout(() => controller.abort(new Error("cancelled")), 20);
  await expect(page).rejects.toThrow("cancelled");
});

test("Q-44 Q-03: nothing is called but the token endpoint and the GraphQL endpoint, with queries only", async () => {
  const emulator = createEmulator({ findings: 200 });
  const called: [string, string | undefined][] = [];
  const { source } = setUp(
    {},
    {},
    {
      fetch: (async (url: string, init: RequestInit) => {
        const { query } = JSON.parse(url.endsWith("/graphql") ? String(init.body) : "{}") as { query?: string };
        called.push([url, query?.trim().split(/\s/)[0]]);
        return emulator.fetch(url, init);
      }) as typeof fetch,
    },
  );
  for (const stream of streamNames) await pull(source, stream);
  await source.clock(never);
  expect(new Set(called.map(([url]) => url))).toEqual(
    new Set(["http://127.0.0.1:4400/oauth/token", "http://127.0.0.1:4400/graphql"]),
  );
  expect(new Set(called.map(([, verb]) => verb))).toEqual(new Set([undefined, "query"]));
});
