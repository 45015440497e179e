import { createHash, randomBytes } from "node:crypto";

const secretBytes = 32;

/** A secret that nobody guesses (256 bits), in letters that pass through headers, cookies and shells. */
export function newSecret(prefix = ""): string {
  return `${prefix}${randomBytes(secretBytes).toString("base64url")}`;
}

/**
 * What is kept of such a secret. A plain hash will do, as there is nothing to guess; and as the lookup is by hash, the
 * time that it takes tells nothing about the secret.
 */
export function hashSecret(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}
