import type { Context } from "hono";
import { AnswerError } from "../graphql/answer-error.ts";
import { checkDocument } from "../graphql/documents.ts";
import { executeOperation } from "../graphql/execute.ts";
import type { SortedCache } from "../graphql/listing.ts";
import { pathsOf, schemaWithout } from "../graphql/reduced-schema.ts";
import type { EmulatorOptions } from "../options.ts";
import type { Micros } from "../tenant/micros.ts";
import type { Tenant } from "../tenant/tenant.ts";
import type { Accounts, ServiceAccount } from "./accounts.ts";
import { damage, damagingKinds } from "./damage.ts";
import type { Limits } from "./limits.ts";
import { type AskedPage, askedPage, chooseOperation, type GraphqlRequest, readRequest } from "./request.ts";
import { scopeError } from "./scopes.ts";
import { holdUp, sendJson } from "./send.ts";
import type { Faults } from "./strike.ts";
import { answerTrouble, graphqlTrouble, limited } from "./trouble.ts";

export interface GraphqlDeps {
  tenant: Tenant;
  accounts: Accounts;
  faults: Faults;
  cache: SortedCache;
  options: EmulatorOptions;
  limits: Limits;
  /** Milliseconds of our own clock. */
  realNow: () => number;
}

/** `POST /graphql`, from the bearer token to the text of the answer. */
export async function answerGraphql(c: Context, deps: GraphqlDeps, now: Micros): Promise<Response> {
  const account = deps.accounts.ofToken(/^Bearer (.+)$/i.exec(c.req.header("authorization") ?? "")?.[1] ?? "", now);
  if (account === undefined) return c.text("Unauthorized", 401);
  if (!/^application\/([\w.-]+\+)?json\b/i.test(c.req.header("content-type") ?? ""))
    return c.text("Unsupported Media Type", 415);
  const request = readRequest(await c.req.text());
  if (request === null) return c.text("Could not parse JSON", 400);
  const wait = deps.limits.enter(account.clientId, deps.realNow());
  if (wait > 0) return limited(c, deps.options.rateLimitForm ?? "header", wait);
  try {
    return await answerRequest(c, deps, account, request, now);
  } finally {
    deps.limits.leave(account.clientId);
  }
}

async function answerRequest(
  c: Context,
  deps: GraphqlDeps,
  account: ServiceAccount,
  request: GraphqlRequest,
  now: Micros,
): Promise<Response> {
  const { faults, options } = deps;
  const refusalStatus = options.validationStatus ?? 400;
  if (request.query === "") return badRequest(c, "Must provide query string.");
  const whole = checkDocument(request.query);
  if ("errors" in whole) return c.json({ errors: whole.errors }, refusalStatus);
  const asked = readAsked(whole, request);
  if (asked === null) return badRequest(c, "Must provide operation name if query contains multiple operations.");

  const slow = await holdUp(c, faults, asked, options.latencyMs ?? 0);
  const kinds = asked.after === null ? graphqlTrouble : ([...graphqlTrouble, "expired-cursor"] as const);
  const trouble = faults.strikeOne(kinds, asked);
  if (trouble !== null) return answerTrouble(c, trouble);

  const removed = faults.strike(["unknown-field"], asked);
  const schema = schemaWithout(removed.flatMap((fault) => pathsOf(fault.field ?? "", fault.stream)));
  const checked = checkDocument(request.query, schema);
  if ("errors" in checked) return c.json({ errors: checked.errors }, refusalStatus);
  const operation = chooseOperation(checked, request.operationName)!;
  const asking = {
    tenant: deps.tenant,
    now,
    cache: deps.cache,
    projectScope: account.projectScope,
    unfiltered: account.unfiltered,
    countCap: options.countCap ?? Number.POSITIVE_INFINITY,
    maxPage: options.aboveMaximum ?? "error",
    serviceAccounts: deps.accounts.nodes,
  };
  const view = { schema, refusalStatus };
  const answer = executeOperation(checked, operation, request.variables, asking, view, (root) =>
    guard(deps, account, root),
  );
  const body = damage(answer.body, faults.strike(damagingKinds, asked), asked.after);
  return sendJson(c, { status: answer.status, body }, { faults, asked, slow });
}

function readAsked(checked: Parameters<typeof chooseOperation>[0], request: GraphqlRequest): AskedPage | null {
  const operation = chooseOperation(checked, request.operationName);
  return operation === undefined ? null : askedPage(operation, request.variables);
}

function badRequest(c: Context, message: string): Response {
  return c.json({ errors: [{ message, extensions: { code: "BAD_REQUEST" } }] }, 400);
}

function guard(deps: GraphqlDeps, account: ServiceAccount, root: string): void {
  const asked = { roots: [root], first: null };
  const isScopeTaken = deps.faults.strikeOne(["missing-scope"], asked) !== null;
  const error = scopeError(root, account.scopes, isScopeTaken);
  if (error !== null) throw error;
  const isLicenceTaken = deps.faults.strikeOne(["missing-licence"], asked) !== null;
  if (root === "detections" && (deps.options.hasDefendLicence === false || isLicenceTaken)) {
    throw new AnswerError("your license does not include this feature", "LICENSE_MISSING", {
      requiredFeatures: ["CLOUD_EVENTS_AND_DETECTION_DEFEND"],
    });
  }
}
