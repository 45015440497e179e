import type { MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import { ForbiddenError, UnauthenticatedError } from "../errors.ts";
import { type Access, access } from "./access.ts";
import { type ApiContext, type ApiEnv, type Principal, roles } from "./context.ts";

/** Finds out who asks. `null`: nobody that Weir knows. @throws ForbiddenError when a page of another site asks */
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
    if (wanted !== "public") c.set("principal", allow(wanted, await authenticate(c)));
    await next();
  };
}

function allow(wanted: Exclude<Access, "public">, principal: Principal | null): Principal {
  if (principal === null)
    throw new UnauthenticatedError("Sign in first, or send an API token: `Authorization: Bearer …`.");
  if (roles.indexOf(principal.role) < roles.indexOf(wanted))
    throw new ForbiddenError(`This takes the role ${wanted}; yours is ${principal.role}.`);
  return principal;
}

/** `GET /api/v1/findings/:id`, as registered; `null` when no route answers. */
function routeOf(c: ApiContext): string | null {
  const found = matchedRoutes(c).findLast((route) => route.method !== "ALL");
  return found === undefined ? null : `${found.method} ${found.path}`;
}
