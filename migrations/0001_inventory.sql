-- The inventory: what integrations there are, what they fetched, what is true now and what changed.
-- No unique constraint on a large table needs another column than its id, so that the large tables can be distributed by id.

create extension if not exists pg_trgm;

-- Facts about this database itself, such as the check of the secret key.
create table setting (
  key text primary key,
  value jsonb not null
);

-- One configured instance of a connector. `secret` is encrypted (AES-256-GCM); the key is not in the database.
create table integration (
  id uuid primary key,
  name text not null,
  connector text not null,
  description text,
  api_url text not null,
  token_url text not null,
  audience text not null,
  client_id text not null,
  account_key text not null,
  secret bytea not null,
  is_enabled boolean not null,
  streams jsonb not null,
  asset_classes text[],
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create unique index integration_name on integration (lower(name));

-- Who works for a service account. A page is only stored under the epoch of the lease that fetched it.
create table lease (
  account_key text primary key,
  epoch bigint not null,
  holder text not null,
  acquired_at timestamptz not null
);

-- Where each stream of an integration stands between runs.
create table stream_state (
  integration_id uuid not null references integration on delete cascade,
  stream text not null,
  watermark timestamptz,
  last_attempt_at timestamptz,
  last_success_at timestamptz,
  last_full_at timestamptz,
  failures integer not null default 0,
  error_code text,
  error text,
  warning text,
  primary key (integration_id, stream)
);

-- What people see: the passes that one trigger began. Not started: queued. Not finished: running.
create table run (
  id uuid primary key,
  integration_id uuid not null references integration on delete cascade,
  trigger text not null,
  mode text not null,
  streams text[] not null,
  requested_at timestamptz not null,
  started_at timestamptz,
  finished_at timestamptz,
  result text,
  phase text,
  error text,
  cancel_requested_at timestamptz
);
create index run_integration on run (integration_id, requested_at desc);
create index run_unfinished on run (integration_id) where finished_at is null;

create table pass (
  id uuid primary key,
  run_id uuid not null references run on delete cascade,
  integration_id uuid not null,
  stream text not null,
  lane text not null,
  -- The service account that it asks. An integration may be given another one; this pass is then of no use.
  account_key text not null,
  window_after timestamptz,
  window_before timestamptz,
  -- The source's clock when the pass began: a full pass has seen everything that was true then.
  source_started_at timestamptz not null,
  started_at timestamptz not null,
  finished_at timestamptz,
  result text,
  error_code text,
  error text
);
create index pass_run on pass (run_id);
create index pass_stream on pass (integration_id, stream, lane, started_at desc);
create index pass_unfinished on pass (integration_id) where finished_at is null;

-- A disjoint part of a pass. Its cursor and counts move in the transaction that stores a page.
create table slice (
  id uuid primary key,
  pass_id uuid not null references pass on delete cascade,
  position integer not null,
  spec jsonb not null,
  cursor text,
  is_done boolean not null default false,
  epoch bigint not null,
  pages integer not null default 0,
  source_count bigint,
  is_count_capped boolean not null default false,
  fetched bigint not null default 0,
  written bigint not null default 0,
  unchanged bigint not null default 0,
  rejected bigint not null default 0,
  restarts integer not null default 0
);
create index slice_pass on slice (pass_id);

-- What many findings share: a CVE, a control, a rule. Long texts are indexed here once, not on every finding.
create table definition (
  id uuid primary key,
  integration_id uuid not null,
  kind text not null,
  external_id text not null,
  title text not null,
  description text,
  remediation text,
  cvss real,
  epss real,
  is_kev boolean,
  has_exploit boolean,
  published_at timestamptz,
  link text,
  frameworks text[] not null,
  hash uuid not null,
  source_updated_at timestamptz,
  words tsvector not null generated always as
    (to_tsvector('simple', external_id || ' ' || title || ' ' || left(coalesce(description, ''), 50000))) stored
);
create index definition_words on definition using gin (words);
create index definition_title on definition using gin (title gin_trgm_ops);
create index definition_external_id on definition (external_id);

create table asset (
  id uuid primary key,
  name text not null,
  class text not null,
  type text not null,
  native_type text,
  status text not null,
  cloud text,
  account_id text,
  account_name text,
  region text,
  is_internet_exposed boolean,
  operating_system text,
  projects text[] not null,
  tags text[] not null,
  inventory text[] not null,
  criticality smallint not null default 2,
  risk_score smallint not null default 0,
  open_critical integer not null default 0,
  open_high integer not null default 0,
  open_medium integer not null default 0,
  open_low integer not null default 0,
  open_informational integer not null default 0,
  is_placeholder boolean not null,
  first_seen_at timestamptz,
  last_seen_at timestamptz,
  deleted_at timestamptz,
  source_updated_at timestamptz,
  changed_at timestamptz not null,
  version integer not null,
  words tsvector not null generated always as (to_tsvector('simple', left(name, 5000))) stored
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
create index asset_words on asset using gin (words);
create index asset_name on asset using gin (name gin_trgm_ops);
create index asset_list on asset (risk_score desc, id);
create index asset_by_name on asset (name, id);
create index asset_last_seen on asset (last_seen_at desc, id);
create index asset_class on asset (class, cloud);
create index asset_account on asset (account_id);
create index asset_account_name on asset (account_name);
create index asset_tags on asset using gin (tags);
create index asset_projects on asset using gin (projects);

-- How one integration knows an asset. Its id is its native key, so looking it up is rule 0 of the identification.
create table asset_source (
  id uuid primary key,
  asset_id uuid not null,
  integration_id uuid not null,
  external_id text not null,
  provider_unique_id text,
  is_placeholder boolean not null,
  first_seen_at timestamptz,
  last_seen_at timestamptz,
  source_updated_at timestamptz,
  hash uuid not null,
  version integer not null
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
create index asset_source_asset on asset_source (asset_id);
create index asset_source_inventory on asset_source (integration_id) where not is_placeholder;
create index asset_source_external_id on asset_source (external_id);
create index asset_source_provider on asset_source (provider_unique_id);

-- Which asset owns a globally unique identifier. The first to insert the key owns it; others join its asset.
create table asset_key (
  id uuid primary key,
  asset_id uuid not null
);

-- Why a source belongs to its asset.
create table identity_log (
  id uuid primary key,
  at timestamptz not null,
  asset_id uuid not null,
  source_id uuid not null,
  rule text not null,
  evidence jsonb not null
);
create index identity_log_asset on identity_log (asset_id);

-- Narrow: what lists filter and sort on, the asset's facts copied in. Sort keys are stored, never computed while reading.
create table finding (
  id uuid primary key,
  integration_id uuid not null,
  kind text not null,
  external_id text not null,
  title text not null,
  severity smallint not null,
  status text not null,
  status_reason text,
  risk_score smallint not null,
  definition_id uuid,
  asset_id uuid,
  asset_external_id text,
  asset_name text,
  asset_class text,
  asset_type text,
  cloud text,
  account_id text,
  account_name text,
  region text,
  cve text,
  cvss real,
  epss real,
  is_kev boolean,
  has_exploit boolean,
  has_fix boolean,
  package_name text,
  package_version text,
  package_fixed_version text,
  rule text,
  projects text[] not null,
  tags text[] not null,
  url text,
  first_found_at timestamptz,
  last_found_at timestamptz,
  resolved_at timestamptz,
  due_at timestamptz,
  status_changed_at timestamptz,
  source_updated_at timestamptz,
  changed_at timestamptz not null,
  hash uuid not null,
  version integer not null
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
create index finding_list on finding (severity desc, first_found_at desc, id desc);
create index finding_kind_list on finding (kind, status, severity desc, first_found_at desc, id desc);
create index finding_changed on finding (changed_at desc, id desc);
create index finding_asset on finding (asset_id);
create index finding_definition on finding (definition_id);
create index finding_without_definition on finding (id) where definition_id is null;
create index finding_cve on finding (cve) where cve is not null;
create index finding_package on finding (package_name text_pattern_ops) where package_name is not null;
create index finding_account on finding (account_id);
create index finding_external_id on finding (external_id);
create index finding_tags on finding using gin (tags);
create index finding_projects on finding using gin (projects);

-- What the source sent, compressed with a shared dictionary; the first byte says with which (src/store/raw.ts).
create table finding_raw (
  id uuid primary key,
  raw bytea not null
);
alter table finding_raw alter column raw set storage external;

create table asset_raw (
  id uuid primary key,
  raw bytea not null
);
alter table asset_raw alter column raw set storage external;

-- Records that could not be read, one row each however often they come back.
create table rejected_record (
  id uuid primary key,
  integration_id uuid not null,
  stream text not null,
  external_id text,
  reason text not null,
  raw bytea not null,
  first_at timestamptz not null,
  last_at timestamptz not null
);
create index rejected_record_stream on rejected_record (integration_id, stream);

-- Counts shown on every page, kept in the transaction that stores a page. Absent values are ''.
create table cube_asset (
  integration_id uuid not null,
  status text not null,
  severity smallint not null,
  kind text not null,
  cloud text not null,
  class text not null,
  n bigint not null,
  primary key (integration_id, status, severity, kind, cloud, class)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);

create table cube_project (
  project text not null,
  status text not null,
  severity smallint not null,
  kind text not null,
  n bigint not null,
  primary key (project, status, severity, kind)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);

create table cube_cve (
  cve text not null,
  status text not null,
  severity smallint not null,
  n bigint not null,
  primary key (cve, status, severity)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);

-- The change log, one partition a day (made by src/store/signal-partition.ts before a signal of that day is written).
create table signal (
  id uuid not null,
  at timestamptz not null,
  integration_id uuid not null,
  stream text not null,
  change text not null,
  subject_kind text not null,
  subject_id uuid not null,
  external_id text not null,
  severity smallint,
  title text not null,
  asset_name text,
  fields jsonb not null,
  primary key (id, at)
) partition by range (at);
create index signal_list on signal (at desc, id desc);
create index signal_subject on signal (subject_id);
