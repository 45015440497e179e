-- What people look at when an integration is in trouble: its last log lines, and how fast its service account was asked.

-- The newest thousand lines of each integration, as standard output showed them.
create table integration_log (
  id bigint generated always as identity primary key,
  integration_id uuid not null references integration on delete cascade,
  at timestamptz not null,
  -- info, warn or error.
  level text not null,
  text text not null,
  stream text,
  run_id uuid
);
create index integration_log_newest on integration_log (integration_id, id);

-- What the governor of a service account did, some seconds apart while there was work. A day of it is kept.
create table pace_sample (
  account_key text not null,
  at timestamptz not null,
  -- The budget, and what was really asked in the ten seconds before.
  requests_per_second real not null,
  used_per_second real not null,
  waiting integer not null,
  in_flight integer not null,
  -- The source had asked to wait.
  is_paused boolean not null,
  -- Requests refused for their rate since the sample before.
  limited integer not null,
  -- What the source was found to accept; null while it never objected.
  learned_limit real,
  primary key (account_key, at)
);

-- How many assets an integration holds is asked by every page: its live sources from one index alone, and the few of
-- them whose asset is deleted from another.
drop index asset_source_inventory;
create index asset_source_inventory on asset_source (integration_id) where not is_placeholder and gone_at is null;
create index asset_deleted on asset (id) where status = 'deleted';
