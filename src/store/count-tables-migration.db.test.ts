import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { wrongCubes } from "../../test/cubes.ts";
import { testDatabase } from "../../test/postgres.ts";
import { rebuildCubes } from "./inventory-check.ts";
import { migrate } from "./migrate.ts";

const released = fileURLToPath(new URL("../../migrations", import.meta.url));

test("an inventory that was there before is counted by day, account and exploitability", async () => {
  const database = await testDatabase({ migrated: false });
  const older = mkdtempSync(join(tmpdir(), "weir-migrations-"));
  try {
    for (const name of readdirSync(released).filter((file) => file < "0011"))
      cpSync(join(released, name), join(older, name));
    await migrate(database, older);
    await database.pool.query(
      `
      insert into finding (id, integration_id, kind, external_id, title, severity, status, risk_score, projects, tags,
        account_id, package_name, package_fixed_version, is_kev, has_fix, first_found_at, last_found_at, resolved_at, status_changed_at, source_updated_at,
        changed_at, hash, version)
      select gen_random_uuid(), gen_random_uuid(), (array['issue', 'threat'])[1 + n % 2], n::text, 'A title', 1 + n % 5,
        (array['open', 'in_progress', 'resolved', 'rejected', 'gone'])[1 + n % 5], 1, '{}', '{}',
        case when n % 3 > 0 then (n % 4)::text end, case when n % 4 > 0 then 'openssl' end, case when n % 5 > 1 then '3.0.' || n % 9 end, n % 2 = 0, case when n % 7 > 0 then n % 2 = 1 end,
        case when n % 11 > 0 then at(n) end, case when n % 5 > 0 then at(n + 1) end, case when n % 4 = 0 then at(n + 2) end,
        case when n % 3 = 0 then at(n + 3) end, case when n % 6 > 0 then at(n + 4) end, at(400), gen_random_uuid(), 1
      from generate_series(1, 500) as n`.replaceAll(
        /at\(([^()]*)\)/g,
        "timestamptz '2026-01-01' + ($1) * interval '7 hours'",
      ),
    );
    await migrate(database);
    const wrong = await wrongCubes(database);
    // Those that were there before are as they were: this inventory was put in without them.
    expect(wrong.sort()).toEqual(["cube_asset", "cube_cve", "cube_project"]);
    const gone = await database.pool.query(
      "select from finding where status = 'gone' and status_changed_at is distinct from changed_at",
    );
    expect(gone.rowCount).toBe(0);
    await rebuildCubes(database.db);
    expect(await wrongCubes(database)).toEqual([]);
  } finally {
    await database.close();
    rmSync(older, { recursive: true });
  }
});
