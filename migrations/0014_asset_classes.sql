-- Records that were fetched and left out, since their asset is of a class that the integration does not want.
alter table slice add column out_of_scope bigint not null default 0;
