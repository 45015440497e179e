import { getCookie, setCookie } from "hono/cookie";
import { sessionLimits } from "../store/session-limits.ts";
import type { ApiContext } from "./context.ts";

const names = { session: "weir_session", device: "weir_device" } as const;
type CookieName = keyof typeof names;

/** Browsers keep none for longer than 400 days. */
const lifeSeconds = { session: sessionLimits.absoluteMs / 1000, device: 180 * 86_400 } as const;

/** Whether the browser speaks https. Anyone's word is taken for it: it only ever makes the cookie safer. */
function isSecure(c: ApiContext): boolean {
  const forwarded = c.req.header("x-forwarded-proto")?.split(",")[0]?.trim().toLowerCase();
  return forwarded === "https" || new URL(c.req.url).protocol === "https:";
}

/** Browsers take a `__Host-` cookie only over https, for this host alone and with `Secure` (RFC 6265bis). */
function nameOf(c: ApiContext, cookie: CookieName): string {
  return isSecure(c) ? `__Host-${names[cookie]}` : names[cookie];
}

export function readCookie(c: ApiContext, cookie: CookieName): string | undefined {
  return getCookie(c, nameOf(c, cookie));
}

export function writeCookie(c: ApiContext, cookie: CookieName, value: string): void {
  write(c, cookie, value, lifeSeconds[cookie]);
}

export function clearCookie(c: ApiContext, cookie: CookieName): void {
  write(c, cookie, "", 0);
}

/** Strict: no request that another site begins carries it. The pages themselves need no cookie to load. */
function write(c: ApiContext, cookie: CookieName, value: string, maxAge: number): void {
  setCookie(c, nameOf(c, cookie), value, {
    httpOnly: true,
    sameSite: "Strict",
    path: "/",
    secure: isSecure(c),
    maxAge,
  });
}
