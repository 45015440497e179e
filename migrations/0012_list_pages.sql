-- How many signals there were in each five minutes, by what they are: moved in the transaction that appends them, and read
-- instead of them where a query asks for nothing else. An absent severity is 0.
create table cube_signal (
  -- When the five minutes begin.
  at timestamptz not null,
  integration_id uuid not null,
  stream text not null,
  subject_kind text not null,
  change text not null,
  severity smallint not null,
  n bigint not null,
  primary key (at, integration_id, stream, subject_kind, change, severity)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);
insert into cube_signal
  select date_bin('5 minutes', at, '2001-01-01T00:00:00Z'), integration_id, stream, subject_kind, change,
    coalesce(severity, 0), count(*) from signal group by 1, 2, 3, 4, 5, 6 order by 1;

-- How far an export is whose asker gave it an id, for whoever watches it; kept for a day.
create table export_progress (
  id uuid primary key,
  user_id uuid not null references app_user on delete cascade,
  thing text not null,
  query text not null,
  format text not null,
  rows bigint not null default 0,
  bytes bigint not null default 0,
  started_at timestamptz not null,
  -- When the process that streams it last wrote here: of one that died nothing more is heard.
  noted_at timestamptz not null,
  finished_at timestamptz,
  -- complete, broken or cancelled.
  result text,
  sha256 text,
  error text
) with (fillfactor = 50);
create index export_progress_user on export_progress (user_id);

-- What a person chose for themselves: columns, density, theme, recent queries.
create table preference (
  user_id uuid not null references app_user on delete cascade,
  key text not null,
  -- JSON, as it came.
  value text not null,
  changed_at timestamptz not null,
  primary key (user_id, key)
);
