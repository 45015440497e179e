-- Which sources are one machine: what identifies them, and what people said about it.

alter table asset_source
  -- What identifies a machine, in one spelling, without junk; null for what is no machine.
  add column identifiers jsonb,
  add column deleted_at timestamptz,
  -- An asset has the id of its oldest source.
  add column added_at timestamptz not null default now();
update asset_source set deleted_at = asset.deleted_at
  from asset where asset.id = asset_source.asset_id and asset.status = 'deleted';
-- So far an asset had the id of the source that was first.
update asset_source first set added_at = first.added_at - interval '1 second'
  where first.id = first.asset_id
    and exists (select from asset_source other where other.asset_id = first.asset_id and other.id <> first.id);

-- A source that Wiz calls deleted is not held, whatever the other sources of its asset say.
drop index asset_source_inventory;
create index asset_source_inventory on asset_source (integration_id)
  where not is_placeholder and gone_at is null and deleted_at is null;

-- How many sources an asset has, so that searches need not count them.
alter table asset add column source_count integer not null default 1;
update asset set source_count = counted.n
  from (select asset_id, count(*)::integer as n from asset_source group by 1 having count(*) > 1) counted
  where counted.asset_id = asset.id;
create index asset_of_several_sources on asset (source_count, id) where source_count > 1;

-- Which sources show a value, by the hash of rule, cloud, account and value.
create table identity_key (
  key uuid not null,
  source_id uuid not null,
  primary key (key, source_id)
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);

-- Keys that so many sources show that they identify nothing.
create table identity_common (key uuid primary key);

-- Sources whose asset is to be looked at again. What a process left behind, another one does.
create table identity_todo (
  id bigint generated always as identity primary key,
  source_id uuid not null,
  -- Noted since rules changed: pages do not wait for it.
  is_background boolean not null default false
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
create index identity_todo_foreground on identity_todo (id) where not is_background;

-- Pairs of sources that people said are not one machine; one decision may be of many pairs.
create table identity_separation (
  id uuid not null,
  source_a uuid not null,
  source_b uuid not null,
  at timestamptz not null,
  decided_by text not null,
  primary key (id, source_a, source_b),
  check (source_a < source_b)
);
create index identity_separation_a on identity_separation (source_a);
create index identity_separation_b on identity_separation (source_b);

-- new: the source came with no match. merged, split: it came to this asset. several_matches: a rule joined none of
-- several. separated, reunited: people said so.
alter table identity_log add column event text not null default 'merged';
update identity_log set event = 'new' where rule = 'new';
alter table identity_log alter column event drop default;
-- History goes with the source.
drop index identity_log_asset;
create index identity_log_source on identity_log (source_id);

-- Rules that are on; null: those that are on by default.
alter table integration add column identification_rules text[];
