import { readFileSync } from "node:fs";
import { streamNames } from "../../src/model.ts";
import { compareWithTruth } from "../truth.ts";
import { cubeTrouble } from "./look.ts";
import { signalTrouble } from "./signals.ts";
import type { World } from "./world.ts";

export interface Verdict {
  /** Records compared, by kind, of all integrations. */
  counts: Map<string, number>;
  differences: string[];
}

/** Compares everything with the truth, record by record, and everything that is derived with what it derives from. */
export async function verify(world: World): Promise<Verdict> {
  const counts = new Map<string, number>();
  const differences: string[] = [];
  for (const { integration, tenant } of world.integrations) {
    const compared = await compareWithTruth(world.app.db, integration.id, await tenant.truth());
    for (const [kind, n] of Object.entries(compared.counts)) counts.set(kind, (counts.get(kind) ?? 0) + n);
    differences.push(...compared.differences.map((difference) => `${integration.name}: ${difference}`));
  }
  differences.push(
    ...(await signalTrouble(world.app.database.pool)),
    ...(await cubeTrouble(world)),
    ...(await rowTrouble(world)),
    ...logTrouble(world),
    ...(await columnTrouble(world)),
  );
  return { counts, differences };
}

/** Each query counts what must not be. */
const wrongRows = {
  "findings that are stored twice":
    "select count(*) - count(distinct (integration_id, kind, external_id)) as n from finding",
  "asset sources that are stored twice":
    "select count(*) - count(distinct (integration_id, external_id)) as n from asset_source",
  "assets without a source": "select count(*) as n from asset where id not in (select asset_id from asset_source)",
  "findings whose asset is not there":
    "select count(*) as n from finding left join asset on asset.id = asset_id where asset_id is not null and asset.id is null",
  "findings without what Wiz sent": "select count(*) as n from finding where id not in (select id from finding_raw)",
  "records that could not be read": "select count(*) as n from rejected_record",
  "assets whose open findings are counted wrongly": `select count(*) as n from asset
     left join lateral (
       select count(*) filter (where severity = 5) as critical, count(*) filter (where severity = 4) as high,
         count(*) filter (where severity = 3) as medium, count(*) filter (where severity = 2) as low,
         count(*) filter (where severity = 1) as informational
       from finding where asset_id = asset.id and status in ('open', 'in_progress')) plain on true
     where (open_critical, open_high, open_medium, open_low, open_informational)
       is distinct from (plain.critical, plain.high, plain.medium, plain.low, plain.informational)`,
};

async function rowTrouble({ app }: World): Promise<string[]> {
  const trouble: string[] = [];
  for (const [what, query] of Object.entries(wrongRows)) {
    const { rows } = await app.database.pool.query<{ n: number }>(query);
    if (Number(rows[0]?.n) !== 0) trouble.push(`${rows[0]?.n} ${what}`);
  }
  return trouble;
}

/** Lines that hold a secret; the line is quoted without it. */
function logTrouble({ web, workers, secrets }: World): string[] {
  return [web, ...workers].flatMap(({ name, logFile }) =>
    readFileSync(logFile, "utf8")
      .split("\n")
      .flatMap((line) => {
        const secret = [...secrets].find((one) => line.includes(one));
        return secret === undefined ? [] : [`${name} logged a secret: ${line.replaceAll(secret, "…").slice(0, 200)}`];
      }),
  );
}

async function columnTrouble({ app, secrets }: World): Promise<string[]> {
  const { pool } = app.database;
  const { rows } = await pool.query<{ table: string; column: string; type: string }>(
    `select c.table_name as table, c.column_name as column, c.udt_name as type from information_schema.columns c
     join information_schema.tables t using (table_schema, table_name)
     where table_schema = current_schema() and t.table_type = 'BASE TABLE'
       and c.udt_name in ('text', 'varchar', '_text', 'json', 'jsonb', 'bytea')`,
  );
  const trouble: string[] = [];
  for (const { table, column, type } of rows) {
    const bytes = type === "bytea" ? column : `convert_to(${column}::text, 'UTF8')`;
    const query = `select from ${table}, unnest($1::text[]) as forbidden
      where position(convert_to(forbidden, 'UTF8') in ${bytes}) > 0 limit 1`;
    if ((await pool.query(query, [[...secrets]])).rowCount !== 0) trouble.push(`${table}.${column} holds a secret`);
  }
  return trouble;
}

/** Streams whose newest state says that something is wrong although all is calm. */
export async function streamTrouble({ app }: World): Promise<string[]> {
  const states = await app.db.selectFrom("streamState").selectAll().where("failures", ">", 0).execute();
  return states
    .filter(({ stream }) => (streamNames as readonly string[]).includes(stream))
    .map(({ stream, error }) => `${stream} still fails: ${error}`);
}
