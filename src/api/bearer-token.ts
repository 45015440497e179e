import type { ApiContext } from "./context.ts";

/** The API token of a request. Another scheme (a proxy's own password) is none of Weir's business. */
export function bearerToken(c: ApiContext): string | null {
  return /^bearer +(\S+) *$/i.exec(c.req.header("authorization") ?? "")?.[1] ?? null;
}
