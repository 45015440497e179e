import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { World } from "./world.ts";

const mostRecords = 40;
const tables = ["stream_state", "run", "pass", "slice", "lease", "worker", "missing_record", "review"];

/** What the database holds of whatever went wrong, in a file: the database itself is gone with the process. */
export async function writeAutopsy(world: World, trouble: readonly string[]): Promise<void> {
  const ids = new Set(
    trouble.flatMap((text) => text.match(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g) ?? []),
  );
  const some = [...ids].slice(0, mostRecords);
  const query = async (sql: string, values?: unknown[]) => (await world.app.database.pool.query(sql, values)).rows;
  const found = {
    findings: await query(
      "select * from finding where external_id = any($1) or id::text = any($1) or asset_id::text = any($1)",
      [some],
    ),
    sources: await query("select * from asset_source where external_id = any($1) or asset_id::text = any($1)", [some]),
    assets: await query(
      `select * from asset where id::text = any($1)
         or id in (select asset_id from asset_source where external_id = any($1))`,
      [some],
    ),
    signals: await query(
      `select * from signal where external_id = any($1) or subject_id::text = any($1)
         or subject_id in (select asset_id from asset_source where external_id = any($1)) order by at`,
      [some],
    ),
    truth: (await Promise.all(world.tenants.map((tenant) => tenant.truth())))
      .flat()
      .filter(({ id }) => some.includes(id)),
    vanished: (await Promise.all(world.tenants.map((tenant) => tenant.vanished())))
      .flat()
      .filter(({ id }) => some.includes(id)),
  };
  writeFileSync(join(world.folder, "records.json"), JSON.stringify(found, null, 1));
  for (const table of tables)
    writeFileSync(
      join(world.folder, `${table}.ndjson`),
      (await query(`select * from ${table}`)).map((row) => JSON.stringify(row)).join("\n"),
    );
}
