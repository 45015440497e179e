-- A new client secret beside the present one, which serves until the new one has worked. Encrypted as `secret` is.
alter table integration
  add column pending_secret bytea,
  -- Another one than `client_id` when a new service account takes over.
  add column pending_client_id text,
  add column pending_since timestamptz,
  -- When it was last tried, and why it did not work.
  add column pending_tried_at timestamptz,
  add column pending_error text;
