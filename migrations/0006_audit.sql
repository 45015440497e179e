-- Who changed what, and every attempt to sign in. Appended only; never holds a secret.
create table audit_event (
  id uuid primary key,
  at timestamptz not null,
  -- user, token, cli (someone on the machine itself) or system; `anonymous` before somebody is known.
  actor_type text not null,
  actor_id uuid,
  -- As it was then: users and tokens may be renamed and removed.
  actor_name text not null,
  -- What was done, for example integration.create or session.refused.
  action text not null,
  subject_type text,
  subject_id uuid,
  subject_name text,
  details jsonb not null,
  address text
);
create index audit_event_list on audit_event (at desc, id desc);
