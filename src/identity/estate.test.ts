import { expect, test } from "vitest";
import { assets } from "../connectors/wiz/streams/assets.ts";
import { createEmulator } from "../emulator/emulator.ts";
import type { View } from "../emulator/estate/stories.ts";
import { type EstateTruth, listEstate } from "../emulator/estate/truth.ts";
import { identifiersOf } from "./identifiers.ts";
import { type IdentitySource, resolve } from "./resolve.ts";
import { defaultRules } from "./rules.ts";

const machines = 2000;
const base = "http://wiz.test";

function aTenant(view: View) {
  const emulator = createEmulator({
    findings: 10,
    start: "2026-08-03T00:00:00Z",
    clock: "frozen",
    estate: { machines, view },
  });
  const known = new Map<string, IdentitySource>();
  return {
    /** Reads the whole tenant; of a machine that is deleted stays known what was known before. */
    async read() {
      for (const node of await nodesOf(emulator.fetch)) {
        const asset = assets.normalize(node)?.asset;
        const identifiers = asset ? identifiersOf(asset) : null;
        if (!asset || identifiers === null) continue;
        const id = `${view} ${asset.externalId}`;
        const isLive = asset.deletedAt === null;
        const before = isLive ? undefined : known.get(id)?.identifiers;
        known.set(id, { id, integrationId: view, isLive, identifiers: before ?? identifiers });
      }
    },
    change: () => emulator.fetch(`${base}/emulator/estate/change`, { method: "POST" }),
    known,
    truth: () => [...listEstate(emulator.tenant, emulator.tenant.estate!)],
  };
}

interface AssetPage {
  nodes: Record<string, unknown>[];
  pageInfo: { hasNextPage: boolean; endCursor: string };
}

async function nodesOf(fetch: typeof globalThis.fetch): Promise<Record<string, unknown>[]> {
  const form = { grant_type: "client_credentials", client_id: "emulator", client_secret: "emulator-secret" };
  const body = new URLSearchParams({ ...form, audience: "wiz-api" });
  const answer = await fetch(`${base}/oauth/token`, { method: "POST", body });
  const token = (await answer.json()) as { access_token: string };
  const headers = { authorization: `Bearer ${token.access_token}`, "content-type": "application/json" };
  const nodes: Record<string, unknown>[] = [];
  for (let after: string | null = null; ; ) {
    const variables = { first: 500, after, filterBy: { includeDeleted: true }, withCount: false };
    const request = { method: "POST", headers, body: JSON.stringify({ query: assets.document, variables }) };
    const { data } = (await (await fetch(`${base}/graphql`, request)).json()) as { data: { page: AssetPage } };
    const { page } = data;
    nodes.push(...page.nodes);
    if (!page.pageInfo.hasNextPage) return nodes;
    after = page.pageInfo.endCursor;
  }
}

const groupsOf = (truth: readonly EstateTruth[]) =>
  [...Map.groupBy(truth, ({ asset }) => asset).values()]
    .map((rows) => rows.map(({ view, id }) => `${view} ${id}`).sort())
    .sort();

function resolved(sources: IdentitySource[]) {
  const { clusters } = resolve({ sources, rulesOf: () => new Set(defaultRules), separations: [] });
  return clusters.map((ids) => ids.toSorted()).sort();
}

test("Q-28 Q-29: of an estate that two tenants see, the rules make exactly the machines that there are", {
  timeout: 60_000,
}, async () => {
  const tenants = [aTenant("a"), aTenant("b")];
  const sources = () => tenants.flatMap(({ known }) => [...known.values()]);
  const truth = () => groupsOf(tenants.flatMap((tenant) => tenant.truth()));
  for (const tenant of tenants) await tenant.read();
  expect(resolved(sources())).toEqual(truth());
  for (const tenant of tenants) {
    await tenant.change();
    await tenant.read();
  }
  expect(resolved(sources())).toEqual(truth());
});
