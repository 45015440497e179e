import { WizAuthError } from "../../errors.ts";
import type { Connection } from "../connector.ts";
import type { TokenSource } from "./auth.ts";

/**
 * Tokens of a connection whose secret may be rotated while it is in use: a run outlives its secret. A refused secret is
 * looked up anew, and only when that is still the same one the refusal is passed on.
 */
export function createRotatingTokens(
  connection: Connection,
  tokensOf: (connection: Connection) => TokenSource,
  latestSecret: (() => Promise<string>) | undefined,
): TokenSource {
  let secret = connection.clientSecret;
  let tokens = tokensOf(connection);

  /** Whether there is another secret now, which is used from then on. */
  async function isRotated(used: TokenSource): Promise<boolean> {
    // Another caller may have been refused, and have looked, before this one.
    if (tokens !== used) return true;
    const latest = await latestSecret?.();
    if (latest === undefined || latest === secret) return tokens !== used;
    secret = latest;
    tokens = tokensOf({ ...connection, clientSecret: latest });
    return true;
  }

  return {
    async get(signal) {
      for (;;) {
        const used = tokens;
        try {
          return await used.get(signal);
        } catch (error) {
          if (!(error instanceof WizAuthError) || !(await isRotated(used))) throw error;
        }
      }
    },
    refuse: (token) => tokens.refuse(token),
  };
}
