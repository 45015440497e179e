import type { Client } from "../auth/account.ts";
import { knownDevice, markDevice } from "../auth/device.ts";
import type { SignedIn } from "../auth/login.ts";
import type { SecretBox } from "../store/secret.ts";
import { type ApiContext, clientAddress } from "./context.ts";
import { readCookie, writeCookie } from "./cookies.ts";

export function clientOf(c: ApiContext): Client {
  return { address: clientAddress(c), userAgent: c.req.header("user-agent") ?? null };
}

/** Gives the cookies to someone who came to be signed in, and tells them who they are. */
export function greet(c: ApiContext, box: SecretBox, { user, session }: SignedIn) {
  c.header("cache-control", "no-store");
  writeCookie(c, "session", session.secret);
  if (knownDevice(box, readCookie(c, "device"), user.id) === null) writeCookie(c, "device", markDevice(box, user.id));
  const { id: userId, email, name, role } = user;
  return { type: "user" as const, userId, email, name, role };
}
