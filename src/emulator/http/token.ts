import type { Context } from "hono";
import type { EmulatorOptions } from "../options.ts";
import type { Micros } from "../tenant/micros.ts";
import type { Accounts } from "./accounts.ts";
import { askedToken } from "./faults.ts";
import { holdUp, sendJson } from "./send.ts";
import type { Faults } from "./strike.ts";
import { answerTrouble, transportTrouble } from "./trouble.ts";

export interface TokenDeps {
  accounts: Accounts;
  faults: Faults;
  options: EmulatorOptions;
}

interface Grant {
  status: number;
  body: Record<string, unknown>;
}

const audiences = { cognito: "wiz-api", auth0: "beyond-api" };

/** OAuth2 client credentials as Wiz's token hosts answer them, or the trouble that was asked for. */
export async function answerToken(c: Context, deps: TokenDeps, now: Micros): Promise<Response> {
  const { faults } = deps;
  const slow = await holdUp(c, faults, askedToken, 0);
  const trouble = faults.strikeOne(transportTrouble, askedToken);
  if (trouble !== null) return answerTrouble(c, trouble);
  const refusal = faults.strikeOne(["token-401", "token-403"], askedToken);
  const { status, body } = refusal === null ? await grant(c, deps, now) : refused(deps.options, refusal.kind);
  const [missing] = faults.strike(["missing-keys"], askedToken);
  if (missing !== undefined) delete body[missing.field ?? "access_token"];
  const text = JSON.stringify(body);
  const isBroken = faults.strikeOne(["broken-json"], askedToken) !== null;
  const answer = { status, body: isBroken ? text.slice(0, Math.floor(text.length * 0.6)) : text };
  return sendJson(c, answer, { faults, asked: askedToken, slow });
}

async function grant(c: Context, { accounts, options }: TokenDeps, now: Micros): Promise<Grant> {
  if (!/^application\/x-www-form-urlencoded/i.test(c.req.header("content-type") ?? "")) {
    return bad("invalid_request", "the body must be application/x-www-form-urlencoded");
  }
  const form = new URLSearchParams(await c.req.text());
  const [clientId, clientSecret] = [form.get("client_id"), form.get("client_secret")];
  if (form.get("grant_type") !== "client_credentials") return bad("unsupported_grant_type");
  if (!clientId || !clientSecret) return bad("invalid_request");
  const account = accounts.check(clientId, clientSecret);
  if (account === undefined) return refused(options, "token-401");
  // One integration is known to send the audience in the query string.
  const audience = form.get("audience") ?? c.req.query("audience");
  if (audience !== audiences[options.authStyle ?? "cognito"]) {
    return {
      status: 403,
      body: { error: "access_denied", error_description: `Service not found: ${audience ?? ""}` },
    };
  }
  const expiresIn = options.tokenLifeSeconds ?? 86_400;
  const token = accounts.issueToken(account, now, expiresIn);
  return {
    status: 200,
    body: {
      access_token: token,
      expires_in: expiresIn,
      token_type: "Bearer",
      refresh_token: "",
      ...(options.authStyle === "auth0" && { scope: account.scopes.join(" ") }),
    },
  };
}

function bad(error: string, description?: string): Grant {
  return { status: 400, body: { error, ...(description !== undefined && { error_description: description }) } };
}

function refused(options: EmulatorOptions, kind: string): Grant {
  const status = kind === "token-403" ? 403 : 401;
  if (options.authStyle === "auth0")
    return { status, body: { error: "access_denied", error_description: "Unauthorized" } };
  return { status, body: { error: "invalid_client" } };
}
