import { createHmac, randomBytes } from "node:crypto";
import type { Account, Connection, SourceDeps } from "../connector.ts";
import { createTokenSource, type TokenSource } from "./auth.ts";
import { createGovernor, type Governor } from "./governor.ts";

/** What the sources of one service account share. */
interface WizAccount extends Account {
  governor: Governor;
  /** One per secret: while one integration has a new secret and another still the old one, both go on. */
  tokensOf(connection: Connection): TokenSource;
}

/** More secrets than this at the same time have no reason; the one asked for longest ago is forgotten. */
const mostSecrets = 8;

export function openAccount(deps: SourceDeps): WizAccount {
  const governor = createGovernor({ ...deps, ...deps.limits });
  const tokenSources = new Map<string, TokenSource>();
  // A key of our own: whoever sees the map's keys learns nothing of a secret, not even whether two are the same elsewhere.
  const key = randomBytes(32);

  function tokensOf(connection: Connection): TokenSource {
    const { tokenUrl, audience, clientId, clientSecret } = connection;
    const name = createHmac("sha256", key)
      .update(JSON.stringify([tokenUrl, audience, clientId, clientSecret]))
      .digest("hex");
    const tokens = tokenSources.get(name) ?? createTokenSource(connection, deps);
    tokenSources.delete(name);
    tokenSources.set(name, tokens);
    const [oldest] = tokenSources.keys();
    if (tokenSources.size > mostSecrets && oldest !== undefined) tokenSources.delete(oldest);
    return tokens;
  }

  return { governor, tokensOf, state: () => governor.state() };
}

/** @throws TypeError when the account is of another connector, which is a mistake of ours */
export function wizAccount(account: Account): WizAccount {
  if (!("governor" in account)) throw new TypeError("this account was not opened by the Wiz connector");
  return account as WizAccount;
}
