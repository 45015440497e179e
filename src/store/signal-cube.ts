import type { Insertable } from "kysely";
import { type BatchTable, type Write, writeOf } from "./batch.ts";
import type { CubeSignalTable } from "./schema-cubes.ts";
import type { SignalRow } from "./signal.ts";

/** How long the stretches are in which signals are counted together; each begins at a multiple of it. */
export const signalCellMs = 300_000;

export function cellStart(at: number): number {
  return Math.floor(at / signalCellMs) * signalCellMs;
}

const cubeSignal: BatchTable<Insertable<CubeSignalTable>> = {
  name: "cubeSignal",
  key: ["at", "integrationId", "stream", "subjectKind", "change", "severity"],
  columns: {
    at: "timestamptz",
    integrationId: "uuid",
    stream: "text",
    subjectKind: "text",
    change: "text",
    severity: "smallint",
    n: "bigint",
  },
};

type CountedSignal = Pick<SignalRow, "at" | "integrationId" | "stream" | "subjectKind" | "change" | "severity">;

/**
 * Counts signals that are appended. Everyone who appends writes into the cells of this moment and waits there for the
 * others, so it comes last in a transaction, behind the other count tables.
 */
export function signalCubeWrite(signals: readonly CountedSignal[]): Write {
  return writeOf(cubeSignal, cellsOf(signals), { do: "add", column: "n" });
}

function cellsOf(signals: readonly CountedSignal[]): Insertable<CubeSignalTable>[] {
  const cells = new Map<string, Insertable<CubeSignalTable>>();
  // Those of a page all have the time of the page.
  const begins = new Map<string, string>();
  for (const { at, integrationId, stream, subjectKind, change, severity } of signals) {
    const begin = begins.get(at) ?? new Date(cellStart(Date.parse(at))).toISOString();
    begins.set(at, begin);
    const key = `${begin} ${integrationId} ${stream} ${subjectKind} ${change} ${severity}`;
    const known = cells.get(key);
    if (known !== undefined) known.n += 1;
    else cells.set(key, { at: begin, integrationId, stream, subjectKind, change, severity: severity ?? 0, n: 1 });
  }
  return [...cells.values()];
}
