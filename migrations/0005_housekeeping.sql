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
