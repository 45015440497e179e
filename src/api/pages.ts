import { z } from "@hono/zod-openapi";
import { RequestError } from "./errors.ts";

/** How much of a list, and from where. */
export const pageQuery = z.object({
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(500)
    .default(50)
    .openapi({ param: { name: "limit", in: "query" }, description: "Items at most." }),
  cursor: z
    .string()
    .max(1000)
    .optional()
    .openapi({ param: { name: "cursor", in: "query" }, description: "`nextCursor` of the page before." }),
});

/** A place in a list that is ordered by a time and an id, as a text that means nothing to its readers. */
export function encodePlace(at: string, id: string): string {
  return Buffer.from(JSON.stringify([at, id])).toString("base64url");
}

const placeSchema = z.tuple([z.iso.datetime({ offset: true }), z.uuid()]);

/** @throws RequestError when it is no such text */
export function decodePlace(cursor: string | undefined): { at: string; id: string } | null {
  if (cursor === undefined) return null;
  try {
    const [at, id] = placeSchema.parse(JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")));
    return { at, id };
  } catch (cause) {
    throw new RequestError("This cursor is not one that a page of this list ended with: begin without one.", {
      field: "cursor",
      cause,
    });
  }
}

/** The items of a page that was read with one more than wanted, and where the next one begins. */
export function cutPage<T>(rows: readonly T[], limit: number, placeOf: (row: T) => string) {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last !== undefined ? placeOf(last) : null };
}
