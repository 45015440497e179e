import { type AssetClass, type NormalizedRecord, recordClass } from "../model.ts";

/** The classes of assets that an integration is narrowed to; `null`: all. */
export type ClassChoice = readonly AssetClass[] | null;

export interface ScopedRecords {
  inside: NormalizedRecord[];
  outside: NormalizedRecord[];
}

/** Which records belong to the chosen classes. A source may answer with others: what it can leave out depends on it. */
export function splitByClass(records: NormalizedRecord[], classes: ClassChoice): ScopedRecords {
  if (classes === null) return { inside: records, outside: [] };
  const { inside = [], outside = [] } = Object.groupBy(records, (record) =>
    classes.includes(recordClass(record)) ? "inside" : "outside",
  );
  return { inside, outside };
}
