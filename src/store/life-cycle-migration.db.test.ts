import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { testDatabase } from "../../test/postgres.ts";
import { readDueDatePolicy } from "./due-date-policy.ts";
import { migrate } from "./migrate.ts";

const released = fileURLToPath(new URL("../../migrations", import.meta.url));

test("an inventory that was there before counts the reopenings that its signals tell, and gets its due dates later", async () => {
  const database = await testDatabase({ migrated: false });
  const older = mkdtempSync(join(tmpdir(), "weir-migrations-"));
  try {
    for (const name of readdirSync(released).filter((file) => file < "0018"))
      cpSync(join(released, name), join(older, name));
    await migrate(database, older);
    await database.pool.query(`
      insert into finding (id, integration_id, kind, external_id, title, severity, status, risk_score, projects, tags,
        due_at, changed_at, hash, version)
      select ('00000000-0000-4000-8000-00000000000' || n)::uuid, gen_random_uuid(), 'issue', n::text, 'A title', 5, 'open', 1,
        '{}', '{}', case when n = 1 then timestamptz '2026-05-01' end, now(), gen_random_uuid(), 1
      from generate_series(1, 3) as n;
      create table signal_20260801 partition of signal for values from ('2026-08-01') to ('2026-08-02');
      insert into signal (id, at, integration_id, stream, change, subject_kind, subject_id, external_id, title, fields)
      select gen_random_uuid(), timestamptz '2026-08-01' + n * interval '1 hour', gen_random_uuid(), 'issues',
        (array['reopened', 'resolved'])[1 + n % 2], 'issue', '00000000-0000-4000-8000-000000000002', '2', 'A title', '{}'
      from generate_series(1, 5) as n`);
    await migrate(database);
    const { rows } = await database.pool.query(
      "select external_id as id, reopened_count as n, reopened_at as at, is_due_by_policy as policy, version from finding order by 1",
    );
    expect(rows).toMatchObject([
      { id: "1", n: 0, at: null, policy: false, version: 1 },
      { id: "2", n: 2, policy: false, version: 1 },
      { id: "3", n: 0, at: null, policy: false, version: 1 },
    ]);
    expect(new Date(rows[1].at).toISOString()).toBe("2026-08-01T04:00:00.000Z");
    // The server gives the others theirs when it runs.
    expect(await readDueDatePolicy(database.db)).toMatchObject({ critical: 15, revision: 1, appliedRevision: 0 });
  } finally {
    await database.close();
    rmSync(older, { recursive: true });
  }
});
