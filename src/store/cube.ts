import type { Insertable, Kysely } from "kysely";
import { isActiveStatus } from "../model.ts";
import { type BatchTable, type Write, writeOf, writeTogether } from "./batch.ts";
import { datedColumns, dayCells } from "./cube-day.ts";
import type { FindingRow } from "./finding.ts";
import type { Schema } from "./schema.ts";
import type {
  CubeAccountTable,
  CubeAssetTable,
  CubeCveTable,
  CubeDayTable,
  CubeExploitTable,
  CubeFixTable,
  CubeProjectTable,
} from "./schema-cubes.ts";

/** What the cubes count by. */
export const cubedColumns = [
  "integrationId",
  "cloud",
  "assetClass",
  "projects",
  "cve",
  "accountId",
  "isKev",
  "hasExploit",
  "hasFix",
  "packageName",
  "packageFixedVersion",
  "riskScore",
  ...datedColumns,
] as const satisfies readonly (keyof FindingRow)[];

export type CubedFinding = Pick<FindingRow, (typeof cubedColumns)[number]>;

/** Only what is counted by, of findings that are kept for long. */
export function cubedOf(finding: CubedFinding): CubedFinding {
  return Object.fromEntries(cubedColumns.map((column) => [column, finding[column]])) as CubedFinding;
}

type Cell = Record<string, string | number>;

/** A count table, and the cells that a finding counts in. */
interface Cube<C extends Cell> {
  table: BatchTable<C & { n: number }>;
  cellsOf: (finding: CubedFinding) => C[];
}

const cubeDay: Cube<Omit<Insertable<CubeDayTable>, "n">> = {
  table: {
    name: "cubeDay",
    key: ["event", "day", "kind", "severity"],
    columns: { day: "date", event: "text", kind: "text", severity: "smallint", n: "bigint" },
  },
  cellsOf: dayCells,
};

const cubeCve: Cube<Omit<Insertable<CubeCveTable>, "n">> = {
  table: {
    name: "cubeCve",
    key: ["cve", "status", "severity"],
    columns: { cve: "text", status: "text", severity: "smallint", n: "bigint" },
  },
  cellsOf: (f) => [{ cve: f.cve ?? "", status: f.status, severity: f.severity }],
};

const cubeAccount: Cube<Omit<Insertable<CubeAccountTable>, "n">> = {
  table: {
    name: "cubeAccount",
    key: ["accountId", "status", "severity"],
    columns: { accountId: "text", status: "text", severity: "smallint", n: "bigint" },
  },
  cellsOf: (f) => [{ accountId: f.accountId ?? "", status: f.status, severity: f.severity }],
};

/** A finding in several projects counts in each; one in none, as one without a CVE, under ''. */
const cubeProject: Cube<Omit<Insertable<CubeProjectTable>, "n">> = {
  table: {
    name: "cubeProject",
    key: ["project", "status", "severity", "kind"],
    columns: { project: "text", status: "text", severity: "smallint", kind: "text", n: "bigint" },
  },
  cellsOf: ({ projects, status, severity, kind }) =>
    (projects.length === 0 ? [""] : projects).map((project) => ({ project, status, severity, kind })),
};

const cubeExploit: Cube<Omit<Insertable<CubeExploitTable>, "n">> = {
  table: {
    name: "cubeExploit",
    key: ["status", "severity", "kind", "isKev", "hasExploit", "hasFix"],
    columns: {
      status: "text",
      severity: "smallint",
      kind: "text",
      isKev: "text",
      hasExploit: "text",
      hasFix: "text",
      n: "bigint",
    },
  },
  cellsOf: ({ status, severity, kind, ...f }) => [
    { status, severity, kind, isKev: flag(f.isKev), hasExploit: flag(f.hasExploit), hasFix: flag(f.hasFix) },
  ],
};

const cubeAsset: Cube<Omit<Insertable<CubeAssetTable>, "n">> = {
  table: {
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
  },
  cellsOf: ({ integrationId, status, severity, kind, ...f }) => [
    { integrationId, status, severity, kind, cloud: f.cloud ?? "", class: f.assetClass ?? "" },
  ],
};

/** Beyond this an index could not hold a name or version; nothing real is so long. */
const longestName = 500;

/** Only what an upgrade would fix: open, with a package and the version that it is to have. */
const cubeFix: Cube<Omit<Insertable<CubeFixTable>, "n">> = {
  table: {
    name: "cubeFix",
    key: ["packageName", "fixedVersion", "riskScore", "isKev", "hasExploit"],
    columns: {
      packageName: "text",
      fixedVersion: "text",
      riskScore: "smallint",
      isKev: "text",
      hasExploit: "text",
      n: "bigint",
    },
  },
  cellsOf: ({ packageName, packageFixedVersion: fixedVersion, riskScore, status, ...f }) => {
    if (packageName === null || fixedVersion === null || !isActiveStatus(status)) return [];
    if (Buffer.byteLength(packageName) > longestName || Buffer.byteLength(fixedVersion) > longestName) return [];
    return [{ packageName, fixedVersion, riskScore, isKev: flag(f.isKev), hasExploit: flag(f.hasExploit) }];
  },
};

function flag(value: boolean | null): string {
  return value === null ? "" : String(value);
}

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

/**
 * What `moveCubes` writes, for a message that writes more. The tables with the fewest rows come last: every page wants
 * the same ones, and waits for the page that has them.
 */
export function cubeWrites(before: readonly CubedFinding[], after: readonly CubedFinding[]): Write[] {
  const writes = <C extends Cell>({ table, cellsOf }: Cube<C>) =>
    writeOf(table, deltas(before, after, cellsOf), { do: "add", column: "n" });
  return [
    writes(cubeDay),
    writes(cubeFix),
    writes(cubeCve),
    writes(cubeAccount),
    writes(cubeProject),
    writes(cubeExploit),
    writes(cubeAsset),
  ];
}

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
