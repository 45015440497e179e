-- How far `weir renormalize` has come: one row while a stream's records are rebuilt from what the source sent.
create table renormalization (
  integration_id uuid not null references integration on delete cascade,
  stream text not null,
  -- The Weir that began it: another one may read records otherwise and begins again.
  weir_version text not null,
  started_at timestamptz not null,
  -- The last id that is done; of an asset for assets, else of a finding.
  after_id uuid,
  examined bigint not null default 0,
  rewritten bigint not null default 0,
  unreadable bigint not null default 0,
  -- Records that the present mapping does not keep, or knows under another name: they stay as they are.
  unkept bigint not null default 0,
  primary key (integration_id, stream)
) with (fillfactor = 50);

-- PostgreSQL's own settings let a fifth of a table go to waste before it is vacuumed; that is right for small tables only.
alter table definition set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
alter table finding_raw set (autovacuum_vacuum_scale_factor = 0.02);
alter table asset_raw set (autovacuum_vacuum_scale_factor = 0.02);
alter table missing_record set (autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);

-- Rows that change again and again, in columns that no index holds: with room on its page a new version needs no index
-- entry, and the old one goes when the page is next looked at.
alter table slice set (fillfactor = 50);
alter table pass set (fillfactor = 70);
alter table run set (fillfactor = 70);
alter table stream_state set (fillfactor = 50);
