import type { TruthLine } from "../truth.ts";

/** Names of the deleted assets and of all that was found on them: `asset <id>`. */
export function deletedRecords(truth: readonly TruthLine[]): Set<string> {
  const assets = new Set(truth.filter(({ deletedAt }) => (deletedAt ?? null) !== null).map(({ id }) => id));
  const isOn = ({ kind, id, asset }: TruthLine) => assets.has(kind === "asset" ? id : (asset?.externalId ?? ""));
  return new Set(truth.filter(isOn).map(({ kind, id }) => `${kind} ${id}`));
}
