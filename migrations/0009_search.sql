-- Facets and totals come from the count tables; so findings without a project and without a CVE are counted there too,
-- under ''.
insert into cube_project (project, status, severity, kind, n)
  select '', status, severity, kind, count(*) from finding where cardinality(projects) = 0 group by 2, 3, 4
  on conflict (project, status, severity, kind) do update set n = cube_project.n + excluded.n;
insert into cube_cve (cve, status, severity, n)
  select '', status, severity, count(*) from finding where cve is null group by 2, 3
  on conflict (cve, status, severity) do update set n = cube_cve.n + excluded.n;

-- The other orders of the lists. A due date is rare, so rows without one are left out.
create index finding_risk on finding (risk_score desc, severity desc, id desc);
create index finding_first_found on finding (first_found_at desc, id desc);
create index finding_due on finding (due_at, id) where due_at is not null;
create index finding_kind_due on finding (kind, due_at, id) where due_at is not null;
create index asset_first_seen on asset (first_seen_at desc, id);
create index asset_open on asset (open_critical desc, open_high desc, id);

-- With what is asked for most, so that a list is walked without looking at the rows that do not match.
drop index finding_list;
create index finding_list on finding (severity desc, first_found_at desc, id desc)
  include (status, kind, risk_score, resolved_at, due_at);
-- A definition's findings in the order of the list.
drop index finding_definition;
create index finding_definition on finding (definition_id, severity desc, first_found_at desc, id desc);

-- Conditions that few findings meet, in the order of the list.
create index finding_kev on finding (severity desc, first_found_at desc, id desc) where is_kev;

-- Few values each, so these indexes are small; the partial ones hold what is asked for most of columns that no list is
-- ordered by.
create index finding_region on finding (region);
create index finding_asset_type on finding (asset_type);
create index finding_epss on finding (epss) where epss >= 0.5;
create index finding_resolved on finding (resolved_at) where resolved_at is not null;
