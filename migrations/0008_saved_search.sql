-- Searches that people keep. A private one is its owner's alone; a shared one everyone may read.
create table saved_search (
  id uuid primary key,
  -- null: whoever made it is no longer a user; it was shared, so others may count on it.
  owner_id uuid references app_user on delete set null,
  name text not null,
  -- What is searched: findings, assets or signals.
  thing text not null,
  query text not null,
  sort text,
  -- Names of the columns to show; null: the usual ones.
  columns text[],
  is_shared boolean not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create unique index saved_search_name on saved_search (owner_id, lower(name));
create index saved_search_shared on saved_search (lower(name)) where is_shared;
