-- Ids of the source's projects that an integration is narrowed to; null: all that its service account sees.
alter table integration add column projects text[];
