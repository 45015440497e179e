import { hash } from "node:crypto";

/** The identity of a content: equal texts have equal hashes. A UUID of version 8 (RFC 9562 section 5.8) over SHA-256. */
export function contentHash(text: string): string {
  const hex = hash("sha256", text, "hex");
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
