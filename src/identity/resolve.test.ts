import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { IdentificationRule, Identifiers } from "../model.ts";
import { identityKeys } from "./keys.ts";
import { type IdentityQuestion, type IdentitySource, mostHolders, resolve } from "./resolve.ts";
import { defaultRules } from "./rules.ts";

type Known = Partial<Omit<Identifiers, "account">> & { account?: string | null; isLive?: boolean };

/** `wiz.1`: the first record of the integration `wiz`. */
function aSource(id: string, { isLive = true, ...known }: Known): IdentitySource {
  return { id, integrationId: id.split(".")[0]!, isLive, identifiers: { cloud: "aws", account: "1", ...known } };
}

function answer(sources: IdentitySource[], changes: Partial<IdentityQuestion> = {}) {
  return resolve({ sources, rulesOf: () => new Set(defaultRules), separations: [], ...changes });
}

const clustersOf = (sources: IdentitySource[], changes: Partial<IdentityQuestion> = {}) =>
  answer(sources, changes).clusters.map((ids) => ids.join(" "));

const without =
  (...rules: IdentificationRule[]) =>
  () =>
    new Set(defaultRules.filter((rule) => !rules.includes(rule)));

test.each<[IdentificationRule, Known]>([
  ["cloud_instance", { instanceId: ["i-1"] }],
  ["provider_unique_id", { providerUniqueId: ["arn:1"] }],
  ["hardware_uuid", { hardwareUuid: ["uuid-1"] }],
  ["serial", { serial: ["serial-1"] }],
  ["mac_hostname", { mac: ["mac-1"], hostname: ["web-1"] }],
  ["fqdn", { fqdn: ["web-1.example.com"] }],
  ["netbios_domain", { netbiosName: ["web-1"], domain: ["corp"] }],
  ["ip_mac", { ip: ["10.0.0.1"], mac: ["mac-1"] }],
])("Q-28 Q-29: %s makes one asset of two records, and says why", (rule, known) => {
  const sources = [aSource("a.1", known), aSource("b.1", known)];
  const { clusters, joins } = answer(sources);
  expect(clusters).toEqual([["a.1", "b.1"]]);
  const values = [{ value: Object.values(known).flat().join(" · "), sourceIds: ["a.1", "b.1"] }];
  expect(joins).toEqual([{ rule, parts: [["a.1"], ["b.1"]], values }]);
  expect(clustersOf(sources, { rulesOf: without(rule) })).toEqual(["a.1", "b.1"]);
});

describe("Q-29: two records stay two assets", () => {
  test.each<[string, Known, Known]>([
    ["in two accounts", { serial: ["s"] }, { serial: ["s"], account: "2" }],
    ["where the account is not known", { serial: ["s"], account: null }, { serial: ["s"], account: null }],
    ["with nothing but a host name", { hostname: ["web-1"] }, { hostname: ["web-1"] }],
    ["with nothing but an address", { ip: ["10.0.0.1"] }, { ip: ["10.0.0.1"] }],
    [
      "when a stronger rule tells them apart",
      { instanceId: ["1"], serial: ["s"] },
      { instanceId: ["2"], serial: ["s"] },
    ],
    ["of the same MAC address alone", { mac: ["m"], hostname: ["a"] }, { mac: ["m"], hostname: ["b"] }],
    [
      "cloned from one image, one in each integration",
      { hardwareUuid: ["u"], serial: ["s"], mac: ["m1"], hostname: ["a"] },
      { hardwareUuid: ["u"], serial: ["s"], mac: ["m2"], hostname: ["b"] },
    ],
  ])("%s", (_, one, other) => {
    expect(clustersOf([aSource("a.1", one), aSource("b.1", other)])).toEqual(["a.1", "b.1"]);
  });

  test("a rule counts only where both integrations have it on", () => {
    const sources = [aSource("a.1", { hostname: ["web-1"] }), aSource("b.1", { hostname: ["web-1"] })];
    const withHostname = new Set<IdentificationRule>(["hostname"]);
    expect(clustersOf(sources, { rulesOf: () => withHostname })).toEqual(["a.1 b.1"]);
    const onlyA = (id: string) => (id === "a" ? withHostname : new Set(defaultRules));
    expect(clustersOf(sources, { rulesOf: onlyA })).toEqual(["a.1", "b.1"]);
  });

  test("a rule that is off does not tell records apart either", () => {
    const sources = [
      aSource("a.1", { instanceId: ["1"], serial: ["s"] }),
      aSource("b.1", { instanceId: ["2"], serial: ["s"] }),
    ];
    expect(clustersOf(sources, { rulesOf: without("cloud_instance") })).toEqual(["a.1 b.1"]);
  });

  test("when people separated them, whatever else joins them", () => {
    const sources = ["a.1", "b.1", "c.1"].map((id) => aSource(id, { instanceId: ["i-1"] }));
    const { clusters, severalMatches } = answer(sources, {
      separations: [
        ["c.1", "a.1"],
        ["b.1", "c.1"],
      ],
    });
    expect(clusters).toEqual([["a.1", "b.1"], ["c.1"]]);
    expect(severalMatches).toEqual([]);
  });
});

test("Q-29: the same hardware under another name, or with another card, is the same machine", () => {
  const known = { hardwareUuid: ["u"], mac: ["m1"], hostname: ["a"] };
  expect(clustersOf([aSource("a.1", known), aSource("b.1", { ...known, hostname: ["b"] })])).toEqual(["a.1 b.1"]);
  expect(clustersOf([aSource("a.1", known), aSource("b.1", { ...known, mac: ["m2"] })])).toEqual(["a.1 b.1"]);
});

describe("Q-29: several matches are not merged", () => {
  const clone = (id: string, known: Known = {}) => aSource(id, { serial: ["cloned"], ...known });

  test("machines cloned with their serial, where nothing else says which is which", () => {
    const sources = [clone("a.1"), clone("a.2"), clone("b.1")];
    const { clusters, severalMatches } = answer(sources);
    expect(clusters).toEqual([["a.1"], ["a.2"], ["b.1"]]);
    const values = [{ value: "cloned", sourceIds: ["a.1", "a.2", "b.1"] }];
    expect(severalMatches).toEqual([{ rule: "serial", sourceIds: ["a.1", "a.2", "b.1"], values }]);
  });

  test("a later rule that gives one match still merges them", () => {
    const sources = [
      clone("a.1", { fqdn: ["one.example.com"] }),
      clone("a.2", { fqdn: ["two.example.com"] }),
      clone("b.1", { fqdn: ["two.example.com"] }),
    ];
    expect(clustersOf(sources)).toEqual(["a.1", "a.2 b.1"]);
  });

  test("a clone that died does not make the other the only match", () => {
    const sources = [
      clone("a.1", { instanceId: ["1"] }),
      clone("a.2", { instanceId: ["2"], isLive: false }),
      clone("b.1"),
    ];
    expect(clustersOf(sources)).toEqual(["a.1", "a.2", "b.1"]);
  });

  test("a name that moved on belongs to who lives", () => {
    const named = (id: string, known: Known) => aSource(id, { fqdn: ["web-1.example.com"], ...known });
    const sources = [
      named("a.1", { instanceId: ["1"], isLive: false }),
      named("a.2", { instanceId: ["2"] }),
      named("b.1", { isLive: false }),
      named("b.2", {}),
    ];
    expect(clustersOf(sources)).toEqual(["a.1 b.1", "a.2 b.2"]);
  });

  test("a value that very many show identifies nothing", () => {
    const some = Array.from({ length: mostHolders }, (_, i) => aSource(`${i}.1`, { serial: ["s"] }));
    expect(clustersOf(some)).toHaveLength(1);
    expect(clustersOf([...some, aSource("z.1", { serial: ["s"] })])).toHaveLength(mostHolders + 1);
  });
});

describe("Q-29: a machine that Wiz knows anew", () => {
  const known = { instanceId: ["i-1"], serial: ["s"] };

  test("under another id is the same asset", () => {
    expect(clustersOf([aSource("a.1", { ...known, isLive: false }), aSource("a.2", known)])).toEqual(["a.1 a.2"]);
  });

  test("by its hardware too, but not while both live", () => {
    const old = { hardwareUuid: ["u"] };
    expect(clustersOf([aSource("a.1", { ...old, isLive: false }), aSource("a.2", old)])).toEqual(["a.1 a.2"]);
    expect(clustersOf([aSource("a.1", old), aSource("a.2", old)])).toEqual(["a.1", "a.2"]);
  });

  test("a name alone does not make two records of one integration the same machine", () => {
    const old = { fqdn: ["web-1.example.com"] };
    expect(clustersOf([aSource("a.1", { ...old, isLive: false }), aSource("a.2", old)])).toEqual(["a.1", "a.2"]);
  });
});

/** Small worlds, so that values meet. */
const few = (prefix: string, n = 3) =>
  fc.array(
    fc.nat(n - 1).map((i) => `${prefix}${i}`),
    { maxLength: 2 },
  );

const aWorld = fc.record({
  sources: fc
    .array(
      fc.record({
        integrationId: fc.constantFrom("a", "b", "c"),
        isLive: fc.boolean(),
        account: fc.constantFrom("1", "1", "2", null),
        instanceId: few("i", 6),
        providerUniqueId: few("p", 6),
        hardwareUuid: few("u"),
        serial: few("s"),
        mac: few("m"),
        hostname: few("h"),
        fqdn: few("f"),
        ip: few("10."),
      }),
      { minLength: 1, maxLength: 14 },
    )
    .map((list) =>
      list.map(({ integrationId, isLive, ...known }, i) => ({
        id: `${integrationId}.${i}`,
        integrationId,
        isLive,
        identifiers: { cloud: "aws", ...known },
      })),
    ),
  off: fc.record({
    a: fc.subarray([...defaultRules], { maxLength: 4 }),
    b: fc.subarray([...defaultRules], { maxLength: 4 }),
    c: fc.constant([] as IdentificationRule[]),
  }),
  pairs: fc.array(fc.tuple(fc.nat(13), fc.nat(13)), { maxLength: 3 }),
});

function questionOf({ sources, off, pairs }: typeof aWorld extends fc.Arbitrary<infer World> ? World : never) {
  const rules = new Map(
    Object.entries(off).map(([id, ofIt]) => [id, new Set(defaultRules.filter((rule) => !ofIt.includes(rule)))]),
  );
  const separations = pairs.flatMap(([a, b]) =>
    a !== b && sources[a] !== undefined && sources[b] !== undefined ? [[sources[a].id, sources[b].id] as const] : [],
  );
  return { sources, separations, rulesOf: (id: string) => rules.get(id)! };
}

/** All that hang together with a source by values of rules that are on. */
function neighbourhood({ sources, rulesOf }: IdentityQuestion, ids: readonly string[]): IdentitySource[] {
  const keysOf = (source: IdentitySource) =>
    identityKeys(source.integrationId, source.identifiers)
      .filter(({ rule }) => rulesOf(source.integrationId).has(rule))
      .map(({ key }) => key);
  const found = new Set(ids);
  const keys = new Set<string>();
  for (let size = -1; size !== found.size; ) {
    size = found.size;
    for (const source of sources) if (found.has(source.id)) for (const key of keysOf(source)) keys.add(key);
    for (const source of sources) if (keysOf(source).some((key) => keys.has(key))) found.add(source.id);
  }
  return sources.filter(({ id }) => found.has(id));
}

describe("Q-29: the answer", { timeout: 30_000 }, () => {
  test("does not depend on the order in which the records came", () => {
    fc.assert(
      fc.property(aWorld, fc.infiniteStream(fc.nat(1000)), (world, numbers) => {
        const question = questionOf(world);
        const places = question.sources.map((source) => ({ source, place: numbers.next().value as number }));
        const shuffled = places.sort((x, y) => x.place - y.place).map(({ source }) => source);
        expect(resolve({ ...question, sources: shuffled })).toEqual(resolve(question));
      }),
      { numRuns: 2_000 },
    );
  });

  test("is the same when records come one at a time and only what hangs together is looked at", () => {
    fc.assert(
      fc.property(aWorld, (world) => {
        const question = questionOf(world);
        const stored = new Map<string, string[]>();
        const arrived: IdentitySource[] = [];
        for (const source of question.sources) {
          arrived.push(source);
          const some = neighbourhood({ ...question, sources: arrived }, [source.id]);
          for (const cluster of resolve({ ...question, sources: some }).clusters)
            for (const id of cluster) stored.set(id, cluster);
        }
        for (const cluster of resolve(question).clusters)
          for (const id of cluster) expect(stored.get(id)).toEqual(cluster);
      }),
      { numRuns: 1_000 },
    );
  });

  test("never puts together what people separated, nor what the strongest rule tells apart", () => {
    fc.assert(
      fc.property(aWorld, (world) => {
        const question = questionOf(world);
        const { clusters } = resolve(question);
        for (const [a, b] of question.separations)
          expect(clusters.some((ids) => ids.includes(a) && ids.includes(b))).toBe(false);
        const accountOf = new Map(question.sources.map(({ id, identifiers }) => [id, identifiers.account]));
        for (const ids of clusters) expect(new Set(ids.map((id) => accountOf.get(id))).size).toBe(1);
      }),
      { numRuns: 1_000 },
    );
  });
});
