import type { MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";
import type { ApiEnv } from "./context.ts";
import { isPageFile, isPageRequest } from "./ui.ts";

const common = {
  xFrameOptions: "DENY",
  referrerPolicy: "same-origin",
  strictTransportSecurity: false,
};
const nothing = { contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } };

/** Answers of the API are data: a browser that is led to one may do nothing with it. */
const forData = secureHeaders({ ...common, ...nothing });

/**
 * Scripts and styles: what else a document is told means nothing for them, and a first list waits for fifty. A browser
 * that is led to one may do nothing with it either.
 */
const forFiles = secureHeaders({
  ...nothing,
  strictTransportSecurity: false,
  xFrameOptions: false,
  referrerPolicy: false,
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xPermittedCrossDomainPolicies: false,
  xXssProtection: false,
});

/** Pages take scripts and data from this host only, and no script that stands in a page. Charts and lists set styles. */
const forPages = secureHeaders({
  ...common,
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", "data:"],
    fontSrc: ["'self'"],
    connectSrc: ["'self'"],
    formAction: ["'self'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
  },
});

export function securityHeaders(): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    await headersFor(c.req.path)(c, next);
    // For this host alone: its neighbours in the domain are not Weir's business. Browsers heed it over https only.
    if (!isOwnMachine(c.req.header("host"))) c.header("Strict-Transport-Security", "max-age=15552000");
  };
}

/** A browser that keeps to https for `localhost` would do so for whatever else runs there, on every port. */
function isOwnMachine(host: string | undefined): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/i.test(host ?? "localhost");
}

function headersFor(path: string): MiddlewareHandler {
  if (isPageFile(path)) return forFiles;
  return isPageRequest(path) ? forPages : forData;
}
