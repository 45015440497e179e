-- Tags of people's own on assets, beside those of the sources, and how much their assets matter.

create table tag (
  id uuid primary key,
  name text not null,
  description text,
  -- How much its assets matter, 1 to 5; null: it says nothing of that.
  criticality smallint check (criticality between 1 and 5),
  -- static: on assets that someone chose; dynamic: on those that its query finds.
  kind text not null check (kind in ('static', 'dynamic')),
  query text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  -- Of a dynamic one: since when its query is to be put to all assets; null once that is done.
  due_at timestamptz,
  evaluated_at timestamptz,
  evaluated_ms integer,
  -- Why the query could not be put to the assets the last time.
  problem text,
  check ((kind = 'dynamic') = (query is not null))
);
create unique index tag_name on tag (lower(name));

-- Which asset has which of them. What else an asset is made of may go; this goes with it.
create table asset_tag (
  asset_id uuid not null references asset on delete cascade,
  tag_id uuid not null references tag on delete cascade,
  -- chosen: by a person; query: the tag's query found it.
  how text not null check (how in ('chosen', 'query')),
  at timestamptz not null,
  primary key (asset_id, tag_id)
);
create index asset_tag_tag on asset_tag (tag_id, asset_id);

-- "Tag all that this query finds", until it is done.
create table tag_bulk (
  id uuid primary key,
  tag_id uuid not null references tag on delete cascade,
  -- add or remove.
  action text not null check (action in ('add', 'remove')),
  query text not null,
  -- What `now` means in the query.
  requested_at timestamptz not null,
  -- How many it found when it was asked for, and how many are done.
  total bigint not null,
  done bigint not null default 0
);

-- Assets whose own tags are to be carried to where they are read: the columns below, their findings, their score.
create table asset_tag_due (
  asset_id uuid primary key,
  -- Another number whenever it becomes due again: what is done is only struck off if nothing came between.
  mark bigint generated always as identity
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);

-- `tags` holds all names, those of the sources first. With own ones, `source_tags` is what the sources alone say.
alter table asset
  add column own_tags text[] not null default '{}',
  add column source_tags text[];
create index asset_tags_of_sources on asset using gin (source_tags) where source_tags is not null;
create index asset_criticality on asset (criticality desc, risk_score desc, id);

-- Passes that ended, in the order in which they did: what they touched may have come to another dynamic tag.
create index pass_finished on pass (finished_at) where finished_at is not null;
