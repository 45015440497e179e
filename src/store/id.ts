import { hash } from "node:crypto";

/**
 * Ids are made from what a record is, so upserts, retries and sharding need no look-up: the same record has the same
 * id in every process, for ever. The form is a UUID of version 8 (RFC 9562 section 5.8) over SHA-256.
 */
export function recordId(...parts: readonly string[]): string {
  return uuidOf(parts.join("\u0000"));
}

/** The identity of a content: equal texts have equal hashes. */
export function contentHash(text: string): string {
  return uuidOf(text);
}

function uuidOf(text: string): string {
  const hex = hash("sha256", text, "hex");
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
