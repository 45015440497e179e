import { getCookie, setCookie } from "hono/cookie";
import { sessionLimits } from "../auth/session-limits.ts";
import type { ApiContext } from "./context.ts";

const plainName = "weir_session";
// Browsers take a cookie of this name only over https, for this host alone and with `Secure` (RFC 6265bis).
const secureName = `__Host-${plainName}`;

/**
 * Whether the browser speaks https. A proxy's word is taken for it from anyone: it only ever makes the cookie safer.
 */
export function isSecure(c: ApiContext): boolean {
  const forwarded = c.req.header("x-forwarded-proto")?.split(",")[0]?.trim().toLowerCase();
  return forwarded === "https" || new URL(c.req.url).protocol === "https:";
}

export function readSessionCookie(c: ApiContext): string | undefined {
  return getCookie(c, isSecure(c) ? secureName : plainName);
}

/** Strict: other sites cannot even link a signed-in person to an answer of the API; the pages themselves need no cookie. */
export function setSessionCookie(c: ApiContext, secret: string): void {
  write(c, secret, sessionLimits.absoluteMs / 1000);
}

export function clearSessionCookie(c: ApiContext): void {
  write(c, "", 0);
}

function write(c: ApiContext, value: string, maxAge: number): void {
  const secure = isSecure(c);
  setCookie(c, secure ? secureName : plainName, value, {
    httpOnly: true,
    sameSite: "Strict",
    path: "/",
    secure,
    maxAge,
  });
}
