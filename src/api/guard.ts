import type { MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import { ForbiddenError, UnauthenticatedError } from "../errors.ts";
import { mayActAs } from "../model.ts";
import { type Access, access } from "./access.ts";
import { bearerToken } from "./bearer-token.ts";
import type { ApiContext, ApiEnv, Principal } from "./context.ts";
import { refuseForeignOrigin, refuseOtherBodies } from "./origin.ts";

/** Finds out who asks. `null`: nobody that Weir knows. */
export type Authenticate = (c: ApiContext) => Promise<Principal | null>;

/** Lets a request through when the table of routes says that whoever sent it may. */
export function guard(authenticate: Authenticate): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const route = routeOf(c);
    // Nothing is there; the answer is the same for everyone.
    if (route === null) return await next();
    const wanted = access[route];
    if (wanted === undefined)
      throw new ForbiddenError(`Nobody may use ${route}: it has no entry in the table of routes.`);
    refuseForeignOrigin(c);
    if (wanted !== "public") c.set("principal", allow(c, wanted, await authenticate(c)));
    refuseOtherBodies(c);
    await next();
  };
}

function allow(c: ApiContext, wanted: Exclude<Access, "public">, principal: Principal | null): Principal {
  if (principal === null) throw new UnauthenticatedError(unknownText(c));
  if (!mayActAs(principal.role, wanted))
    throw new ForbiddenError(`This takes the role ${wanted}; yours is ${principal.role}.`);
  return principal;
}

function unknownText(c: ApiContext): string {
  return bearerToken(c) === null
    ? "Sign in first, or send an API token: `Authorization: Bearer …`."
    : "This API token is not good: it was revoked or has expired, its owner is disabled, or it was not copied whole.";
}

/** `GET /api/v1/findings/:id`, as registered; `null` when no route answers. */
function routeOf(c: ApiContext): string | null {
  const found = matchedRoutes(c).findLast((route) => route.method !== "ALL");
  return found === undefined ? null : `${found.method} ${found.path}`;
}
