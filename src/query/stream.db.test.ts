import { createHash } from "node:crypto";
import { PassThrough, Writable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inventory } from "../../test/inventory.ts";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { QueryError } from "../errors.ts";
import { exportText, type Manifest, writeExport } from "./export/export-text.ts";
import { streamRecords } from "./stream.ts";

const about = { kind: "findings", query: "", format: "ndjson" } as const;

let database: TestDatabase;
let integrationId: string;

beforeAll(async () => {
  database = await testDatabase({ poolSize: 2 });
  const add = inventory(database);
  integrationId = await add.integration("prod");
  for (let i = 0; i < 25; i++)
    await add.finding({ integrationId, severity: 1 + (i % 5), title: "Line\nbreak \u009b31m" });
  const assetId = await add.asset();
  await add.assetSource({ assetId, integrationId, externalId: "a" });
  await add.assetSource({ assetId, integrationId, externalId: "b" });
  await add.signal({ integrationId, at: "2026-08-02T00:00:00Z" });
  await add.signal({ integrationId, at: "2026-08-01T00:00:00Z" });
});

afterAll(() => database.close());

async function exported(kind: "findings" | "assets" | "signals", query: string): Promise<string> {
  const out = new PassThrough();
  const chunks: Buffer[] = [];
  out.on("data", (chunk: Buffer) => chunks.push(chunk));
  const records = streamRecords(database.db, kind, { query, batchSize: 7 });
  await writeExport(exportText(records, { kind, query, format: "ndjson" }), out);
  return Buffer.concat(chunks).toString("utf8");
}

describe("an export", () => {
  test("holds every record once, by id, and ends with a manifest that is true", async () => {
    const lines = (await exported("findings", "")).trimEnd().split("\n");
    const { manifest } = JSON.parse(lines.pop() ?? "") as { manifest: Manifest };
    const ids = lines.map((line) => (JSON.parse(line) as { id: string }).id);
    expect(new Set(ids).size).toBe(25);
    expect(ids).toEqual([...ids].sort());
    const sha256 = createHash("sha256")
      .update(lines.map((line) => `${line}\n`).join(""))
      .digest("hex");
    expect(manifest).toEqual({ kind: "findings", query: "", rows: 25, sha256 });
  });

  test("of the same records is the same, byte for byte", async () => {
    expect(await exported("findings", "severity:high")).toBe(await exported("findings", "severity:high"));
  });

  test("of nothing is a manifest alone", async () => {
    const { manifest } = JSON.parse(await exported("findings", "cve:none")) as { manifest: Manifest };
    expect(manifest).toMatchObject({ query: "cve:none", rows: 0 });
  });

  test("of assets has all sources, of signals the order of time", async () => {
    const [asset] = (await exported("assets", "")).split("\n").map((line) => JSON.parse(line || "{}"));
    expect(asset.sources.map((source: { externalId: string }) => source.externalId).sort()).toEqual(["a", "b"]);
    const signals = (await exported("signals", "")).split("\n").map((line) => JSON.parse(line || "{}"));
    expect(signals.slice(0, 2).map((signal) => signal.at.slice(0, 10))).toEqual(["2026-08-01", "2026-08-02"]);
  });

  test("holds no character that commands a terminal", async () => {
    expect(await exported("findings", "")).not.toMatch(/[^\P{Cc}\n]/u);
  });

  test("is of one instant: what comes in meanwhile is not in it", async () => {
    const ids: string[] = [];
    for await (const batch of streamRecords(database.db, "findings", { query: "", batchSize: 10 })) {
      if (ids.length === 0)
        await inventory(database).finding({ integrationId, id: "ffffffff-0000-4000-8000-000000000000" });
      ids.push(...batch.map((record) => record.id));
    }
    await database.db.deleteFrom("finding").where("id", "=", "ffffffff-0000-4000-8000-000000000000").execute();
    expect(ids).toHaveLength(25);
  });

  test("of a query that cannot be read is refused before anything is written", async () => {
    await expect(exported("findings", "nonsense:1")).rejects.toThrow(QueryError);
  });

  test("ends at once when it is cancelled, also while the database is busy with it", async () => {
    const blocker = await database.connect("blocker");
    await blocker.query("begin; lock table finding in access exclusive mode");
    const abort = new AbortController();
    const records = streamRecords(database.db, "findings", { query: "", signal: abort.signal });
    const first = records.next();
    await expect
      .poll(() => blocker.query("select 1 from pg_locks where not granted and relation = 'finding'::regclass"))
      .toMatchObject({ rowCount: 1 });
    abort.abort(new Error("the reader has left"));
    await expect(first).rejects.toThrow("the reader has left");
    await blocker.end();
    expect(database.pool.idleCount).toBe(database.pool.totalCount);
    expect(await exported("findings", "cve:none")).toContain('"rows":0');
  });

  test("gives its connection back when its reader leaves early or fails", async () => {
    for (let i = 0; i < 6; i++)
      for await (const batch of streamRecords(database.db, "findings", { query: "", batchSize: 5 })) {
        expect(batch).toHaveLength(5);
        break;
      }
    const failing = new Writable({ write: (_chunk, _encoding, done) => done(new Error("disk full")) });
    const records = streamRecords(database.db, "findings", { query: "" });
    await expect(writeExport(exportText(records, about), failing)).rejects.toThrow("disk full");
    expect(database.pool.idleCount).toBe(database.pool.totalCount);
  });
});

test("a reader who has gone ends the export quietly, and reads no further", async () => {
  const gone = Object.assign(new Error("write EPIPE"), { code: "EPIPE" });
  const out = new Writable({ write: (_chunk, _encoding, done) => done(gone) });
  let batches = 0;
  async function* endless() {
    for (;;) yield [{ n: batches++ }];
  }
  expect(await writeExport(exportText(endless(), about), out)).toBeNull();
  expect(batches).toBeLessThan(3);
});

test("a slow reader is waited for", async () => {
  let waiting = 0;
  let most = 0;
  const out = new Writable({
    highWaterMark: 1,
    write(_chunk, _encoding, done) {
      setTimeout(() => {
        waiting--;
        done();
      }, 1);
    },
  });
  async function* batches() {
    for (let n = 0; n < 20; n++) {
      most = Math.max(most, ++waiting);
      yield [{ n }];
    }
  }
  const manifest = await writeExport(exportText(batches(), about), out);
  expect(manifest?.rows).toBe(20);
  expect(most).toBe(1);
});
