import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTag, tagByQuery } from "../src/tagging/edit.ts";
import { type TestDatabase, testDatabase } from "./postgres.ts";
import { startWeir } from "./weir-process.ts";

const assets = 12_000;
let database: TestDatabase;
let folder: string;

beforeAll(async () => {
  database = await testDatabase();
  folder = mkdtempSync(join(tmpdir(), "weir-tags-"));
  await database.pool.query(`
    insert into asset (id, name, class, type, status, region, projects, tags, inventory, is_placeholder, changed_at, version)
    select gen_random_uuid(), 'asset ' || i, 'compute', 'VM', 'active', case when i % 6 = 0 then 'us' else 'eu' end,
      '{}', array['Wiz', 'env:' || i % 7], '{Wiz}', false, '2026-08-01', 1
    from generate_series(1, ${assets}) as i`);
  await database.pool.query(`
    insert into finding (id, integration_id, kind, external_id, title, severity, status, risk_score, asset_id, projects, tags,
      changed_at, hash, version)
    select gen_random_uuid(), gen_random_uuid(), 'vulnerability', gen_random_uuid()::text, 'A title', 3, 'open', 50, asset.id,
      '{}', asset.tags, '2026-08-01', gen_random_uuid(), 1
    from asset`);
});
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

const by = { actor: { type: "cli", id: null, name: "a test" }, address: null } as const;

/** What tags, criticality, score and copies are to be, by another way than the one that made them. */
const wrong = `
  select
    (select count(*)::int from asset where tags <> array['Wiz', 'env:' || (substr(name, 7)::int % 7)]
      || (case when region = 'eu' then array['European'] else '{}' end)) as tags,
    (select count(*)::int from asset where criticality <> case when region = 'eu' then 5 else 2 end) as criticality,
    (select count(*)::int from asset where region = 'eu' and risk_score <> round(5 * (50 + 0.4))) as scores,
    (select count(*)::int from finding join asset on asset.id = asset_id where finding.tags <> asset.tags) as copies,
    (select count(*)::int from asset_tag_due) as due, (select count(*)::int from tag_bulk) as bulks`;

test("a tag for ten thousand assets comes to all of them, whenever the process that puts it on is killed", async () => {
  const deps = { db: database.db, now: Date.now };
  const content = { name: "European", kind: "static", query: null, criticality: 5, description: null } as const;
  const id = await createTag(deps, by, content);
  expect(await tagByQuery(deps, by, id, { query: "region:eu", action: "add" })).toBe((assets / 6) * 5);
  const env = { DATABASE_URL: database.url, WEIR_DATA_DIR: folder, WEIR_SECRET_KEY: "11".repeat(32) };
  const read = async () => (await database.pool.query<Record<string, number>>(wrong)).rows[0]!;
  const seen: number[] = [];
  for (let kills = 0; kills < 3; kills++) {
    const server = startWeir(["serve", "--role", "worker"], env);
    await server.line(/working/);
    await sleep(1_300 + kills * 300);
    await server.killAll();
    seen.push((await read()).tags!);
  }
  const server = startWeir(["serve", "--role", "worker"], env);
  try {
    for (let i = 0; ; i++) {
      const now = await read();
      if (now.tags === 0 && now.due === 0 && now.bulks === 0) break;
      expect(i, `${JSON.stringify(now)} after kills at ${seen.join(", ")}`).toBeLessThan(240);
      await sleep(250);
    }
    expect(await read()).toEqual({ tags: 0, criticality: 0, scores: 0, copies: 0, due: 0, bulks: 0 });
    expect(seen[0], "nothing was left for the others to do").toBeGreaterThan(0);
  } finally {
    await server.stop();
  }
});
