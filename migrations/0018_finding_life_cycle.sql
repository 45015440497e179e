-- The life of a finding beside what its source says of it: how often it came back, until when it should be resolved, and
-- that someone accepted its risk.

alter table finding
  -- The source's own word while `status` is `accepted`; null: `status` is the source's.
  add column source_status text,
  -- The acceptance that holds, and since when one does.
  add column acceptance_id uuid,
  add column accepted_at timestamptz,
  -- How often it was open again after it had been closed, and when last.
  add column reopened_count integer not null default 0,
  add column reopened_at timestamptz,
  -- `due_at` follows from the policy, since the source gives no date.
  add column is_due_by_policy boolean not null default false;

-- What the signals that are still kept tell of the time before.
update finding set reopened_count = told.n, reopened_at = told.last
  from (
    select subject_id, count(*)::int as n, max(at) as last from signal
    where change = 'reopened' and subject_kind <> 'asset' group by 1
  ) as told
  where finding.id = told.subject_id;

create index finding_acceptance on finding (acceptance_id, id) where acceptance_id is not null;
create index finding_reopened on finding (reopened_count) where reopened_count > 0;
-- What is due, soonest first, of that which is not done.
create index finding_open_due on finding (due_at, id) include (severity, kind) where status in ('open', 'in_progress');

-- Someone answers for leaving findings as they are, until a day. Kept when it has ended.
create table risk_acceptance (
  id uuid primary key,
  owner text not null,
  reason text not null,
  -- Which findings, in the query language.
  scope text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null,
  created_by text not null,
  changed_at timestamptz not null,
  changed_by text not null,
  withdrawn_at timestamptz,
  withdrawn_by text,
  -- When its findings were open again after it had expired.
  lapsed_at timestamptz,
  -- Counts up with each change; as long as the other one lags behind, the findings are still to follow.
  revision integer not null default 1,
  applied_revision integer not null default 0,
  -- Findings that the change under way has reached, of how many.
  done bigint not null default 0,
  total bigint,
  -- Why it covers nothing, where its scope cannot be understood any more.
  problem text
) with (fillfactor = 70);
create index risk_acceptance_expires on risk_acceptance (expires_at);

-- Days within which a finding should be resolved, by severity, where its source gives no date; null: no date.
create table due_date_policy (
  id boolean primary key default true check (id),
  critical integer default 15,
  high integer default 30,
  medium integer default 90,
  low integer default 180,
  informational integer,
  changed_at timestamptz,
  changed_by text,
  revision integer not null default 1,
  -- As in risk_acceptance. Findings up to `after_id` are done.
  applied_revision integer not null default 0,
  after_id uuid,
  examined bigint not null default 0,
  total bigint
) with (fillfactor = 50);
insert into due_date_policy default values;
