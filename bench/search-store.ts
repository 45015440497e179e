import { randomUUID } from "node:crypto";
import { type Kysely, sql } from "kysely";
import type { App } from "../src/app.ts";
import { streamNames } from "../src/model.ts";
import { rebuildCubes } from "../src/store/inventory-check.ts";
import type { Schema } from "../src/store/schema.ts";
import { ensureSignalPartition } from "../src/store/signal.ts";

const dayMs = 86_400_000;
const signalDays = 14;
const batch = 500_000;

/** What is in the store, in proportions seen at real tenants; the ends of each scale are what queries ask for. */
const cardinality = {
  cves: 60_000,
  rules: 800,
  packages: 6000,
  projects: 300,
  accounts: 1500,
  teams: 200,
  apps: 20_000,
};

const assetsPerFinding = 0.1;
const signalsPerFinding = 0.2;
const mostSignals = 500_000;

/** Fills an empty store with SQL alone, indexes last. `say` hears how far it is. */
export async function fillStore({ db }: Pick<App, "db">, findings: number, say: (text: string) => void): Promise<void> {
  const step = async (name: string, work: () => Promise<void>) => {
    const started = performance.now();
    await work();
    say(`  ${name}: ${((performance.now() - started) / 1000).toFixed(0)} s\n`);
  };
  await step("integrations and definitions", () => fillDefinitions(db));
  const tables = ["asset", "asset_source", "finding"];
  const indexes = await dropIndexes(db, tables);
  await step("assets", () => fillAssets(db, Math.round(findings * assetsPerFinding)));
  await step("findings", () => fillFindings(db, findings, Math.round(findings * assetsPerFinding)));
  for (const index of indexes) await step(index.slice(0, 70), () => run(db, index));
  await step("signals", () => fillSignals(db, Math.min(mostSignals, Math.round(findings * signalsPerFinding))));
  await step("counts", () => rebuildCubes(db));
  await step("runs", () => fillRuns(db));
  await step("vacuum", async () => {
    await run(db, "drop table bench_asset, bench_definition");
    await run(db, "vacuum analyze");
  });
}

async function run(db: Kysely<Schema>, statement: string): Promise<void> {
  await sql.raw(statement).execute(db);
}

/** All but keys that other tables refer to. Answers the statements that make them again. */
async function dropIndexes(db: Kysely<Schema>, tables: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ table: string; name: string; definition: string; isKey: boolean }>`
    select c.relname as table, i.relname as name, pg_get_indexdef(i.oid) as definition, x.indisprimary as is_key
    from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class c on c.oid = x.indrelid
    where c.relname = any(${tables})
      and not exists (select from pg_constraint where contype = 'f' and conindid = x.indexrelid) order by x.indisprimary desc`.execute(
    db,
  );
  for (const { table, name, isKey } of rows)
    await run(db, isKey ? `alter table ${table} drop constraint ${name}` : `drop index ${name}`);
  return rows.map(({ table, definition, isKey }) => (isKey ? `alter table ${table} add primary key (id)` : definition));
}

/** A rank from 1 to n, the first the most common. */
const zipf = (n: number, exponent: number) =>
  `(floor(power(random() * (power(${n + 1}, ${1 - exponent}) - 1) + 1, ${1 / (1 - exponent)})))::int`;

const polled = Object.fromEntries(streamNames.map((stream) => [stream, { enabled: true, intervalMinutes: 30 }]));

/** A run a day of every integration, with a pass of each stream: what says how complete everything is. */
async function fillRuns(db: Kysely<Schema>): Promise<void> {
  const fields = `integration.id as integration_id, stream, now() - n * interval '1 day' as at, gen_random_uuid() as run_id`;
  await run(
    db,
    `with one as materialized (
       select ${fields}, gen_random_uuid() as pass_id, n
       from integration, unnest('{${streamNames.join()}}'::text[]) as stream, generate_series(0, 30) as n
     ), runs as (
       insert into run (id, integration_id, trigger, mode, streams, requested_at, started_at, finished_at, result, phase)
       select run_id, integration_id, 'schedule', 'full', array[stream], at, at, at, 'success', 'done' from one
     ), passes as (
       insert into pass (id, run_id, integration_id, stream, lane, account_key, source_started_at, started_at, finished_at, result, held)
       select pass_id, run_id, integration_id, stream, 'full', '', at, at, at, 'success',
         (select count(*) from asset_source where asset_source.integration_id = one.integration_id) from one
     ), slices as (
       insert into slice (id, pass_id, position, spec, is_done, epoch, source_count)
       select gen_random_uuid(), pass_id, position, '{}', true, 1, 1000 from one, generate_series(1, 8) as position
     )
     insert into stream_state (integration_id, stream, watermark, last_attempt_at, last_success_at, last_full_at)
     select integration_id, stream, at, at, at, at from one where n = 0`,
  );
}

async function fillDefinitions(db: Kysely<Schema>): Promise<void> {
  for (const name of ["prod", "dev", "acquired"]) {
    await sql`insert into integration (id, name, connector, api_url, token_url, audience, client_id, account_key, secret,
        is_enabled, streams, created_at, updated_at)
      values (${randomUUID()}, ${name}, 'signal-client.wiz', '', '', '', '', ${name}, '', false, ${JSON.stringify(polled)}, now(), now())`.execute(
      db,
    );
  }
  await run(
    db,
    `create table bench_definition as
     select n, gen_random_uuid() as id, n <= ${cardinality.cves} as is_cve,
       case when n <= ${cardinality.cves} then 'CVE-' || 2015 + n % 12 || '-' || 1000 + n else 'rule-' || n end as external_id,
       case when random() < 0.08 then 5 when random() < 0.3 then 4 when random() < 0.65 then 3 when random() < 0.9 then 2 else 1 end::smallint as severity,
       (array['Buffer overflow','Use after free','SQL injection','Path traversal','Improper input validation',
         'Cross-site scripting','Out-of-bounds read','Deserialization of untrusted data','Race condition','Missing authentication'])
         [${zipf(10, 0.5)}] as weakness,
       (array['openssl','zlib','curl','glibc','python','kernel','openjdk','nginx','log4j-core','spring-core'])
         [1 + (n % 10)] || case when n % 6000 < 10 then '' else '-' || (n % ${cardinality.packages})::text end as package,
       random() < 0.015 as is_kev, random() < 0.12 as has_exploit, greatest(power(random(), 8), 0.00001)::real as epss
     from generate_series(1, ${cardinality.cves + cardinality.rules}) as n`,
  );
  await run(
    db,
    `insert into definition (id, integration_id, kind, external_id, title, description, cvss, epss, is_kev, has_exploit, frameworks, hash)
     select id, (select id from integration where name = 'prod'), case when is_cve then 'vulnerability' else 'rule' end, external_id,
       case when is_cve then external_id else weakness || ' in ' || package || ' should be prevented, control ' || n end,
       weakness || ' in ' || package || ' before ' || n % 30 || '.' || n % 7 || ' allows a remote attacker to read memory of module m'
         || n % 5000 || case when n % 3000 = 7 then ' quasar' else '' end || ' or to run code of their own by a crafted request.',
       case when is_cve then (severity * 2 - random())::real end, case when is_cve then epss end, is_kev, has_exploit, '{}', gen_random_uuid()
     from bench_definition`,
  );
  await run(db, "create unique index on bench_definition (n)");
  await run(db, "analyze bench_definition");
}

async function fillAssets(db: Kysely<Schema>, assets: number): Promise<void> {
  await run(
    db,
    `create table bench_asset as
     select n, gen_random_uuid() as id, 'asset-' || n as external_id,
       (array['web','db','api','cache','build','mail','batch','edge'])[1 + n % 8] || '-' || n || '.example.com' as name,
       (array['compute','container_image','container_instance','storage','serverless','database','identity','network'])[k] as class,
       (array['VIRTUAL_MACHINE','CONTAINER_IMAGE','CONTAINER','BUCKET','SERVERLESS','DB_SERVER','SERVICE_ACCOUNT','VIRTUAL_NETWORK'])[k]
         || case when n % 50 = 0 then '_' || n % 40 else '' end as type,
       (array['aws','azure','gcp','oci','kubernetes'])[c] as cloud,
       (100000000000 + a * 7919)::text as account_id, 'account-' || a as account_name,
       case when c = 5 then null else (array['us-east-1','eu-west-1','us-west-2','eu-central-1','ap-south-1','sa-east-1'])[r]
         || case when a % 20 = 0 then '-' || a % 30 else '' end end as region,
       (select array_agg(distinct t) from unnest(array['Wiz',
         case when n % 10 < 9 then 'env:' || (array['prod','dev','stage','test'])[1 + n % 4] end,
         case when n % 10 < 7 then 'team:' || n % ${cardinality.teams} end,
         case when n % 10 < 5 then 'app:' || n % ${cardinality.apps} end,
         case when n % 10 < 2 then 'cost:' || n % 50 end]) as t where t is not null) as tags,
       case when n % 25 = 0 then '{}'::text[] when n % 7 = 0 then array['project-' || p, 'project-' || (p % ${cardinality.projects}) + 1]
         else array['project-' || p] end as projects,
       random() < 0.1 as is_exposed, case when k <= 3 then (array['Ubuntu 24.04','Windows Server 2022','Amazon Linux 2023','Debian 12'])[1 + n % 4] end as os,
       now() - random() * interval '700 days' as first_seen
     from (select n, ${zipf(8, 0.5)} as k, ${zipf(5, 0.6)} as c, ${zipf(cardinality.accounts, 0.5)} as a, ${zipf(6, 0.4)} as r,
       ${zipf(cardinality.projects, 0.5)} as p from generate_series(1, ${assets}) as n) as drawn`,
  );
  await run(
    db,
    `insert into asset (id, name, class, type, native_type, status, cloud, account_id, account_name, region, is_internet_exposed, operating_system,
       projects, tags, inventory, criticality, risk_score, open_critical, open_high, open_medium, open_low, is_placeholder, first_seen_at, last_seen_at, changed_at, version)
     select id, name, class, type, lower(type), case when n % 20 = 0 then 'gone' when n % 9 = 0 then 'inactive' else 'active' end, cloud,
       account_id, account_name, region, is_exposed, os, projects, tags, '{Wiz}', 1 + n % 5, floor(power(random(), 3) * 1000), n % 3, n % 7, n % 11, n % 5, n % 40 = 0,
       first_seen, now() - random() * interval '20 days', first_seen + random() * (now() - first_seen), 1 from bench_asset`,
  );
  await run(
    db,
    `insert into asset_source (id, asset_id, integration_id, external_id, provider_unique_id, is_placeholder, first_seen_at, last_seen_at, hash, version)
     select gen_random_uuid(), bench_asset.id, integration.id, external_id, 'arn:aws:' || external_id, false, first_seen, now(), gen_random_uuid(), 1
     from bench_asset join integration on integration.name = case when n % 10 < 7 then 'prod' when n % 10 < 9 then 'dev' else 'acquired' end`,
  );
  await run(db, "create unique index on bench_asset (n)");
  await run(db, "analyze bench_asset");
}

async function fillFindings(db: Kysely<Schema>, findings: number, assets: number): Promise<void> {
  const { cves, rules } = cardinality;
  for (let from = 0; from < findings; from += batch) {
    const to = Math.min(findings, from + batch);
    await run(
      db,
      `insert into finding (id, integration_id, kind, external_id, title, severity, status, risk_score, definition_id, asset_id, asset_external_id,
         asset_name, asset_class, asset_type, cloud, account_id, account_name, region, cve, cvss, epss, is_kev, has_exploit, has_fix, package_name,
         package_version, package_fixed_version, rule, projects, tags, url, first_found_at, last_found_at, resolved_at, due_at, status_changed_at,
         source_updated_at, changed_at, hash, version)
       select f.id, integration.id, f.kind, f.id::text, case when d.is_cve then d.external_id else d.weakness || ' in ' || d.package end,
         d.severity, f.status, greatest(1, least(100, d.severity * 20 - floor(random() * 25)::int + case when d.is_kev then 10 else 0 end)),
         d.id, a.id, a.external_id, a.name, a.class, a.type, a.cloud, a.account_id, a.account_name, a.region,
         case when d.is_cve then d.external_id end, case when d.is_cve then (d.severity * 2 - random())::real end, case when d.is_cve then d.epss end,
         case when d.is_cve then d.is_kev end, case when d.is_cve then d.has_exploit end, random() < 0.7,
         case when d.is_cve then d.package end, case when d.is_cve then d.n % 9 || '.' || f.n % 12 end, case when f.n % 3 > 0 then d.n % 9 || '.13' end,
         case when not d.is_cve then d.weakness || ' in ' || d.package end, a.projects, a.tags,
         'https://app.wiz.io/explorer/vulnerability-findings#~(entity~(~''' || f.id || '))', f.first, f.last,
         case when f.status = 'resolved' then f.changed end, case when f.kind = 'issue' then f.first + interval '30 days' end,
         f.changed, f.changed, f.changed, gen_random_uuid(), 1
       from (
         select n, gen_random_uuid() as id, first, first + random() * (now() - first) as changed, now() - power(random(), 3) * interval '40 days' as last,
           case when k < 0.78 then 'vulnerability' when k < 0.9 then 'misconfiguration' when k < 0.98 then 'issue' else 'threat' end as kind,
           case when s < 0.62 then 'open' when s < 0.65 then 'in_progress' when s < 0.95 then 'resolved' when s < 0.99 then 'rejected' else 'gone' end as status,
           case when k < 0.78 then ${zipf(cves, 0.9)} else ${cves} + ${zipf(rules, 0.7)} end as definition, ${zipf(assets, 0.6)} as asset
         from (select n, random() as k, random() as s, date_trunc('milliseconds', now() - power(random(), 1.5) * interval '730 days') as first
           from generate_series(${from + 1}, ${to}) as n) as drawn
       ) as f
       join bench_definition d on d.n = f.definition join bench_asset a on a.n = f.asset
       join integration on integration.name = case when a.n % 10 < 7 then 'prod' when a.n % 10 < 9 then 'dev' else 'acquired' end
       order by f.n`,
    );
  }
}

async function fillSignals(db: Kysely<Schema>, signals: number): Promise<void> {
  const today = Date.now();
  for (let day = -signalDays; day <= 1; day++) await ensureSignalPartition(db, today + day * dayMs);
  await run(
    db,
    `insert into signal (id, at, integration_id, stream, change, subject_kind, subject_id, external_id, severity, title, asset_name, fields)
     select gen_random_uuid(), now() - random() * interval '${signalDays} days', integration_id,
       case kind when 'issue' then 'issues' when 'threat' then 'detections' when 'vulnerability' then 'vulnerabilities' else 'misconfigurations' end,
       (array['new','changed','resolved','reopened','gone'])[${zipf(5, 0.5)}], kind, id, external_id, severity, title, asset_name,
       '{"status": {"from": "open", "to": "resolved"}}'
     from finding limit ${signals}`,
  );
}
