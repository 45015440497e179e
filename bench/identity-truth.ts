import type { App } from "../src/app.ts";
import type { EstateTruth } from "../src/emulator/estate/truth.ts";

export interface Agreement {
  /** Records that are machines, and the assets that they should be. */
  records: number;
  machines: number;
  assets: number;
  /** Assets made of records of more than one machine. */
  falseMerges: number;
  /** Machines whose records are on more than one asset. */
  missedMerges: number;
  /** Records that are in Weir and not in the truth, or the other way round; what was deleted before is not asked for. */
  strangers: number;
}

/** What Weir made of the tenants' machines, beside what they are. `urls`: the emulators' by the integrations' ids. */
export async function compareWithEstate(app: App, urls: ReadonlyMap<string, string>): Promise<Agreement> {
  const assetOf = new Map<string, string>();
  const rows = await app.db
    .selectFrom("assetSource")
    .innerJoin("asset", "asset.id", "assetSource.assetId")
    .select(["assetSource.externalId", "assetSource.integrationId", "assetSource.assetId"])
    .where("asset.type", "=", "VIRTUAL_MACHINE")
    .execute();
  for (const { integrationId, externalId, assetId } of rows) assetOf.set(`${integrationId} ${externalId}`, assetId);
  const machinesOf = new Map<string, Set<string>>();
  const assetsOf = new Map<string, Set<string>>();
  let [records, strangers] = [0, 0];
  for (const [integrationId, url] of urls)
    for await (const { id, asset, isDeleted } of readEstate(url)) {
      const held = assetOf.get(`${integrationId} ${id}`);
      if (held === undefined) strangers += isDeleted ? 0 : 1;
      else {
        records++;
        machinesOf.set(held, (machinesOf.get(held) ?? new Set()).add(asset));
        assetsOf.set(asset, (assetsOf.get(asset) ?? new Set()).add(held));
      }
    }
  const several = (sets: Iterable<ReadonlySet<string>>) => [...sets].filter(({ size }) => size > 1).length;
  return {
    records,
    machines: assetsOf.size,
    assets: machinesOf.size,
    falseMerges: several(machinesOf.values()),
    missedMerges: several(assetsOf.values()),
    strangers: strangers + assetOf.size - records,
  };
}

async function* readEstate(url: string): AsyncGenerator<EstateTruth> {
  const { body } = await fetch(`${url}/emulator/estate`);
  if (body === null) throw new Error("The emulator did not answer with its estate");
  let rest = "";
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield JSON.parse(line);
  }
}
