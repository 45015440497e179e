import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type AssetClass, assetClasses } from "../../src/model.ts";
import { assetScoreConstants } from "../../src/risk/constants.ts";
import { findIntegration, type Integration } from "../../src/store/integration.ts";
import { removeIntegration } from "../../src/store/remove-integration.ts";
import { openReviews } from "../../src/store/review.ts";
import { answerReview } from "../../src/sync/decide-review.ts";
import { editIntegration } from "../../src/sync/edit.ts";
import { readStatus } from "../../src/sync/status.ts";
import { compareWithTruth, readTruth, readVanished, type TruthLine } from "../truth.ts";
import { truthInClasses } from "../truth-in-classes.ts";
import { emulatorHost, testSecretBox } from "../weir.ts";
import { aTenant, type Tenant } from "./tenant.ts";
import { createGate, type Request, until, withNodes } from "./wire.ts";

let tenant: Tenant;

/** Those that the vendor's page names; the rest goes together here. */
const named = ["compute", "storage", "container_instance", "container_image"] as const;
const rest = assetClasses.filter((one) => !(named as readonly string[]).includes(one));

const subsets = Array.from({ length: 2 ** 5 - 1 }, (_, i) => i + 1).map((bits) => [
  ...named.filter((_, i) => (bits >> i) & 1),
  ...(bits >> 4 ? rest : []),
]);

const url = `http://${emulatorHost}`;

async function truthOf(classes: readonly AssetClass[]) {
  const { fetch } = tenant.emulator;
  return truthInClasses(classes, await readTruth(url, fetch), await readVanished(url, fetch));
}

const isAsset = ({ kind }: TruthLine) => kind === "asset";

/** Exactly the tenant's truth in these classes, and beside it nothing but what was `left` from before. */
async function expectTruth(integration: Integration, classes: readonly AssetClass[], left = new Set<string>()) {
  const { inside, vanished } = await truthOf(classes);
  const { differences, counts } = await compareWithTruth(tenant.database.db, integration.id, inside, vanished);
  const isLeft = (one: string) => left.has(/^\w+ [\w-]+/.exec(one)![0]);
  expect(differences.filter((one) => !isLeft(one)).slice(0, 10)).toEqual([]);
  return counts;
}

/** As on a first load, full passes bring no misconfigurations of what Wiz had deleted before. */
async function onDeletedAssets(): Promise<Set<string>> {
  const truth = await readTruth(url, tenant.emulator.fetch);
  const deleted = new Set(truth.filter((line) => isAsset(line) && line.deletedAt !== null).map(({ id }) => id));
  return new Set(
    truth.filter(({ kind, asset }) => kind === "misconfiguration" && deleted.has(asset!.externalId)).map(keyOf),
  );
}

const keyOf = ({ kind, id }: TruthLine) => `${kind} ${id}`;
const present = () => findIntegration(tenant.database.db, tenant.integration.id);
const statusOf = async (integration?: Integration) =>
  await readStatus(tenant.database.db, integration ?? (await present()), tenant.now());

const by = { actor: { type: "system", id: null, name: "test" }, address: null } as const;

async function choose(classes: AssetClass[] | null) {
  const deps = { db: tenant.database.db, box: testSecretBox(), now: tenant.now, by };
  return await editIntegration(deps, await present(), { assetClasses: classes });
}

/** What is stored of records of these classes, to the last column. */
async function rowsOf(classes: readonly AssetClass[]) {
  return {
    findings: await tenant.rows("select * from finding where asset_class = any($1) order by id", [classes]),
    assets: await tenant.rows("select * from asset where class = any($1) order by id", [classes]),
    sources: await tenant.rows(
      `select source.* from asset_source source join asset on asset.id = asset_id where class = any($1) order by source.id`,
      [classes],
    ),
  };
}

/** What a request says of types of assets. A detection's own type is something else. */
const typesAsked = ({ what, filterBy }: Request) => [
  what === "detections" ? undefined : filterBy.type,
  filterBy.assetType,
  filterBy.resource,
];

describe("Q-26 each choice of asset classes", () => {
  let shared: Tenant;
  beforeAll(async () => {
    shared = await aTenant({ findings: 250 });
  });
  afterAll(() => shared.close());
  beforeEach(() => {
    tenant = shared;
  });

  test.each(subsets.map((classes) => [classes.join(" ").replace(rest.join(" "), "others"), classes] as const))(
    "%s brings exactly the tenant's truth in it, and says what it left out",
    async (_name, classes) => {
      const { db } = tenant.database;
      const integration = await tenant.weir.addIntegration("narrow", { assetClasses: [...classes] });
      expect(await tenant.weir.sync(integration, { full: true })).toMatchObject({ result: "success" });
      const counts = await expectTruth(integration, classes);
      expect(counts.asset).toBeGreaterThan(0);
      const status = await statusOf(integration);
      expect(status.scopeNote).toBeNull();
      for (const { stream, wizCount, outOfScope, weirCount, gap } of status.streams) {
        expect([stream, gap, wizCount! - outOfScope]).toEqual([stream, 0, weirCount]);
        // What Wiz can leave out is not fetched; where `other` is chosen no list of types would be whole.
        const isListed = stream !== "issues" && stream !== "detections" && !classes.includes("other");
        if (isListed) expect([stream, outOfScope]).toEqual([stream, 0]);
      }
      await removeIntegration({ db, now: Date.now, score: assetScoreConstants, by }, integration.id);
    },
  );
});

describe("Q-26 a choice of asset classes", () => {
  afterEach(() => tenant.close());

  test("without one nothing is asked otherwise, nor is Wiz asked for its types", async () => {
    tenant = await aTenant({ findings: 200 });
    await tenant.full();
    expect(tenant.wire.requests.some(({ what }) => what === "assettypes")).toBe(false);
    expect(
      tenant.wire
        .pages()
        .flatMap(typesAsked)
        .filter((one) => one !== undefined),
    ).toEqual([]);
  });

  test("Wiz is asked once for the types that it knows, and for those alone", async () => {
    tenant = await aTenant({ findings: 200 });
    await choose(["container_image", "kubernetes"]);
    await tenant.full();
    expect(tenant.wire.requests.filter(({ what }) => what === "assettypes")).toHaveLength(1);
    const filters = (what: string) => tenant.wire.pages(what).map(({ filterBy }) => filterBy);
    for (const { assetType } of filters("vulnerabilities"))
      expect(assetType).toEqual(["CONTAINER_IMAGE", "KUBERNETES_CLUSTER"]);
    for (const { resource } of filters("misconfigurations"))
      expect(resource).toEqual({ type: expect.arrayContaining(["CONTAINER_IMAGE", "KUBERNETES_NODE"]) });
    for (const { type } of filters("assets")) {
      const { equals } = type as { equals: string[] };
      expect(equals).toEqual(expect.arrayContaining(["CONTAINER_IMAGE", "KUBERNETES_NODE"]));
      expect(equals).not.toContain("CONTAINER");
    }
  });

  test("of classes on which Wiz finds no vulnerabilities asks for none, and holds none", async () => {
    tenant = await aTenant({ findings: 300 });
    await choose(["identity"]);
    await tenant.full();
    const vulnerabilities = (await statusOf()).streams.find(({ stream }) => stream === "vulnerabilities");
    expect(vulnerabilities).toMatchObject({ wizCount: 0, weirCount: 0, gap: 0 });
    expect(vulnerabilities?.whyZero).toBe("Wiz has none of the chosen asset classes");
    await expectTruth(await present(), ["identity"]);
  });

  const withoutFilters: [why: string, begin: () => Promise<void>, warning: RegExp][] = [
    [
      "does not say which types it has",
      async () => {
        tenant.wire.onAnswer = ({ what }, answer) => (what === "assettypes" ? new Response("{}") : answer);
      },
      /^$/,
    ],
    [
      "refuses the filters by type",
      () => tenant.control("faults", { faults: removedFilters() }),
      /refuses the filter by type of asset/,
    ],
  ];

  test.each(withoutFilters)("is kept where Wiz %s: everything is fetched, and the rest left out", async (...row) => {
    const [_why, begin, warned] = row;
    tenant = await aTenant({ findings: 300 });
    await begin();
    await choose(["compute", "storage"]);
    expect(await tenant.full()).toMatchObject({ result: "success" });
    await expectTruth(await present(), ["compute", "storage"]);
    for (const { stream, gap, outOfScope, warning } of (await statusOf()).streams) {
      expect([stream, gap, outOfScope > 0]).toEqual([stream, 0, true]);
      expect(warning ?? "").toMatch(stream === "issues" || stream === "detections" ? /^$/ : warned);
    }
    await tenant.full();
    expect((await statusOf()).streams.map(({ missing }) => missing)).toEqual([0, 0, 0, 0, 0]);
    await expectTruth(await present(), ["compute", "storage"]);
  });

  test("counts a type that nobody knows as other, whatever Wiz was asked for", async () => {
    tenant = await aTenant({ findings: 300 });
    const strange = [...tenant.emulator.truth("asset")].find((line) => "type" in line && line.type === "BUCKET")!.id;
    tenant.wire.onAnswer = ({ what }, answer) =>
      what === "assets"
        ? withNodes(answer, (nodes) =>
            nodes.map((node) => (node.id === strange ? { ...node, type: "QUANTUM_BUCKET" } : node)),
          )
        : answer;
    const has = async () => (await tenant.rows("select class from asset where type = 'QUANTUM_BUCKET'")) as object[];
    await choose(["storage"]);
    await tenant.full("assets");
    expect(await has()).toEqual([]);
    const { streams } = await statusOf();
    expect(streams.find(({ stream }) => stream === "assets")).toMatchObject({ outOfScope: 1, gap: 0 });
    await choose(["storage", "other"]);
    await tenant.full("assets");
    expect(await has()).toEqual([{ class: "other" }]);
  });

  test("makes placeholders of chosen classes only, which the inventory fills in as ever", async () => {
    tenant = await aTenant({ findings: 300 });
    await choose(["compute"]);
    await tenant.full("vulnerabilities", "issues");
    const sources = await tenant.rows("select class, asset.is_placeholder from asset");
    expect(sources.length).toBeGreaterThan(5);
    expect(new Set(sources.map((row) => JSON.stringify(row)))).toEqual(
      new Set([JSON.stringify({ class: "compute", is_placeholder: true })]),
    );
    await tenant.full();
    await expectTruth(await present(), ["compute"]);
  });
});

/** The inputs of Wiz's schema that know types of assets. */
function removedFilters() {
  const fields = ["CloudResourceV2Filters.type", "VulnerabilityFindingFilters.assetType"];
  return [...fields, "ConfigurationFindingResourceFilters.type"].map(
    (field) => ({ kind: "unknown-field", field }) as const,
  );
}

describe("Q-26 fewer classes than before", () => {
  afterEach(() => tenant.close());

  const lively = { findings: 400, changesPerHour: 120 };
  const kept: AssetClass[] = ["compute", "container_image"];
  const others = assetClasses.filter((one) => !kept.includes(one));

  test("what is no longer chosen stays as it was, is neither gone nor resolved, and that is said", async () => {
    tenant = await aTenant(lively);
    await tenant.full();
    const left = new Set((await truthOf(kept)).outside.map(keyOf));
    const before = await rowsOf(others);
    expect(before.findings.length).toBeGreaterThan(100);
    expect(await choose(kept)).toMatchObject({ startsOver: false, isRescoped: true });
    const counted = await statusOf();
    expect(counted.streams.map(({ wizCount, gap }) => [wizCount, gap])).toEqual(Array(5).fill([null, null]));
    for (let round = 0; round < 3; round++) {
      tenant.live(3600);
      await tenant.delta();
      await tenant.full();
    }
    expect(await rowsOf(others)).toEqual(before);
    await expectTruth(await present(), kept, left);
    const status = await statusOf();
    expect(status.scopeNote).toMatch(/^\d+ assets and \d+ findings of asset classes that are no longer chosen stay/);
    expect(status.streams.find(({ stream }) => stream === "assets")?.leftCount).toBe(
      before.sources.length - before.assets.filter(({ status }) => status === "deleted").length,
    );
    for (const { stream, missing, review, goneNote } of status.streams)
      expect([stream, missing, review, goneNote]).toEqual([stream, 0, null, null]);
  });

  test("does not touch how what vanishes becomes gone: two passes in a row, in the chosen classes", async () => {
    tenant = await aTenant();
    await tenant.full();
    const pick = async (classes: readonly string[], n: number) => {
      const rows = await tenant.rows<{ external_id: string }>(
        `select external_id from finding where kind = 'vulnerability' and status = 'open' and asset_class = any($1)
         order by external_id limit ${n}`,
        [classes],
      );
      return rows.map((row) => row.external_id);
    };
    const [wanted, unwanted] = [await pick(kept, 2), await pick(others, 3)];
    await tenant.control("vanish", { kind: "vulnerability", ids: [...wanted, ...unwanted] });
    await tenant.full("vulnerabilities");
    await choose(kept);
    const gone = async () =>
      (await tenant.rows("select external_id from finding where status = 'gone' order by 1")).map(
        (row) => row.external_id,
      );
    expect(await gone()).toEqual([]);
    await tenant.full("vulnerabilities");
    expect(await gone()).toEqual(wanted);
    expect(await openReviews(tenant.database.db, tenant.integration.id)).toEqual([]);
    await tenant.full("vulnerabilities");
    // Chosen again, they begin to count anew: the passes in between could not see them.
    await choose(null);
    await tenant.full("vulnerabilities");
    expect(await gone()).toEqual(wanted);
    await tenant.full("vulnerabilities");
    expect(await gone()).toEqual([...wanted, ...unwanted].sort());
  });
});

describe("Q-26 what a person decided about many that are missing", () => {
  afterEach(() => tenant.close());
  const many = 130;
  const kept: AssetClass[] = ["storage", "database"];
  const reviews = () => openReviews(tenant.database.db, tenant.integration.id);
  const states = async () =>
    await tenant.rows("select state, count(*)::int as n from missing_record group by state order by state");

  /** Vulnerabilities, none of which is on assets of the kept classes. */
  async function vanishMany() {
    tenant = await aTenant();
    await tenant.full();
    const rows = await tenant.rows<{ external_id: string }>(
      `select external_id from finding where kind = 'vulnerability' and status in ('open', 'in_progress') order by 1 limit ${many}`,
    );
    await tenant.control("vanish", { kind: "vulnerability", ids: rows.map((row) => row.external_id) });
    await tenant.full("vulnerabilities");
    await tenant.full("vulnerabilities");
    expect(await reviews()).toMatchObject([{ reason: "mass", records: many }]);
  }

  test("stands while their classes are not chosen, and after", async () => {
    await vanishMany();
    const of = { integrationId: tenant.integration.id, stream: "vulnerabilities" } as const;
    await answerReview({ db: tenant.database.db, now: tenant.now }, of, { isApproved: false, by });
    await choose(kept);
    await tenant.full("vulnerabilities");
    expect(await states()).toEqual([{ state: "kept", n: many }]);
    await choose(null);
    await tenant.full("vulnerabilities");
    await tenant.full("vulnerabilities");
    expect(await states()).toEqual([{ state: "kept", n: many }]);
    expect(await tenant.rows("select id from finding where status = 'gone'")).toEqual([]);
  });

  test("is no question any more when their classes are not chosen, and asked anew when they are", async () => {
    await vanishMany();
    await choose(kept);
    await tenant.full("vulnerabilities");
    expect([await reviews(), await states()]).toEqual([[], []]);
    await choose(null);
    await tenant.full("vulnerabilities");
    expect([await reviews(), await states()]).toEqual([[], [{ state: "counting", n: many }]]);
    await tenant.full("vulnerabilities");
    expect(await reviews()).toMatchObject([{ reason: "mass", records: many }]);
  });
});

describe("Q-26 more classes than before", () => {
  afterEach(() => tenant.close());

  test("are fetched whole, also what changed and closed while they were not chosen", async () => {
    tenant = await aTenant({ findings: 400, changesPerHour: 120 });
    await choose(["compute"]);
    await tenant.full();
    tenant.live(5 * 3600);
    await tenant.delta();
    expect(await choose(["compute", "storage", "serverless"])).toMatchObject({ isRescoped: true });
    const states = await tenant.rows("select last_full_at, last_attempt_at, watermark from stream_state");
    expect(states.map((row) => [row.last_full_at, row.last_attempt_at])).toEqual(Array(5).fill([null, null]));
    expect(states.every(({ watermark }) => watermark !== null)).toBe(true);
    await tenant.full();
    await expectTruth(await present(), ["compute", "storage", "serverless"], await onDeletedAssets());
    tenant.live(3600);
    await tenant.delta();
    await choose(null);
    await tenant.full();
    tenant.live(60);
    await tenant.delta();
    expect((await statusOf()).scopeNote).toBeNull();
    await expectTruth(await present(), assetClasses, await onDeletedAssets());
  });

  test("what stayed as it was while its class was not chosen is what Wiz says again", async () => {
    tenant = await aTenant({ findings: 400, changesPerHour: 120 });
    await tenant.full();
    await choose(["compute"]);
    await tenant.full();
    tenant.live(5 * 3600);
    await tenant.delta();
    const open = "select count(*)::int as n from finding where status = 'open' and asset_class <> 'compute'";
    const [before] = await tenant.rows(open);
    await choose(null);
    await tenant.full();
    tenant.live(60);
    await tenant.delta();
    await expectTruth(await present(), assetClasses, await onDeletedAssets());
    expect((await tenant.rows(open))[0]).not.toEqual(before);
    expect((await statusOf()).streams.map(({ leftCount, review }) => [leftCount, review])).toEqual(
      Array(5).fill([0, null]),
    );
  });

  test("a pass that was going on by the old choice is not the full pass of the new one", async () => {
    tenant = await aTenant({ findings: 300 });
    await choose(["compute"]);
    const hold = createGate();
    tenant.wire.onRequest = ({ what, isCount }) => (what === "assets" && !isCount ? hold.passed : undefined);
    const run = tenant.full("assets");
    await until(() => tenant.wire.inFlight() > 0 && tenant.wire.pages("assets").length > 0);
    // As an edit whose request to stop the run comes too late.
    await tenant.rows("update integration set asset_classes = null, updated_at = now()");
    hold.open();
    expect(await run).toMatchObject({ result: "success" });
    const [state] = await tenant.rows("select last_full_at, last_success_at from stream_state where stream = 'assets'");
    expect(state?.last_success_at).not.toBeNull();
    expect(state?.last_full_at).toBeNull();
    expect((await statusOf()).streams.find(({ stream }) => stream === "assets")?.wizCount).toBeNull();
    await tenant.full();
    await tenant.expectTruth();
  });

  test("a failed pass of another choice is not gone on with", async () => {
    tenant = await aTenant({ findings: 300, sliceTarget: 20 });
    await choose(["compute"]);
    tenant.wire.onAnswer = ({ what, isCount }, answer) =>
      what === "assets" && !isCount ? new Response("{}", { status: 400 }) : answer;
    expect(await tenant.full("assets")).toMatchObject({ result: "failed" });
    tenant.wire.onAnswer = (_request, answer) => answer;
    await choose(["storage", "compute"]);
    await tenant.full("assets");
    const [row] = await tenant.rows("select count(*)::int as n from pass where lane = 'full'");
    expect(row?.n).toBe(2);
    await tenant.full();
    await expectTruth(await present(), ["storage", "compute"]);
  });
});
