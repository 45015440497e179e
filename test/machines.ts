import { randomUUID } from "node:crypto";
import type { Connector } from "../src/connectors/connector.ts";
import { findConnector as findRealConnector } from "../src/connectors/registry.ts";
import { contentHash } from "../src/content-hash.ts";
import type { AssetRecord, FindingRecord, MachineAttributes } from "../src/model.ts";
import { recordId } from "../src/store/id.ts";
import { commitPage } from "../src/sync/page.ts";
import { addSlice, aFinding, anAsset, aPage, aSlice } from "./builders.ts";
import type { TestDatabase } from "./postgres.ts";

/** Builders of machines that several integrations see, and of the integrations. */

export const now = () => Date.parse("2026-08-02T12:00:00Z");

/** Reads the pages of the builders back. */
export const findConnector = (id: string): Connector => ({
  ...findRealConnector(id),
  normalize(stream, raw) {
    const { node } = raw as { node: AssetRecord & FindingRecord };
    const moving = stream === "assets" ? "lastSeenAt" : "lastFoundAt";
    const hash = contentHash(JSON.stringify({ ...node, [moving]: null }));
    return stream === "assets" ? { asset: node, raw: "", hash } : { finding: node, raw: "", hash };
  },
});

/** An integration, and what it brings. */
export async function aTenant(database: TestDatabase) {
  const { integrationId, passId, epoch } = await aSlice(database, "assets");
  const store = async (stream: "assets" | "vulnerabilities", page: ReturnType<typeof aPage>) => {
    const sliceId = await addSlice(database, { passId });
    const pass = { id: passId, lane: "delta", tracksSeen: false };
    const place = { integrationId, stream, inventory: "Wiz", classes: null, sliceId, pass, cursor: null, epoch };
    return await commitPage({ db: database.db, now }, place, page);
  };
  return {
    integrationId,
    sourceId: (externalId: string) => recordId(integrationId, "asset", externalId),
    assets: (...assets: AssetRecord[]) => store("assets", aPage({ assets })),
    findings: (...findings: FindingRecord[]) => store("vulnerabilities", aPage({ findings })),
    /** On the asset that a source knows. */
    async finding(sourceId: string) {
      const { externalId } = await database.db
        .selectFrom("assetSource")
        .select("externalId")
        .where("id", "=", sourceId)
        .executeTakeFirstOrThrow();
      const asset = anAsset({ externalId, isPlaceholder: true });
      await store("vulnerabilities", aPage({ findings: [aFinding({ externalId: randomUUID(), asset })] }));
    },
  };
}

/** Another machine than all others. */
export function aMachine(machine: Partial<MachineAttributes> = {}, changes: Partial<AssetRecord> = {}) {
  const names = { hostnames: [], fqdns: [], netbiosNames: [], domains: [] };
  return anAsset({
    externalId: randomUUID(),
    machine: { instanceIds: [], hardwareUuids: [], serials: [], macs: [], ips: [], ...names, ...machine },
    ...changes,
  });
}

export const anInstanceId = () => `i-${randomUUID().replaceAll("-", "").slice(0, 17)}`;

export async function assetIdsOf({ db }: TestDatabase, ...sourceIds: string[]): Promise<string[]> {
  const rows = await db.selectFrom("assetSource").select(["id", "assetId"]).where("id", "in", sourceIds).execute();
  return sourceIds.map((id) => rows.find((row) => row.id === id)!.assetId);
}
