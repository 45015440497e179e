import { type Context, Hono } from "hono";
import type { ServiceAccountOptions } from "../options.ts";
import type { Accounts, ServiceAccount } from "./accounts.ts";

/** Service accounts changed while they are in use: scopes, secret, tokens, projects. */
export function createAccountControl(accounts: Accounts, now: () => number): Hono {
  const app = new Hono();

  app.post("/accounts", async (c) => {
    const { clientId, clientSecret, scopes, projects, unfiltered } = await c.req.json<ServiceAccountOptions>();
    if (typeof clientId !== "string" || typeof clientSecret !== "string" || clientId === "" || clientSecret === "")
      return c.json({ error: "an account needs a clientId and a clientSecret" }, 400);
    const account = accounts.add({ clientId, clientSecret, scopes, projects, unfiltered });
    return c.json({ clientId, scopes: account.scopes, projects: account.projectScope });
  });

  app.post("/scopes", async (c) => {
    const { clientId, scopes } = await c.req.json<{ clientId?: string; scopes?: unknown }>();
    if (!Array.isArray(scopes)) return c.json({ error: "scopes must be a list" }, 400);
    return withAccount(c, accounts, clientId, (account) => {
      account.scopes = scopes.map(String);
      return { scopes: account.scopes };
    });
  });

  app.post("/secret", async (c) => {
    const { clientId, secret } = await c.req.json<{ clientId?: string; secret?: unknown }>();
    if (typeof secret !== "string" || secret === "") return c.json({ error: "secret must be a text" }, 400);
    return withAccount(c, accounts, clientId, (account) => {
      accounts.rotate(account, secret, now());
      return {};
    });
  });

  app.post("/revoke", async (c) => {
    const { clientId } = await c.req.json<{ clientId?: string }>();
    return withAccount(c, accounts, clientId, (account) => {
      accounts.revoke(account);
      return {};
    });
  });

  app.post("/projects", async (c) => {
    const { clientId, projects, unfiltered } = await c.req.json<Record<string, unknown>>();
    if (projects !== null && !Array.isArray(projects))
      return c.json({ error: "projects must be a list of names or ids, or null" }, 400);
    if (unfiltered !== undefined && unfiltered !== "refuse" && unfiltered !== "narrow")
      return c.json({ error: "unfiltered must be refuse or narrow" }, 400);
    return withAccount(c, accounts, clientId as string | undefined, (account) => {
      accounts.limit(account, projects?.map(String) ?? null, unfiltered ?? "narrow");
      return { projects: account.projectScope, unfiltered: account.unfiltered };
    });
  });
  return app;
}

function withAccount(
  c: Context,
  accounts: Accounts,
  clientId: string | undefined,
  change: (account: ServiceAccount) => object,
): Response {
  const account = accounts.find(clientId);
  if (account === undefined) return c.json({ error: `no service account "${clientId}"` }, 404);
  return c.json({ clientId: account.clientId, ...change(account) });
}
