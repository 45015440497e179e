import { ForbiddenError } from "../errors.ts";
import { bearerToken } from "./bearer-token.ts";
import type { ApiContext } from "./context.ts";
import { readCookie } from "./cookies.ts";
import { RequestError } from "./errors.ts";

const safeMethods = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Refuses a change that the page of another site asks for: a browser adds the cookie of a signed-in person to any
 * request, but cannot be made to lie about where it comes from. A request with an API token comes from no such page.
 * @throws ForbiddenError
 */
export function refuseForeignOrigin(c: ApiContext): void {
  if (safeMethods.has(c.req.method) || bearerToken(c) !== null) return;
  const isOwn = isFromOwnPage(c);
  // Without a cookie it is no browser that is signed in: a script that signs in, for example.
  if (isOwn === null && readCookie(c, "session") === undefined) return;
  if (isOwn !== true)
    throw new ForbiddenError(
      isOwn === null
        ? "With a session, a change needs the header Origin (browsers send it). Scripts use an API token: `Authorization: Bearer …`."
        : `This came from a page of ${sourceOf(c)}, but Weir is at ${ownHosts(c).join(" or ")}: refused. If that is your own page, let the proxy pass on the header Host or X-Forwarded-Host.`,
    );
}

/** Routes that take a file as it is, which is read as it comes. */
const fileRoutes: readonly string[] = ["POST /api/v1/feeds"];

/** Whether the body is a file: the one type that no form of another site can send either. */
export function isFile(c: Pick<ApiContext, "req">): boolean {
  const type = c.req.header("content-type") ?? "";
  return fileRoutes.includes(`${c.req.method} ${c.req.path}`) && /^application\/octet-stream\s*(;|$)/i.test(type);
}

/** @throws RequestError when there is a body that is no JSON, where it should be */
export function refuseOtherBodies(c: ApiContext): void {
  if (safeMethods.has(c.req.method) || isFile(c)) return;
  const type = c.req.header("content-type");
  const isFileRoute = fileRoutes.includes(`${c.req.method} ${c.req.path}`);
  const hasBody = type !== undefined || c.req.header("transfer-encoding") !== undefined || lengthOf(c) > 0;
  if (hasBody && !/^application\/json\s*(;|$)/i.test(type ?? ""))
    throw new RequestError(
      isFileRoute
        ? "The body must be the file, with the header `Content-Type: application/octet-stream`."
        : "The body must be JSON, with the header `Content-Type: application/json`.",
      { status: 415 },
    );
}

function lengthOf(c: ApiContext): number {
  return Number(c.req.header("content-length") ?? 0);
}

/** `null`: nothing is said about where it comes from. */
function isFromOwnPage(c: ApiContext): boolean | null {
  const source = c.req.header("origin") ?? c.req.header("referer");
  if (source !== undefined) return ownHosts(c).some((host) => isSameHost(source, host));
  const site = c.req.header("sec-fetch-site");
  return site === undefined ? null : site === "same-origin" || site === "none";
}

function sourceOf(c: ApiContext): string {
  const source = c.req.header("origin") ?? c.req.header("referer") ?? "";
  return URL.canParse(source) ? new URL(source).host : "another site";
}

/** No page of another site can set either header. */
function ownHosts(c: ApiContext): string[] {
  const forwarded = c.req.header("x-forwarded-host")?.split(",")[0]?.trim();
  const host = c.req.header("host") ?? new URL(c.req.url).host;
  return forwarded === undefined || forwarded === "" || forwarded === host ? [host] : [forwarded, host];
}

/** The port may be left out where it is the usual one. */
function isSameHost(source: string, host: string): boolean {
  if (!URL.canParse(source)) return false;
  const { protocol, host: from } = new URL(source);
  if (protocol !== "http:" && protocol !== "https:") return false;
  const own = `${protocol}//${host}`;
  return URL.canParse(own) && new URL(own).host === from;
}
