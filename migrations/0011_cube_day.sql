-- What the dashboard counts by, moved with the other count tables.

-- By UTC day: `found`, all findings on the day they were first found; `resolved`, those that are closed now, on the day
-- they were closed; `open`, the others on the day they were first found. Without a date it is the day before all days.
create table cube_day (
  day date not null,
  event text not null,
  kind text not null,
  severity smallint not null,
  n bigint not null,
  primary key (event, day, kind, severity)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);

create table cube_account (
  account_id text not null,
  status text not null,
  severity smallint not null,
  n bigint not null,
  primary key (account_id, status, severity)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);

-- Known exploited, exploitable, with a fix: `true`, `false`, or '' where the source does not say.
create table cube_exploit (
  status text not null,
  severity smallint not null,
  kind text not null,
  is_kev text not null,
  has_exploit text not null,
  has_fix text not null,
  n bigint not null,
  primary key (status, severity, kind, is_kev, has_exploit, has_fix)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);

-- Of a finding that is gone, the status changed when Weir saw that it was.
update finding set status_changed_at = changed_at where status = 'gone';

insert into cube_day (event, day, kind, severity, n)
  select event, day, kind, severity, count(*)
  from (
    select kind, severity, status in ('open', 'in_progress') as is_open,
      coalesce((first_found_at at time zone 'UTC')::date, '-infinity') as found,
      coalesce((case when status = 'resolved' then coalesce(resolved_at, status_changed_at, source_updated_at, last_found_at)
        else coalesce(status_changed_at, resolved_at, source_updated_at, last_found_at) end at time zone 'UTC')::date, '-infinity') as closed
    from finding
  ) as dated
  cross join lateral (
    values ('found', found), (case when is_open then 'open' else 'resolved' end, case when is_open then found else greatest(found, closed) end)
  ) as happened (event, day)
  group by 1, 2, 3, 4;
insert into cube_account (account_id, status, severity, n)
  select coalesce(account_id, ''), status, severity, count(*) from finding group by 1, 2, 3;
insert into cube_exploit (status, severity, kind, is_kev, has_exploit, has_fix, n)
  select status, severity, kind, coalesce(is_kev::text, ''), coalesce(has_exploit::text, ''), coalesce(has_fix::text, ''), count(*)
  from finding group by 1, 2, 3, 4, 5, 6;

-- The worst CVEs that are open, without reading all of the table. `n` is not in it, so counting leaves it alone.
create index cube_cve_open on cube_cve (severity) where status in ('open', 'in_progress');
create index asset_exposed on asset (open_critical) where is_internet_exposed and open_critical > 0;
