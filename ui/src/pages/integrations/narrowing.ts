import type { AssetClass, StreamName } from "../../../../src/model.ts";
import type { Integration } from "../../api/types.ts";

/** What an integration is narrowed to by class of asset, and what became of the rest. */
interface Narrowing {
  assetClasses?: AssetClass[] | null;
  scopeNote?: string | null;
}

interface StreamNarrowing {
  outOfScope?: number;
  leftCount?: number;
}

/** The classes of assets that it fetches; `null`: all. */
export function chosenClasses(integration: Integration): AssetClass[] | null {
  return (integration as Narrowing).assetClasses ?? null;
}

/** What stays of classes that are no longer chosen, in words; `null`: nothing. */
export function scopeNote(integration: Integration): string | null {
  return (integration as Narrowing).scopeNote ?? null;
}

/** Of those that the source counted: of classes that are not chosen, so left out. */
export function leftOut(status: Integration["streams"][StreamName]): number {
  return (status as StreamNarrowing).outOfScope ?? 0;
}

/** Of classes that are no longer chosen: they stay as they were. */
export function leftOver(status: Integration["streams"][StreamName]): number {
  return (status as StreamNarrowing).leftCount ?? 0;
}
