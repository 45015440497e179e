-- Who may use Weir. Secrets of sessions and tokens are random (256 bits) and kept as SHA-256 only.

create table app_user (
  id uuid primary key,
  -- In lower case, so that upper and lower case are the same.
  email text not null unique,
  name text not null,
  role text not null check (role in ('viewer', 'analyst', 'admin')),
  is_disabled boolean not null default false,
  -- argon2id, with its parameters (PHC format).
  password_hash text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  last_login_at timestamptz
);

create table session (
  id uuid primary key,
  user_id uuid not null references app_user on delete cascade,
  secret_hash bytea not null unique,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  address text,
  user_agent text
) with (fillfactor = 50);
create index session_by_user on session (user_id);

create table api_token (
  id uuid primary key,
  user_id uuid not null references app_user on delete cascade,
  secret_hash bytea not null unique,
  name text not null,
  role text not null check (role in ('viewer', 'analyst', 'admin')),
  created_at timestamptz not null,
  -- null: never.
  expires_at timestamptz,
  last_used_at timestamptz
) with (fillfactor = 50);
create index api_token_by_user on api_token (user_id);

-- One-time tokens with which the first administrator is made; none is left once there is a user. Each process that
-- answers over HTTP prints one of its own.
create table setup_token (
  secret_hash bytea primary key,
  expires_at timestamptz not null
);

-- How often something was tried, for all processes together: a bucket that fills again as time goes by.
create table rate_limit (
  -- A hash of what is limited: e-mail addresses that were mistyped are nobody's business.
  key bytea primary key,
  -- When the bucket is full again.
  full_at timestamptz not null
) with (fillfactor = 50);
create index rate_limit_full on rate_limit (full_at);

-- The log is read by what was done, by whom and to what.
create index audit_event_action on audit_event (action text_pattern_ops, at desc, id desc);
create index audit_event_actor on audit_event (actor_id, at desc, id desc);
create index audit_event_subject on audit_event (subject_id, at desc, id desc);
