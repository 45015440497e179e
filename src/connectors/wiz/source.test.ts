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
import type { ScopedConnection, Source, SourceDeps } from "../connector.ts";
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

function connect(changes: Partial<ScopedConnection> = {}): ScopedConnection {
  const form = { apiEndpoint: "127.0.0.1:4400", clientId: "emulator", clientSecret: "emulator-secret" };
  return { ...wizConnector.parseConnection(form, { allowedHosts }), ...changes };
}

/** A tenant and an open source on it, with waits that take no time. */
function setUp(options: EmulatorOptions = {}, changes: Partial<ScopedConnection> = {}, deps: Partial<SourceDeps> = {}) {
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
  const pass = (ms: number) => {
    time += ms;
  };
  return { emulator, source, waits, pass };
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
      issues: [expect.stringMatching(/^Wiz left out parts .*Resource not found/)],
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
      vulnerabilities: ["Wiz no longer knows portalUrl, epssPercentile; read without it"],
    });
    expect([...records.values()].every(({ finding }) => finding?.url === null)).toBe(true);
  });

  test("a field that is back is read again within the hour, and its warning goes", async () => {
    const names = ["portalUrl"];
    const { emulator } = setUp();
    const { source, pass } = setUp({}, {}, { fetch: forgetful(emulator, names, "VulnerabilityFinding") });
    const [spec] = source.plan("vulnerabilities", "full", { after: null, before: null });
    expect((await source.page(spec!, null, never)).records[0]?.finding?.url).toBeNull();
    expect(source.state().warnings.vulnerabilities).toHaveLength(1);
    names.pop();
    expect((await source.page(spec!, null, never)).records[0]?.finding?.url).toBeNull();
    pass(3_600_000);
    expect((await source.page(spec!, null, never)).records[0]?.finding?.url).toMatch(/^https/);
    expect(source.state().warnings).toEqual({});
  });

  test("a required field fails the stream and names it", async () => {
    const { emulator } = setUp();
    const { source } = setUp({}, {}, { fetch: forgetful(emulator, ["vulnerableAsset"], "VulnerabilityFinding") });
    await expect(pull(source, "vulnerabilities")).rejects.toThrow(/Cannot query field "vulnerableAsset"/);
    expect((await pull(source, "issues")).records.size).toBeGreaterThan(0);
  });
});

describe("Q-19: a service account that is limited to projects", () => {
  const { emulator: whole } = setUp();
  const roots = whole.tenant.projects.filter((candidate) => candidate.ancestorProjects === null);
  const [project, other] = [roots[0]!, roots[1]!];
  const all = [...whole.truth("vulnerability")].length;

  function expectOnly({ records }: Pull): void {
    expect(records.size).toBeGreaterThan(0);
    expect(records.size).toBeLessThan(all);
    expect([...records.values()].every(({ finding }) => finding?.projects.includes(project.name))).toBe(true);
  }

  test("sees their records, and that is no error", async () => {
    const { source } = setUp({ projects: [project.id] }, { projects: [project.id] });
    expectOnly(await pull(source, "vulnerabilities"));
    await source.visibility(never);
    expect(source.state().warnings).toEqual({});
  });

  test("and must name them is asked with what it says of itself, and warned of", async () => {
    const { source } = setUp({ projects: [project.id], unfiltered: "refuse" });
    expectOnly(await pull(source, "vulnerabilities"));
    expect(source.state().warnings).toEqual({
      vulnerabilities: [expect.stringMatching(`sees only project ${project.name};.*--projects ${project.id}$`)],
    });
  });

  test.each(streamNames)("and must name them loses none of its %s when pages run side by side", async (stream) => {
    const { source } = setUp({ projects: [project.id], unfiltered: "refuse" });
    const { source: named } = setUp({ projects: [project.id] }, { projects: [project.id] });
    const window = { after: null, before: null };
    const specs = [1, 2, 3].map(() => source.plan(stream, "full", window)[0]!);
    const pages = await Promise.all(specs.map((spec) => source.page(spec, null, never)));
    const expected = await named.page(specs[0]!, null, never);
    for (const page of pages) expect(page.records.length).toBe(expected.records.length);
  });

  test("and may not read itself is asked with the projects that it may list", async () => {
    const scopes = ["read:vulnerabilities", "read:projects"];
    const { source } = setUp({ projects: [project.id], unfiltered: "refuse", scopes });
    expectOnly(await pull(source, "vulnerabilities"));
    expect(await source.visibility(never)).toMatchObject({ isKnown: true, projects: [{ id: project.id }] });
  });

  test("only since a moment ago is noticed in the middle of a pull, and what it sees now is known", async () => {
    const { source, emulator, pass } = setUp();
    expect(await source.visibility(never)).toMatchObject({ isKnown: true, projects: null });
    const [spec] = source.plan("vulnerabilities", "full", { after: null, before: null });
    await source.page(spec!, null, never);
    await emulator.fetch("http://127.0.0.1:4400/emulator/projects", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ projects: [project.id], unfiltered: "refuse" }),
    });
    pass(60_000);
    expectOnly(await pull(source, "vulnerabilities"));
    expect(await source.visibility(never)).toMatchObject({ isKnown: true, projects: [{ id: project.id }] });
  });

  test("and says nothing of itself at all: the message says what to give", async () => {
    const { source } = setUp({ projects: [project.id], unfiltered: "refuse", scopes: ["read:vulnerabilities"] });
    const error = await pull(source, "vulnerabilities").catch((e) => e);
    expect(error).toBeInstanceOf(WizPermissionError);
    expect(error.message).toMatch(/limited to some projects.*vulnerabilities.*--projects ID,ID/);
  });

  test("and is narrowed without a word is warned of once that is known", async () => {
    const { source } = setUp({ projects: [project.id], unfiltered: "narrow" });
    expectOnly(await pull(source, "vulnerabilities"));
    expect(source.state().warnings).toEqual({});
    expect(await source.visibility(never)).toMatchObject({ isKnown: true, projects: [{ id: project.id }] });
    expect(source.state().warnings.vulnerabilities).toEqual([expect.stringMatching(/sees only project/)]);
  });

  test("of others than the integration names: nothing is guessed", async () => {
    const { source } = setUp({ projects: [project.id], unfiltered: "refuse" }, { projects: [other.id] });
    const { records } = await pull(source, "vulnerabilities");
    expect([...records.values()].every(({ finding }) => finding?.projects.includes(other.name))).toBe(true);
  });
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

test("a secret that is rotated in the middle of a pull ends it as unauthorized, and with the new one it goes on", async () => {
  const { source, emulator } = setUp({ tokenLifeSeconds: 900 });
  const [spec] = source.plan("vulnerabilities", "full", { after: null, before: null });
  const first = await source.page(spec!, null, never);
  await emulator.fetch("http://127.0.0.1:4400/emulator/secret", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ secret: "the-new-secret" }),
  });
  expect((await source.page(spec!, null, never)).records.length).toBe(first.records.length);
  emulator.advance(3600);
  const error = await source.page(spec!, first.nextCursor, never).catch((e) => e);
  expect(error).toBeInstanceOf(WizAuthError);
  expect(error.message).toMatch(/client secret/);
  const { source: renewed } = setUp({}, { clientSecret: "the-new-secret" }, { fetch: emulator.fetch });
  expect((await renewed.page(spec!, first.nextCursor, never)).records.length).toBeGreaterThan(0);
});
