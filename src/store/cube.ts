import type { Insertable, Kysely } from "kysely";
import { type BatchTable, type Write, writeOf, writeTogether } from "./batch.ts";
import type { FindingRow } from "./finding.ts";
import type { CubeAssetTable, CubeCveTable, CubeProjectTable, Schema } from "./schema.ts";

/** What the cubes count by. */
export type CubedFinding = Pick<
  FindingRow,
  "integrationId" | "status" | "severity" | "kind" | "cloud" | "assetClass" | "projects" | "cve"
>;

/** Only what is counted by, of findings that are kept for long. */
export function cubedOf(finding: CubedFinding): CubedFinding {
  const { integrationId, status, severity, kind, cloud, assetClass, projects, cve } = finding;
  return { integrationId, status, severity, kind, cloud, assetClass, projects, cve };
}

const cubeAsset: BatchTable<Insertable<CubeAssetTable>> = {
  name: "cubeAsset",
  key: ["integrationId", "status", "severity", "kind", "cloud", "class"],
  columns: {
    integrationId: "uuid",
    status: "text",
    severity: "smallint",
    kind: "text",
    cloud: "text",
    class: "text",
    n: "bigint",
  },
};

const cubeProject: BatchTable<Insertable<CubeProjectTable>> = {
  name: "cubeProject",
  key: ["project", "status", "severity", "kind"],
  columns: { project: "text", status: "text", severity: "smallint", kind: "text", n: "bigint" },
};

const cubeCve: BatchTable<Insertable<CubeCveTable>> = {
  name: "cubeCve",
  key: ["cve", "status", "severity"],
  columns: { cve: "text", status: "text", severity: "smallint", n: "bigint" },
};

/**
 * Moves the counts from what findings were to what they are, in the transaction that writes them. Groups whose count
 * stays are not touched; the others are written in key order, so that writers never wait in a circle.
 */
export async function moveCubes(
  db: Kysely<Schema>,
  before: readonly CubedFinding[],
  after: readonly CubedFinding[],
): Promise<void> {
  await writeTogether(db, cubeWrites(before, after));
}

/** What `moveCubes` writes, for a message that writes more. */
export function cubeWrites(before: readonly CubedFinding[], after: readonly CubedFinding[]): Write[] {
  const add = { do: "add", column: "n" } as const;
  return [
    writeOf(cubeAsset, deltas(before, after, assetCells), add),
    writeOf(cubeProject, deltas(before, after, projectCells), add),
    writeOf(cubeCve, deltas(before, after, cveCells), add),
  ];
}

type Cell = Record<string, string | number>;

const assetCells = (f: CubedFinding): Omit<Insertable<CubeAssetTable>, "n">[] => [
  {
    integrationId: f.integrationId,
    status: f.status,
    severity: f.severity,
    kind: f.kind,
    cloud: f.cloud ?? "",
    class: f.assetClass ?? "",
  },
];

/** A finding in several projects counts in each; one in none, as one without a CVE, under ''. */
const projectCells = (f: CubedFinding): Omit<Insertable<CubeProjectTable>, "n">[] =>
  (f.projects.length === 0 ? [""] : f.projects).map((project) => ({
    project,
    status: f.status,
    severity: f.severity,
    kind: f.kind,
  }));

const cveCells = (f: CubedFinding): Omit<Insertable<CubeCveTable>, "n">[] => [
  { cve: f.cve ?? "", status: f.status, severity: f.severity },
];

function deltas<C extends Cell>(
  before: readonly CubedFinding[],
  after: readonly CubedFinding[],
  cellsOf: (finding: CubedFinding) => C[],
): (C & { n: number })[] {
  const counts = new Map<string, C & { n: number }>();
  const count = (finding: CubedFinding, step: number) => {
    for (const cell of cellsOf(finding)) {
      const key = Object.values(cell).join("\u0000");
      const known = counts.get(key);
      if (known === undefined) counts.set(key, { ...cell, n: step });
      else known.n += step;
    }
  };
  for (const finding of before) count(finding, -1);
  for (const finding of after) count(finding, 1);
  return [...counts.values()].filter((cell) => cell.n !== 0);
}
