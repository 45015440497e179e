-- EPSS and CISA's KEV catalogue as they were loaded from files, and what follows for the scores of findings.

-- Which file is in, and which were before.
create table feed_import (
  id bigint generated always as identity primary key,
  -- epss or kev.
  feed text not null,
  file_name text not null,
  -- As of when it is: the date in the file; of a catalogue without one, its newest entry.
  data_at timestamptz not null,
  -- Of the catalogue: its newest entry, which every form of it has.
  newest_on date,
  -- The model of EPSS, or the version of the catalogue; the CSV of the catalogue names none.
  version text,
  rows integer not null,
  imported_at timestamptz not null,
  imported_by text not null,
  is_current boolean not null
);
create unique index feed_import_current on feed_import (feed) where is_current;

-- The rows of a file under the number of its import: a new file is written beside the one in use, then takes its place
-- in an instant.
create table feed_epss (
  import_id bigint not null,
  cve text not null,
  epss real not null,
  percentile real not null,
  primary key (import_id, cve)
) with (autovacuum_vacuum_scale_factor = 0.02);

create table feed_kev (
  import_id bigint not null,
  cve text not null,
  vendor_project text,
  product text,
  vulnerability_name text,
  added_on date not null,
  due_on date,
  description text,
  required_action text,
  -- Known or Unknown, as CISA says it.
  ransomware_use text,
  notes text,
  primary key (import_id, cve)
);

-- CVEs of which a feed says something else now: their findings are still to be scored anew. A row goes when all of them
-- are, unless another import put it here again meanwhile.
create table feed_due (
  cve text primary key,
  import_id bigint not null,
  -- How many findings had it then.
  n bigint not null
);
-- Assets with findings whose score changed so: theirs is to follow.
create table feed_due_asset (
  asset_id uuid primary key
);
-- How far that is; one row.
create table feed_work (
  id smallint primary key check (id = 1),
  started_at timestamptz not null,
  finished_at timestamptz,
  total bigint not null,
  done bigint not null,
  changed bigint not null,
  assets_done bigint not null
);

-- `epss` and `is_kev` are what counts. Beside them: whose word that is, what Wiz says where it is another's, and whether
-- they disagree. The defaults are what is true without feeds, and write no row.
alter table finding
  add column epss_source text not null default 'wiz',
  add column wiz_epss real,
  add column epss_disputed boolean not null default false,
  add column kev_source text,
  add column wiz_kev boolean,
  add column kev_disputed boolean not null default false;
update finding set kev_source = 'wiz' where is_kev;

create index finding_kev_source on finding (kev_source, severity desc, first_found_at desc, id desc) where kev_source is not null;
create index finding_kev_disputed on finding (severity desc, first_found_at desc, id desc) include (status) where kev_disputed;
create index finding_epss_disputed on finding (severity desc, first_found_at desc, id desc) include (status) where epss_disputed;

-- What one upgrade would fix, counted as the other cubes are: open findings by package, fixed version, score and threat.
create table cube_fix (
  package_name text not null,
  fixed_version text not null,
  risk_score smallint not null,
  is_kev text not null,
  has_exploit text not null,
  n bigint not null,
  primary key (package_name, fixed_version, risk_score, is_kev, has_exploit)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);
insert into cube_fix (package_name, fixed_version, risk_score, is_kev, has_exploit, n)
  select package_name, package_fixed_version, risk_score, coalesce(is_kev::text, ''), coalesce(has_exploit::text, ''), count(*)
  from finding
  where status in ('open', 'in_progress') and octet_length(package_name) <= 500 and octet_length(package_fixed_version) <= 500
  group by 1, 2, 3, 4, 5;
-- The worst first. `n` is not in it, so counting leaves it alone.
create index cube_fix_score on cube_fix (risk_score desc);
-- The findings of an upgrade, whose assets are counted.
create index finding_fix on finding (package_name, package_fixed_version)
  where status in ('open', 'in_progress') and octet_length(package_name) <= 500 and octet_length(package_fixed_version) <= 500;
