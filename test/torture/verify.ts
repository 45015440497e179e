import { readFileSync } from "node:fs";
import { recordKindOf, type StreamName, streamNames } from "../../src/model.ts";
import type { Integration } from "../../src/store/integration.ts";
import { compareWithTruth, type TruthLine } from "../truth.ts";
import { truthInClasses } from "../truth-in-classes.ts";
import { deletedRecords, nameOf } from "./deleted.ts";
import { cubeTrouble, falselyGone } from "./look.ts";
import { signalTrouble } from "./signals.ts";
import type { Tenant } from "./tenant.ts";
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
  const everywhere = (await Promise.all(world.tenants.map((tenant) => tenant.truth()))).flat();
  for (const { integration, tenant } of world.integrations) {
    const [truth, vanished] = await truthFor(integration, tenant);
    const compared = await compareWithTruth(world.app.db, integration.id, truth, vanished, everywhere);
    for (const [kind, n] of Object.entries(compared.counts)) counts.set(kind, (counts.get(kind) ?? 0) + n);
    const { strange, tolerated } = judgeDifferences(compared.differences, truth);
    if (tolerated > 0)
      world.diary.say(`${integration.name}: ${tolerated} deleted records are not as they were deleted`);
    const unread = await unreadRecords(world, integration.id, [...deletedRecords(truth), ...vanished.map(nameOf)]);
    differences.push(...[...strange, ...unread].map((difference) => `${integration.name}: ${difference}`));
  }
  differences.push(
    ...(await signalTrouble(world.app.database.pool)),
    ...(await cubeTrouble(world)),
    ...(await falselyGone(world)),
    ...(await rowTrouble(world)),
    ...logTrouble(world),
    ...(await columnTrouble(world)),
  );
  return { counts, differences };
}

/** What an integration should hold, and what of it has vanished. */
async function truthFor({ assetClasses }: Integration, tenant: Tenant): Promise<[TruthLine[], TruthLine[]]> {
  const [truth, vanished] = [await tenant.truth(), await tenant.vanished()];
  if (assetClasses === null) return [truth, vanished];
  const scoped = truthInClasses(assetClasses, truth, vanished);
  return [scoped.inside, scoped.vanished];
}

/** Of the deleted records so many may differ; with few of them, so many. */
const tolerance = { share: 0.3, records: 5 };

/**
 * What is deleted comes with one delta and never again. When just that answer was spoiled, or the account saw nothing
 * or the class was not chosen just then, the record is `gone` later instead of deleted, or keeps what was wrong. That is as good as it can be, if it
 * is rare and nothing is left open.
 */
function judgeDifferences(differences: readonly string[], truth: readonly TruthLine[]) {
  const deleted = deletedRecords(truth);
  const named = differences.map((difference) => ({
    difference,
    record: /^\S+ [0-9a-f-]+/.exec(difference)?.[0] ?? "",
    isGone: / (status is "gone"|isGone is true)/.test(difference),
    isAlive: / (status is "(open|in_progress)"|isDeleted is false)/.test(difference),
  }));
  const gone = new Set(named.filter(({ isGone }) => isGone).map(({ record }) => record));
  const alive = new Set(
    named.filter(({ isAlive, record }) => isAlive && !gone.has(record)).map(({ record }) => record),
  );
  const [late, strange] = [true, false].map((wanted) =>
    named.filter(({ record }) => (deleted.has(record) && !alive.has(record)) === wanted),
  ) as [typeof named, typeof named];
  const tolerated = new Set(late.map(({ record }) => record)).size;
  const isRare = tolerated <= Math.max(tolerance.records, deleted.size * tolerance.share);
  return isRare
    ? { strange: strange.map(({ difference }) => difference), tolerated }
    : { strange: [...differences], tolerated: 0 };
}

/** Records that Wiz has sent in a readable form since, and that are still kept as unreadable. */
async function unreadRecords({ app }: World, integrationId: string, absent: readonly string[]): Promise<string[]> {
  const rows = await app.db
    .selectFrom("rejectedRecord")
    .select(["stream", "externalId"])
    .where("integrationId", "=", integrationId)
    .where("externalId", "is not", null)
    .execute();
  return rows
    .map(({ stream, externalId }) => `${recordKindOf[stream as StreamName]} ${externalId}`)
    .filter((record) => !absent.includes(record))
    .map((record) => `${record} is kept as one that cannot be read`);
}

/** Each query selects what must not be. */
const wrongRows = {
  "is a finding that is stored twice":
    "select external_id as id from finding group by integration_id, kind, external_id having count(*) > 1",
  "is an asset source that is stored twice":
    "select external_id as id from asset_source group by integration_id, external_id having count(*) > 1",
  "is an asset without a source": "select id from asset where id not in (select asset_id from asset_source)",
  "is a finding whose asset is not there": `select finding.id from finding left join asset on asset.id = asset_id
     where asset_id is not null and asset.id is null`,
  "is a finding without what Wiz sent": "select id from finding where id not in (select id from finding_raw)",
  "is an asset whose open findings are counted wrongly": `select asset.id from asset
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
    const { rows } = await app.database.pool.query<{ id: string }>(query);
    trouble.push(...rows.map(({ id }) => `${id} ${what}`));
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
