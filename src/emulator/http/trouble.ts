import { randomUUID } from "node:crypto";
import type { Context } from "hono";
import type { RateLimitForm } from "../options.ts";
import type { ErrorBody, FaultKind } from "./faults.ts";
import { pause, untilGone } from "./pause.ts";
import type { FaultState } from "./strike.ts";

/** Trouble that comes instead of an answer, from either endpoint. */
export const transportTrouble: readonly FaultKind[] = [
  "rate-limit",
  "rate-limit-bare",
  "server-error",
  "time-out",
  "hang",
  "redirect",
  "html",
];

/** What the GraphQL endpoint alone can say instead of an answer. */
export const graphqlTrouble: readonly FaultKind[] = [
  ...transportTrouble,
  "api-401",
  "api-403",
  "feature-off",
  "rate-limit-graphql",
  "unauthenticated",
  "forbidden-ip",
  "internal-error",
  "downstream-error",
  "too-complex",
];

export async function answerTrouble(c: Context, fault: FaultState): Promise<Response> {
  switch (fault.kind) {
    case "api-401":
      return c.text("Unauthorized", 401);
    case "api-403":
      return c.text("Forbidden", 403);
    case "feature-off":
      return c.text("Unprocessable Entity", 422);
    case "rate-limit":
      return limited(c, "header", fault.retryAfter ?? 1);
    case "rate-limit-bare":
      return limited(c, "bare", 0);
    case "rate-limit-graphql":
      return limited(c, "graphql", fault.retryAfter ?? 1);
    case "server-error":
      return serverError(c, fault.status ?? 503, fault.body);
    case "time-out":
      await pause(c, fault.delayMs ?? 120_000);
      return serverError(c, 504, "html");
    case "hang":
      await untilGone(c);
      return new Response(null);
    case "redirect":
      return c.redirect("http://login.invalid/", 302);
    case "html":
      return c.html("<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Please sign in.</body></html>\n");
    default:
      return insideTwoHundred(c, fault);
  }
}

export function limited(c: Context, form: RateLimitForm, waitSeconds: number): Response {
  if (form === "graphql") {
    return c.json({
      data: null,
      errors: [
        { message: "Rate limit exceeded", extensions: { code: "RATE_LIMIT_EXCEEDED", retryAfter: waitSeconds } },
      ],
    });
  }
  return c.text("Too Many Requests", 429, form === "header" ? { "retry-after": String(Math.ceil(waitSeconds)) } : {});
}

const statusTexts: Record<number, string> = {
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Temporarily Unavailable",
  504: "Gateway Time-out",
};

/** What stands before the API answers with a page of its own; the API itself with a line. */
function serverError(c: Context, status: number, wanted: ErrorBody | undefined): Response {
  const text = statusTexts[status] ?? "Internal Server Error";
  const code = status as 500;
  switch (wanted ?? (status >= 502 && status <= 504 ? "html" : "text")) {
    case "html": {
      const title = `${status} ${text}`;
      const page = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
      return c.html(page, code);
    }
    case "json":
      return c.json({ message: text }, code);
    case "empty":
      return c.body(null, code);
    default:
      return c.text(text, code);
  }
}

const messages: Partial<Record<FaultKind, () => [code: string, message: string]>> = {
  unauthenticated: () => ["UNAUTHENTICATED", "Unauthenticated"],
  "forbidden-ip": () => ["FORBIDDEN_IP", "access denied: this IP address is not allowed"],
  "too-complex": () => ["QUERY_COMPLEXITY_LIMIT_EXCEEDED", "query complexity limit exceeded"],
  "expired-cursor": () => [
    "BAD_USER_INPUT",
    "invalid cursor: it is malformed, expired, or was issued for other variables",
  ],
  "downstream-error": () => [
    "DOWNSTREAM_SERVICE_ERROR",
    `failed to query a downstream service, request id: ${randomUUID()}`,
  ],
};

function insideTwoHundred(c: Context, fault: FaultState): Response {
  const [code, message] = messages[fault.kind]?.() ?? [
    "INTERNAL",
    `oops! an internal error has occurred. for reference purposes, this is your request id: ${randomUUID()}`,
  ];
  const status = (fault.kind === "too-complex" ? (fault.status ?? 200) : 200) as 200;
  return c.json({ data: null, errors: [{ message, extensions: { code } }] }, status);
}
