import { type Kysely, type RawBuilder, type SqlBool, sql } from "kysely";
import { severityRank } from "../model.ts";
import type { Schema } from "../store/schema.ts";
import { type Compiled, tableOf } from "./compile.ts";
import type { Condition } from "./condition.ts";
import type { Total } from "./cursor.ts";
import { estimate } from "./estimate.ts";
import type { Thing } from "./field.ts";

/**
 * What can be counted instead of the findings: a count table that looks like `finding`, with a column `n` that says for
 * how many a row stands. A condition on its columns is the same SQL on either.
 */
interface Cube {
  columns: readonly string[];
  /** What it alone knows. */
  own?: readonly string[];
  /** Few matches may be far between: no index of the findings finds by all that it counts by. */
  isScattered?: true;
  from: RawBuilder<unknown>;
}

/** Texts that stand for booleans, with '' for none. */
const flag = (name: string) => sql.raw(`nullif(${name}, '')::boolean as ${name}`);

const cubes: readonly Cube[] = [
  {
    columns: ["integrationId", "status", "severity", "kind", "cloud", "assetClass"],
    from: sql`(select integration_id, status, severity, kind, nullif(cloud, '') as cloud,
      nullif(class, '') as asset_class, n from cube_asset) as finding`,
  },
  {
    columns: ["status", "severity", "kind", "projects"],
    own: ["projects"],
    from: sql`(select status, severity, kind, case when project <> '' then array[project] else '{}' end as projects, n
      from cube_project) as finding`,
  },
  {
    // Two halves, so that a condition on the CVE still finds its rows by the key.
    columns: ["status", "severity", "cve"],
    own: ["cve"],
    from: sql`(select status, severity, cve, n from cube_cve where cve <> ''
      union all select status, severity, null, n from cube_cve where cve = '') as finding`,
  },
  {
    columns: ["status", "severity", "accountId"],
    own: ["accountId"],
    isScattered: true,
    from: sql`(select status, severity, account_id, n from cube_account where account_id <> ''
      union all select status, severity, null, n from cube_account where account_id = '') as finding`,
  },
  {
    columns: ["status", "severity", "kind", "isKev", "hasExploit", "hasFix"],
    own: ["isKev", "hasExploit", "hasFix"],
    isScattered: true,
    from: sql`(select status, severity, kind, ${flag("is_kev")}, ${flag("has_exploit")}, ${flag("has_fix")}, n
      from cube_exploit) as finding`,
  },
];

/**
 * The smallest count table with these columns, or `null`. A finding in several projects stands in several rows of its
 * table: that is right for counting by project, and wrong for every other number, so a condition on projects needs the
 * findings.
 */
export function cubeFor(
  thing: Thing,
  condition: Condition,
  column: string | null,
): Pick<Cube, "from" | "isScattered"> | null {
  const asked = conditionColumns(condition);
  if (thing !== "findings" || asked.has("projects")) return null;
  const needed = column === null ? asked : new Set([...asked, column]);
  const isCounting = (cube: Cube) => [...needed].every((name) => cube.columns.includes(name));
  return (
    cubes.find((cube) => isCounting(cube) && (column === "projects" || !cube.columns.includes("projects"))) ?? null
  );
}

/** How many records meet a condition, where a count table knows. */
export async function countInCube(
  db: Kysely<Schema>,
  thing: Thing,
  condition: Condition,
  where: RawBuilder<SqlBool>,
): Promise<Total | null> {
  const cube = cubeFor(thing, condition, null);
  if (cube === null) return null;
  const { rows } = await sql<{ n: number }>`
    select coalesce(sum(n), 0)::bigint as n from ${cube.from} where ${where}`.execute(db);
  return { value: rows[0]?.n ?? 0, isCapped: false };
}

const allSeverities = Object.values(severityRank);

/**
 * The severities of what meets a condition, as a condition, where a part of it tells them: a list by severity need not be
 * walked through all that is critical for a CVE that is not. `null`: nothing to be gained.
 */
export async function severitiesIn(
  db: Kysely<Schema>,
  thing: Thing,
  compiled: Compiled,
): Promise<RawBuilder<SqlBool> | null> {
  if (thing !== "findings") return null;
  const { condition, whereOf } = compiled;
  const parts = condition.type === "and" ? condition.conditions : [condition];
  const lists = [await severitiesOfScores(db, parts, whereOf)];
  for (const cube of cubes) {
    const counted = onePerProject(parts.filter((part) => part.type !== "all" && isCounted(part, cube)));
    const isAsked = ({ own }: Cube) =>
      own === undefined || counted.some((part) => own.some((name) => conditionColumns(part).has(name)));
    if (counted.length === 0 || !isAsked(cube)) continue;
    const where = whereOf({ type: "and", conditions: counted });
    const { rows } = await sql<{ severity: number }>`
      select distinct severity from ${cube.from} where n > 0 and ${where}`.execute(db);
    lists.push(rows.map(({ severity }) => severity));
  }
  const found = allSeverities.filter((severity) => lists.every((list) => list.includes(severity)));
  return found.length === allSeverities.length ? null : sql<SqlBool>`finding.severity = any(${found}::smallint[])`;
}

/** Scores go with severities, and the index on scores knows with which. */
async function severitiesOfScores(
  db: Kysely<Schema>,
  parts: readonly Condition[],
  whereOf: Compiled["whereOf"],
): Promise<number[]> {
  const isOnScore = (part: Condition) => [...conditionColumns(part)].join() === "riskScore";
  const conditions = parts.filter(isOnScore);
  if (conditions.length === 0) return allSeverities;
  // The order makes the planner take the index; of each severity it is asked for one finding.
  const { rows } = await sql<{ severity: number }>`
    select severity from unnest(${allSeverities}::smallint[]) as one (severity) where (
      select id from finding where finding.severity = one.severity and ${whereOf({ type: "and", conditions })}
      order by risk_score desc, severity desc, id desc limit 1) is not null`.execute(db);
  return rows.map(({ severity }) => severity);
}

function isCounted(condition: Condition, cube: Cube): boolean {
  return [...conditionColumns(condition)].every((name) => cube.columns.includes(name));
}

/** A row of the count table knows one of a finding's projects: only one plain condition on them can be put to it. */
function onePerProject(parts: readonly Condition[]): Condition[] {
  const isOnProjects = (part: Condition) => conditionColumns(part).has("projects");
  const first = parts.find((part) => isOnProjects(part) && part.type === "match");
  return parts.filter((part) => part === first || !isOnProjects(part));
}

/** The columns of the thing's own table that a condition looks at. */
export function conditionColumns(condition: Condition): Set<string> {
  switch (condition.type) {
    case "all":
      return new Set();
    case "and":
    case "or":
      return new Set(condition.conditions.flatMap((child) => [...conditionColumns(child)]));
    case "not":
      return conditionColumns(condition.condition);
    case "child":
      return new Set([condition.child.own]);
    case "match": {
      const { place } = condition;
      if (place.at === "keys") return new Set([place.column]);
      if (place.at === "columns") return new Set(place.columns);
      if (place.at === "own") return new Set([place.column, place.unless]);
      return new Set(place.at === "related" ? [place.own] : []);
    }
  }
}

const sampleRows = 20_000;

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
