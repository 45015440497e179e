-- Facets and totals come from the count tables; so findings without a project and without a CVE are counted there too,
-- under ''.
insert into cube_project (project, status, severity, kind, n)
  select '', status, severity, kind, count(*) from finding where cardinality(projects) = 0 group by 2, 3, 4
  on conflict (project, status, severity, kind) do update set n = cube_project.n + excluded.n;
insert into cube_cve (cve, status, severity, n)
  select '', status, severity, count(*) from finding where cve is null group by 2, 3
  on conflict (cve, status, severity) do update set n = cube_cve.n + excluded.n;
