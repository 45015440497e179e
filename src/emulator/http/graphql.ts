import { randomUUID } from "node:crypto";
import type { Context } from "hono";
import { AnswerError } from "../graphql/answer-error.ts";
import { checkDocument } from "../graphql/documents.ts";
import { type Answer, executeOperation, rootNames } from "../graphql/execute.ts";
import type { SortedCache } from "../graphql/listing.ts";
import type { EmulatorOptions, RateLimitForm } from "../options.ts";
import type { Micros } from "../tenant/micros.ts";
import type { Tenant } from "../tenant/tenant.ts";
import type { Accounts, ServiceAccount } from "./accounts.ts";
import { cutConnection } from "./cut.ts";
import { damage, damagingKinds } from "./damage.ts";
import type { FaultKind, FaultState, Faults } from "./faults.ts";
import type { RateLimit } from "./rate-limit.ts";
import { scopeError } from "./scopes.ts";

export interface GraphqlDeps {
  tenant: Tenant;
  accounts: Accounts;
  faults: Faults;
  cache: SortedCache;
  options: EmulatorOptions;
  rateLimit: RateLimit | null;
  /** Milliseconds of our own clock. */
  realNow: () => number;
}

interface Request {
  query: string;
  variables: Record<string, unknown>;
  operationName: string | null;
}

/** `POST /graphql`, from the bearer token to the text of the answer. */
export async function answerGraphql(c: Context, deps: GraphqlDeps, now: Micros): Promise<Response> {
  const account = deps.accounts.ofToken(/^Bearer (.+)$/i.exec(c.req.header("authorization") ?? "")?.[1] ?? "", now);
  if (account === undefined) return c.text("Unauthorized", 401);
  if (!/^application\/([\w.-]+\+)?json\b/i.test(c.req.header("content-type") ?? ""))
    return c.text("Unsupported Media Type", 415);
  const request = readRequest(await c.req.text());
  if (request === null) return c.text("Could not parse JSON", 400);
  if (request.query === "")
    return c.json({ errors: [{ message: "Must provide query string.", extensions: { code: "BAD_REQUEST" } }] }, 400);
  const checked = checkDocument(request.query);
  if ("errors" in checked) return c.json({ errors: checked.errors }, 400);
  const operation =
    request.operationName === null
      ? checked.operations.size === 1
        ? checked.operations.values().next().value
        : undefined
      : checked.operations.get(request.operationName);
  if (operation === undefined)
    return c.json(
      {
        errors: [
          {
            message: "Must provide operation name if query contains multiple operations.",
            extensions: { code: "BAD_REQUEST" },
          },
        ],
      },
      400,
    );

  const names = rootNames(operation);
  await delay(c, deps, names);
  const after = cursorOf(request);
  const trouble = interrupt(c, deps, account, names, after);
  if (trouble !== null) return trouble;

  const asking = {
    tenant: deps.tenant,
    now,
    cache: deps.cache,
    projectScope: account.projectScope,
    unfiltered: account.unfiltered,
    countCap: deps.options.countCap ?? Number.POSITIVE_INFINITY,
    serviceAccounts: deps.accounts.nodes,
  };
  const answer = executeOperation(checked, operation, request.variables, asking, (root) => guard(deps, account, root));
  return finish(c, deps, names, answer, after);
}

function finish(c: Context, deps: GraphqlDeps, names: string[], answer: Answer, after: string | null): Response {
  const body = damage(answer.body, deps.faults.strike(damagingKinds, names), after);
  const [cut] = deps.faults.strike(["cut"], names);
  if (cut !== undefined) return cutConnection(c, cut.at === "body" ? body : null);
  // As bytes: a long text that grew piece by piece is then copied once.
  return c.body(Buffer.from(body), answer.status as 200, { "content-type": "application/json" });
}

/** The cursor that a request asks with. */
function cursorOf(request: Request): string | null {
  const entries = Object.entries(request.variables);
  return (
    (entries.find(([name, value]) => /after|cursor/i.test(name) && typeof value === "string")?.[1] as string) ?? null
  );
}

function readRequest(text: string): Request | null {
  try {
    const body = JSON.parse(text) as { query?: unknown; variables?: unknown; operationName?: unknown };
    if (body === null || typeof body !== "object") return null;
    return {
      query: typeof body.query === "string" ? body.query : "",
      variables: (body.variables ?? {}) as Record<string, unknown>,
      operationName: typeof body.operationName === "string" && body.operationName !== "" ? body.operationName : null,
    };
  } catch {
    return null;
  }
}

async function delay(c: Context, deps: GraphqlDeps, names: string[]): Promise<void> {
  const slow = deps.faults.strike(["slow"], names).reduce((sum, fault) => sum + (fault.delayMs ?? 2000), 0);
  const wait = slow + (deps.options.latencyMs ?? 0);
  if (wait === 0) return;
  await new Promise<void>((done) => {
    const timer = setTimeout(done, wait);
    c.req.raw.signal.addEventListener("abort", () => {
      clearTimeout(timer);
      done();
    });
  });
}

/** Trouble that comes instead of an answer. */
function interrupt(
  c: Context,
  deps: GraphqlDeps,
  account: ServiceAccount,
  names: string[],
  after: string | null,
): Response | null {
  const wait = deps.rateLimit?.take(account.clientId, deps.realNow()) ?? 0;
  if (wait > 0) return limited(c, deps.options.rateLimitForm ?? "header", wait);
  const kinds: FaultKind[] = [
    "api-401",
    "rate-limit",
    "rate-limit-bare",
    "rate-limit-graphql",
    "server-error",
    "internal-error",
    "too-complex",
    ...(after === null ? [] : (["expired-cursor"] as const)),
  ];
  const [fault] = deps.faults.strike(kinds, names);
  return fault === undefined ? null : troubleOf(c, fault);
}

function troubleOf(c: Context, fault: FaultState): Response {
  switch (fault.kind) {
    case "api-401":
      return c.text("Unauthorized", 401);
    case "rate-limit":
      return limited(c, "header", fault.retryAfter ?? 1);
    case "rate-limit-bare":
      return limited(c, "bare", 0);
    case "rate-limit-graphql":
      return limited(c, "graphql", fault.retryAfter ?? 1);
    case "server-error":
      return c.text("upstream connect error or disconnect/reset before headers", (fault.status ?? 503) as 503);
    case "too-complex":
      return c.json({
        data: null,
        errors: [
          { message: "query complexity limit exceeded", extensions: { code: "QUERY_COMPLEXITY_LIMIT_EXCEEDED" } },
        ],
      });
    case "expired-cursor":
      return c.json({
        data: null,
        errors: [
          {
            message: "invalid cursor: it is malformed, expired, or was issued for other variables",
            extensions: { code: "BAD_USER_INPUT" },
          },
        ],
      });
    default:
      return c.json({
        data: null,
        errors: [
          {
            message: `oops! an internal error has occurred. for reference purposes, this is your request id: ${randomUUID()}`,
            extensions: { code: "INTERNAL" },
          },
        ],
      });
  }
}

function limited(c: Context, form: RateLimitForm, waitSeconds: number): Response {
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

function guard(deps: GraphqlDeps, account: ServiceAccount, root: string): void {
  const isScopeTaken = deps.faults.strike(["missing-scope"], [root]).length > 0;
  const error = scopeError(root, account.scopes, isScopeTaken);
  if (error !== null) throw error;
  const isLicenceTaken = deps.faults.strike(["missing-licence"], [root]).length > 0;
  if (root === "detections" && (deps.options.hasDefendLicence === false || isLicenceTaken)) {
    throw new AnswerError("your license does not include this feature", "LICENSE_MISSING", {
      requiredFeatures: ["CLOUD_EVENTS_AND_DETECTION_DEFEND"],
    });
  }
}
