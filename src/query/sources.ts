import { type Kysely, type RawBuilder, sql } from "kysely";
import type { Schema } from "../store/schema.ts";
import { tableOf } from "./compile.ts";
import type { Condition } from "./condition.ts";
import type { Thing } from "./field.ts";

/**
 * What can be counted instead of the findings: a count table that looks like `finding`, with a column `n` that says for
 * how many a row stands. A condition on its columns is the same SQL on either.
 */
interface Cube {
  columns: readonly string[];
  from: RawBuilder<unknown>;
}

const cubes: readonly Cube[] = [
  {
    columns: ["integrationId", "status", "severity", "kind", "cloud", "assetClass"],
    from: sql`(select integration_id, status, severity, kind, nullif(cloud, '') as cloud,
      nullif(class, '') as asset_class, n from cube_asset) as finding`,
  },
  {
    columns: ["status", "severity", "kind", "projects"],
    from: sql`(select status, severity, kind, case when project <> '' then array[project] else '{}' end as projects, n
      from cube_project) as finding`,
  },
  {
    // Two halves, so that a condition on the CVE still finds its rows by the key.
    columns: ["status", "severity", "cve"],
    from: sql`(select status, severity, cve, n from cube_cve where cve <> ''
      union all select status, severity, null, n from cube_cve where cve = '') as finding`,
  },
];

/**
 * The smallest count table with these columns, or `null`. A finding in several projects stands in several rows of its
 * table: that is right for counting by project, and wrong for every other number, so a condition on projects needs the
 * findings.
 */
export function cubeFor(thing: Thing, condition: Condition, column: string | null): Pick<Cube, "from"> | null {
  const asked = conditionColumns(condition);
  if (thing !== "findings" || asked.has("projects")) return null;
  const needed = column === null ? asked : new Set([...asked, column]);
  const isCounting = (cube: Cube) => [...needed].every((name) => cube.columns.includes(name));
  return (
    cubes.find((cube) => isCounting(cube) && (column === "projects" || !cube.columns.includes("projects"))) ?? null
  );
}

/** The columns of the thing's own table that a condition looks at. */
function conditionColumns(condition: Condition): Set<string> {
  switch (condition.type) {
    case "all":
      return new Set();
    case "and":
    case "or":
      return new Set(condition.conditions.flatMap((child) => [...conditionColumns(child)]));
    case "not":
      return conditionColumns(condition.condition);
    case "match": {
      const { place } = condition;
      if (place.at === "columns") return new Set(place.columns);
      if (place.at === "own") return new Set([place.column, place.unless]);
      return new Set(place.at === "related" ? [place.own] : []);
    }
  }
}

/** What the planner expects of a statement: `cost` in its own unit, a page read in a row. */
export async function estimate(
  db: Kysely<Schema>,
  statement: RawBuilder<unknown>,
): Promise<{ rows: number; cost: number }> {
  const { rows } = await sql<{ "QUERY PLAN": [{ Plan: { "Plan Rows": number; "Total Cost": number } }] }>`
    explain (format json) ${statement}`.execute(db);
  const [plan] = Object.values(rows[0] ?? {}) as [{ Plan: { "Plan Rows": number; "Total Cost": number } }][];
  if (plan === undefined) throw new Error("EXPLAIN answered nothing");
  return { rows: plan[0].Plan["Plan Rows"], cost: plan[0].Plan["Total Cost"] };
}

const sampleRows = 50_000;

/**
 * Rows from all over the table, about as many as can be looked at while someone waits; the same ones each time. `null`:
 * the table has no more than that.
 */
export async function sampleOf(db: Kysely<Schema>, thing: Thing): Promise<RawBuilder<unknown> | null> {
  const table = sql.table(tableOf[thing]);
  const { rows } = await estimate(db, sql`select from ${table}`);
  if (rows <= sampleRows) return null;
  return sql`${table} tablesample system (${(100 * sampleRows) / rows}) repeatable (1)`;
}
