import { createHash } from "node:crypto";
import { z } from "zod";
import { ConfigError } from "../errors.ts";
import type { KeyValues } from "./keyset.ts";

/** Where another page begins, and what must stay the same from page to page. */
export interface Cursor {
  /** The place of a record at the edge of the page that the cursor came with. */
  keys: KeyValues;
  /** Whether the page is the one before that place, not the one after. */
  isBackward: boolean;
  total: Total;
  /** What `now` meant on the first page, in ms. */
  now: number;
}

/** How many records match. `isCapped`: at least that many; nobody waits for the rest of the count. */
export interface Total {
  value: number;
  isCapped: boolean;
}

const shape = z.tuple([
  z.string(),
  z.array(z.union([z.string().max(10_000), z.number(), z.null()])).max(5),
  z.number().int().nonnegative(),
  z.boolean(),
  // Up to the year 9999: with it the query reckons.
  z.number().int().min(0).max(253_402_300_799_999),
  z.boolean(),
]);

/** `search` is what the cursor belongs to: thing, query and sort. */
export function encodeCursor(search: readonly string[], { keys, total, now, isBackward }: Cursor): string {
  const parts: z.infer<typeof shape> = [digest(search), [...keys], total.value, total.isCapped, now, isBackward];
  return Buffer.from(JSON.stringify(parts)).toString("base64url");
}

/** @throws ConfigError when it is not a cursor of this very search */
export function decodeCursor(search: readonly string[], text: string): Cursor {
  const parsed = shape.safeParse(readJson(text));
  if (!parsed.success || parsed.data[0] !== digest(search))
    throw new ConfigError("The cursor does not belong to this search: start again without it.", { field: "cursor" });
  const [, keys, value, isCapped, now, isBackward] = parsed.data;
  return { keys, total: { value, isCapped }, now, isBackward };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}

function digest(search: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(search)).digest("base64url").slice(0, 12);
}
