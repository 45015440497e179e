import { compareCubes } from "../src/store/inventory-check.ts";
import type { TestDatabase } from "./postgres.ts";

/** Every count table, for a test that begins with empty ones. */
export const cubes = [
  "cube_asset",
  "cube_project",
  "cube_cve",
  "cube_day",
  "cube_account",
  "cube_exploit",
  "cube_fix",
  "cube_signal",
] as const;

/** The count tables that are not what counting the findings gives. */
export async function wrongCubes({ db }: Pick<TestDatabase, "db">): Promise<string[]> {
  return (await compareCubes(db)).filter(({ wrongCells }) => wrongCells > 0).map(({ cube }) => cube);
}
