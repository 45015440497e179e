import { createHash } from "node:crypto";
import { formatMicros, parseMicros } from "../tenant/micros.ts";
import { badInput } from "./answer-error.ts";

/** Where a page ended: the sort key and the row. Good only with the question that it came from. */
export interface Position {
  key: number;
  id: string;
}

/** Names the question (filter and order, not the page size): a cursor of another question is refused. */
export function questionOf(root: string, args: Record<string, unknown>): string {
  const { after: _after, first: _first, ...rest } = args;
  return createHash("sha256")
    .update(JSON.stringify([root, rest]))
    .digest("base64url")
    .slice(0, 12);
}

export function encodeCursor(position: Position, field: string, question: string): string {
  const value = Number.isFinite(position.key)
    ? position.key > 1e12
      ? formatMicros(position.key)
      : String(position.key)
    : "null";
  const fields = [
    { Field: field, Value: value },
    { Field: "Id", Value: position.id },
  ];
  return Buffer.from(JSON.stringify({ fields, question })).toString("base64");
}

export function decodeCursor(cursor: string, question: string): Position {
  let parsed: { fields: { Value: string }[]; question: string };
  try {
    parsed = JSON.parse(Buffer.from(cursor, "base64").toString("utf8"));
    if (parsed.question !== question) throw new Error("another question");
    const [key, id] = [parsed.fields[0]!.Value, parsed.fields[1]!.Value];
    return { key: key === "null" ? Number.POSITIVE_INFINITY : key.includes("T") ? parseMicros(key) : Number(key), id };
  } catch {
    throw badInput("invalid cursor: it is malformed, expired, or was issued for other variables");
  }
}
