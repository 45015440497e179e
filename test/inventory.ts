import { randomUUID } from "node:crypto";
import type { Insertable } from "kysely";
import { writeTogether } from "../src/store/batch.ts";
import { moveCubes } from "../src/store/cube.ts";
import type { AssetTable, DefinitionTable, FindingTable, SignalTable } from "../src/store/schema.ts";
import { ensureSignalPartition } from "../src/store/signal.ts";
import { signalCubeWrite } from "../src/store/signal-cube.ts";
import { allStreams } from "./builders.ts";
import type { TestDatabase } from "./postgres.ts";

/** Rows put straight into the tables, for tests that read. Give what the test is about; each answers the row's id. */
export function inventory({ db }: TestDatabase) {
  const at = "2026-08-01T00:00:00Z";
  return {
    async integration(name: string): Promise<string> {
      const id = randomUUID();
      const endpoint = {
        apiUrl: "https://api.us1.app.wiz.io/graphql",
        tokenUrl: "https://auth.app.wiz.io/oauth/token",
      };
      const account = { audience: "wiz-api", clientId: "id", accountKey: id, secret: Buffer.from("") };
      const settings = { connector: "signal-client.wiz", isEnabled: true, streams: JSON.stringify(allStreams) };
      const times = { createdAt: at, updatedAt: at };
      await db
        .insertInto("integration")
        .values({ id, name, ...endpoint, ...account, ...settings, ...times })
        .execute();
      return id;
    },
    async definition(row: Partial<Insertable<DefinitionTable>> & { integrationId: string }): Promise<string> {
      const id = row.id ?? randomUUID();
      await db
        .insertInto("definition")
        .values({
          kind: "vulnerability",
          externalId: `CVE-${id}`,
          title: "A title",
          frameworks: [],
          hash: randomUUID(),
          ...row,
          id,
        })
        .execute();
      return id;
    },
    async asset(row: Partial<Insertable<AssetTable>> = {}): Promise<string> {
      const id = row.id ?? randomUUID();
      await db
        .insertInto("asset")
        .values({
          name: "web-1",
          class: "compute",
          type: "VIRTUAL_MACHINE",
          status: "active",
          projects: [],
          tags: ["Wiz"],
          inventory: ["Wiz"],
          isPlaceholder: false,
          changedAt: at,
          version: 1,
          ...row,
          id,
        })
        .execute();
      return id;
    },
    async assetSource(row: {
      assetId: string;
      integrationId: string;
      externalId: string;
      providerUniqueId?: string;
    }): Promise<string> {
      const id = randomUUID();
      await db
        .insertInto("assetSource")
        .values({ id, isPlaceholder: false, hash: randomUUID(), version: 1, ...row })
        .execute();
      return id;
    },
    async finding(row: Partial<Insertable<FindingTable>> & { integrationId: string }): Promise<string> {
      const id = row.id ?? randomUUID();
      const finding = await db
        .insertInto("finding")
        .values({
          kind: "vulnerability",
          externalId: `finding-${id}`,
          title: "A title",
          severity: 3,
          status: "open",
          riskScore: 50,
          projects: [],
          tags: ["Wiz"],
          lastFoundAt: at,
          changedAt: at,
          hash: randomUUID(),
          version: 1,
          ...row,
          id,
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      await moveCubes(db, [], [finding]);
      return id;
    },
    async signal(row: Partial<Insertable<SignalTable>> & { integrationId: string }): Promise<string> {
      const id = row.id ?? randomUUID();
      const when = row.at ?? at;
      await ensureSignalPartition(db, Date.parse(when));
      const signal = await db
        .insertInto("signal")
        .values({
          stream: "vulnerabilities",
          change: "new",
          subjectKind: "vulnerability",
          subjectId: randomUUID(),
          externalId: "finding-1",
          severity: 3,
          title: "A title",
          fields: "{}",
          ...row,
          at: when,
          id,
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      await writeTogether(db, [signalCubeWrite([signal])]);
      return id;
    },
  };
}
