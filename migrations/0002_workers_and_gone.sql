-- Several processes on one database, and records that vanish from their source.

-- The processes that work for service accounts. One whose heartbeat stops is dead or frozen; its leases are taken over.
create table worker (
  id uuid primary key,
  -- Host and process, for people.
  name text not null,
  -- Polls by the clock; false for a command that does one run.
  is_polling boolean not null,
  started_at timestamptz not null,
  heartbeat_at timestamptz not null
) with (fillfactor = 50);

alter table lease
  add column worker_id uuid,
  -- What the governor of the account is doing, for people; written with the heartbeat.
  add column source_state jsonb,
  add column source_state_at timestamptz;
alter table lease set (fillfactor = 50);

-- What a full pass could see: the service account and the projects that it was narrowed to. `null`: made before this was kept.
alter table pass
  add column scope text,
  -- Whether the ids that it sees are kept, in a table named seen_<id without dashes>.
  add column tracks_seen boolean not null default false,
  -- Records that were missing, and how many of them became `gone`; `null` until that was looked at.
  add column missing bigint,
  add column gone bigint,
  -- Why nothing may count as missing after this pass.
  add column gone_note text,
  -- Records of the stream that Weir held when the pass ended.
  add column held bigint;

-- Pages that came with holes: data beside an error.
alter table slice add column partial_pages integer not null default 0;

-- Open records that complete full passes did not see.
create table missing_record (
  id uuid primary key,
  integration_id uuid not null,
  stream text not null,
  -- Complete full passes in a row that did not see it.
  passes smallint not null,
  -- counting: not missing often enough; waiting: a person decides; kept: a person decided that it stays.
  state text not null,
  since timestamptz not null
);
create index missing_record_stream on missing_record (integration_id, stream, state);

-- Changes that are too large to make without a person: so many records at once would become `gone`.
create table review (
  id uuid primary key,
  integration_id uuid not null references integration on delete cascade,
  stream text not null,
  -- mass: unusually many are missing; empty: the source has none at all; scope: the account now sees less.
  reason text not null,
  records bigint not null,
  -- Open records of the stream when it was raised.
  open_records bigint not null,
  raised_at timestamptz not null,
  decided_at timestamptz,
  -- approved, rejected, or settled: the records came back, so there is nothing left to decide.
  decision text,
  decided_by text
);
create unique index review_open on review (integration_id, stream) where decided_at is null;

-- When a source of an asset became `gone`.
alter table asset_source add column gone_at timestamptz;
