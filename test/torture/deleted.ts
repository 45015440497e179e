import type { TruthLine } from "../truth.ts";

/** What a record is called here: `asset <id>`. */
export function nameOf({ kind, id }: TruthLine): string {
  return `${kind} ${id}`;
}

/** Names of the deleted assets and of all that was found on them. */
export function deletedRecords(truth: readonly TruthLine[]): Set<string> {
  const assets = new Set(truth.filter(({ deletedAt }) => (deletedAt ?? null) !== null).map(({ id }) => id));
  const isOn = ({ kind, id, asset }: TruthLine) => assets.has(kind === "asset" ? id : (asset?.externalId ?? ""));
  return new Set(truth.filter(isOn).map(nameOf));
}
