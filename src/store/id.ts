import { contentHash } from "../content-hash.ts";

/**
 * Ids are made from what a record is, so upserts, retries and sharding need no look-up: the same record has the same
 * id in every process, for ever.
 */
export function recordId(...parts: readonly string[]): string {
  return contentHash(parts.join("\u0000"));
}
