import type { AssetRecord, Identifiers } from "../model.ts";
import { identifiersOf } from "./identifiers.ts";

interface Known {
  before: Identifiers | null;
  /** The record was asked for without some fields. */
  isReduced?: boolean | undefined;
}

/**
 * What identifies a record, where something was known of it before. Of what is deleted Wiz shows the cloud's ids at
 * most: what it showed until then stays true, or a machine that is listed again under a new id would lose its history.
 */
export function identifiersAfter(record: AssetRecord, { before, isReduced = false }: Known): Identifiers | null {
  const after = identifiersOf(record);
  if (after === null || before === null || (record.deletedAt === null && !isReduced)) return after;
  return { ...before, ...after, cloud: after.cloud ?? before.cloud, account: after.account ?? before.account };
}
