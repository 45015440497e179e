import type { Kysely } from "kysely";
import type { AssetFacts } from "../store/asset.ts";
import { moveCubes } from "../store/cube.ts";
import { type FindingRow, readFindingsOfAssets, writeFindings } from "../store/finding.ts";
import { recordId } from "../store/id.ts";
import type { Schema } from "../store/schema.ts";
import { withCopies } from "./asset-copies.ts";

interface Moving {
  /** All assets that findings are on, before or after. */
  assetIds: readonly string[];
  assetIdOf: (sourceId: string) => string | undefined;
  facts: ReadonlyMap<string, AssetFacts>;
}

const batchSize = 2_000;

/**
 * Puts findings on the asset that their source is of now, with what is copied from it. The findings get no signal:
 * nothing happened to them. The cubes are moved with them.
 */
export async function moveFindings(
  trx: Kysely<Schema>,
  at: string,
  { assetIds, assetIdOf, facts }: Moving,
): Promise<void> {
  for (let afterId: string | null = null; ; ) {
    const rows: FindingRow[] = await readFindingsOfAssets(trx, assetIds, { afterId, limit: batchSize });
    const pairs = rows.flatMap((row) => {
      const sourceId = recordId(row.integrationId, "asset", row.assetExternalId ?? "");
      const assetId = assetIdOf(sourceId) ?? row.assetId;
      const moved = withCopies({ ...row, assetId }, facts.get(assetId ?? ""));
      return assetId !== row.assetId || JSON.stringify(moved) !== JSON.stringify(row)
        ? [{ before: row, after: { ...moved, changedAt: at, version: row.version + 1 } }]
        : [];
    });
    await writeFindings(
      trx,
      pairs.map(({ after }) => after),
    );
    await moveCubes(
      trx,
      pairs.map(({ before }) => before),
      pairs.map(({ after }) => after),
    );
    afterId = rows.at(-1)?.id ?? null;
    if (rows.length < batchSize) return;
  }
}
