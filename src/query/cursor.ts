import { createHash } from "node:crypto";
import { z } from "zod";
import { ConfigError } from "../errors.ts";
import type { KeyValues } from "./keyset.ts";

/** Where the next page begins, and what must stay the same from page to page. */
export interface Cursor {
  keys: KeyValues;
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
  z.number().int(),
]);

/** `search` is what the cursor belongs to: thing, query and sort. */
export function encodeCursor(search: readonly string[], { keys, total, now }: Cursor): string {
  const parts: z.infer<typeof shape> = [digest(search), [...keys], total.value, total.isCapped, now];
  return Buffer.from(JSON.stringify(parts)).toString("base64url");
}

/** @throws ConfigError when it is not a cursor of this very search */
export function decodeCursor(search: readonly string[], text: string): Cursor {
  const parsed = shape.safeParse(readJson(text));
  if (!parsed.success || parsed.data[0] !== digest(search))
    throw new ConfigError("The cursor does not belong to this search: start again without it.", { field: "cursor" });
  const [, keys, value, isCapped, now] = parsed.data;
  return { keys, total: { value, isCapped }, now };
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
