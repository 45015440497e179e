import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Kysely } from "kysely";
import { ConfigError } from "../errors.ts";
import type { Schema } from "./schema.ts";

/** Encrypts what must not lie in the database in clear. `context` binds a text to its row: it opens nowhere else. */
export interface SecretBox {
  seal(text: string, context: string): Buffer;
  /** @throws ConfigError when the key is not the one that sealed it */
  open(sealed: Buffer, context: string): string;
}

const formatVersion = 1;
const nonceBytes = 12;
const tagBytes = 16;
const keyBytes = 32;

/** AES-256-GCM (NIST SP 800-38D): one byte of format version, nonce, tag, ciphertext. */
export function createSecretBox(key: Buffer): SecretBox {
  return {
    seal(text, context) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(context));
      const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return Buffer.concat([Buffer.from([formatVersion]), nonce, cipher.getAuthTag(), body]);
    },
    open(sealed, context) {
      try {
        const nonce = sealed.subarray(1, 1 + nonceBytes);
        const tag = sealed.subarray(1 + nonceBytes, 1 + nonceBytes + tagBytes);
        const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: tagBytes });
        decipher.setAAD(Buffer.from(context)).setAuthTag(tag);
        const body = sealed.subarray(1 + nonceBytes + tagBytes);
        return Buffer.concat([decipher.update(body), decipher.final()]).toString("utf8");
      } catch (cause) {
        throw new ConfigError(wrongKey, { cause });
      }
    },
  };
}

const wrongKey =
  "The secret key is not the one that this database was set up with, so stored credentials cannot be read. " +
  "Give the right key (WEIR_SECRET_KEY or the file secret.key of the data directory).";

/**
 * The key of `WEIR_SECRET_KEY`, else of the file `secret.key` in the data directory, which is made (0600) when absent.
 * @throws ConfigError when the key or its file cannot be used
 */
export function loadSecretKey(options: { secretKey: string | undefined; dataDir: string }): Buffer {
  if (options.secretKey !== undefined) return parseKey(options.secretKey, "WEIR_SECRET_KEY");
  const file = join(options.dataDir, "secret.key");
  try {
    if (!existsSync(file)) {
      mkdirSync(options.dataDir, { recursive: true });
      writeFileSync(file, `${randomBytes(keyBytes).toString("hex")}\n`, { mode: 0o600, flag: "wx" });
      chmodSync(file, 0o600);
    }
    return parseKey(readFileSync(file, "utf8"), file);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return loadSecretKey(options);
    const code = (error as NodeJS.ErrnoException).code ?? "unreadable";
    throw new ConfigError(
      `Cannot read the key file ${file} (${code}). Make it readable for this user, or set WEIR_SECRET_KEY.`,
      { cause: error },
    );
  }
}

function parseKey(text: string, source: string): Buffer {
  const trimmed = text.trim();
  const key = /^[0-9a-f]{64}$/i.test(trimmed) ? Buffer.from(trimmed, "hex") : Buffer.from(trimmed, "base64");
  if (key.length === keyBytes) return key;
  throw new ConfigError(
    `${source} does not hold a key of 32 bytes (64 hexadecimal digits or base64). Make one with: openssl rand -hex 32`,
    { field: "WEIR_SECRET_KEY" },
  );
}

const checkContext = "secret-key-check";

/**
 * Refuses to go on with another key than the one the database was first used with.
 * @throws ConfigError
 */
export async function checkSecretKey(db: Kysely<Schema>, box: SecretBox): Promise<void> {
  const fresh = JSON.stringify(box.seal("weir", checkContext).toString("base64"));
  await db
    .insertInto("setting")
    .values({ key: checkContext, value: fresh })
    .onConflict((conflict) => conflict.column("key").doNothing())
    .execute();
  const stored = await db
    .selectFrom("setting")
    .select("value")
    .where("key", "=", checkContext)
    .executeTakeFirstOrThrow();
  box.open(Buffer.from(stored.value as string, "base64"), checkContext);
}
