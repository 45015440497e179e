import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { testDatabase } from "../../test/postgres.ts";
import { compareCubes } from "./inventory-check.ts";
import { migrate } from "./migrate.ts";
import { ensureSignalPartition } from "./signal.ts";

const migrations = fileURLToPath(new URL("../../migrations", import.meta.url));

test("a database from before signals were counted has them counted when it is brought up to date", async () => {
  const folder = mkdtempSync(join(tmpdir(), "weir-migrations-"));
  const database = await testDatabase({ migrated: false });
  try {
    for (const name of readdirSync(migrations).filter((one) => one < "0012"))
      cpSync(join(migrations, name), join(folder, name));
    await migrate(database, folder);
    await ensureSignalPartition(database.db, Date.parse("2026-08-01"));
    await database.pool.query(
      `insert into signal select gen_random_uuid(), '2026-08-01Z'::timestamptz + n * interval '67 seconds', gen_random_uuid(),
         'issues', 'new', 'issue', gen_random_uuid(), n::text, nullif(n % 6, 0), 'A title', null, '{}'
       from generate_series(1, 100) as n`,
    );
    await migrate(database);
    const { rows } = await database.pool.query("select sum(n)::int as n from cube_signal");
    expect(rows).toEqual([{ n: 100 }]);
    expect((await compareCubes(database.db)).filter(({ wrongCells }) => wrongCells > 0)).toEqual([]);
  } finally {
    await database.close();
    rmSync(folder, { recursive: true });
  }
});
