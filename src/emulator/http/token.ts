import type { Context } from "hono";
import type { EmulatorOptions } from "../options.ts";
import type { Micros } from "../tenant/micros.ts";
import type { Accounts } from "./accounts.ts";

const audiences = { cognito: "wiz-api", auth0: "beyond-api" };

/** OAuth2 client credentials as Wiz's token hosts answer them. */
export async function answerToken(
  c: Context,
  accounts: Accounts,
  options: EmulatorOptions,
  now: Micros,
): Promise<Response> {
  const style = options.authStyle ?? "cognito";
  if (!/^application\/x-www-form-urlencoded/i.test(c.req.header("content-type") ?? "")) {
    return c.json(
      { error: "invalid_request", error_description: "the body must be application/x-www-form-urlencoded" },
      400,
    );
  }
  const form = new URLSearchParams(await c.req.text());
  const [clientId, clientSecret] = [form.get("client_id"), form.get("client_secret")];
  if (form.get("grant_type") !== "client_credentials") return c.json({ error: "unsupported_grant_type" }, 400);
  if (!clientId || !clientSecret) return c.json({ error: "invalid_request" }, 400);
  const account = accounts.check(clientId, clientSecret);
  if (account === undefined) {
    return style === "auth0"
      ? c.json({ error: "access_denied", error_description: "Unauthorized" }, 401)
      : c.json({ error: "invalid_client" }, 401);
  }
  // One integration is known to send the audience in the query string.
  const audience = form.get("audience") ?? c.req.query("audience");
  if (audience !== audiences[style]) {
    return c.json({ error: "access_denied", error_description: `Service not found: ${audience ?? ""}` }, 403);
  }
  const expiresIn = options.tokenLifeSeconds ?? 86_400;
  return c.json({
    access_token: accounts.issueToken(account, now, expiresIn),
    expires_in: expiresIn,
    token_type: "Bearer",
    refresh_token: "",
  });
}
