import { ConfigError, ForbiddenError, NotFoundError } from "../errors.ts";
import { mayActAs, type Role } from "../model.ts";
import { type ApiToken, deleteApiToken, insertApiToken, readApiToken } from "../store/api-token.ts";
import { type By, recordAudit } from "../store/audit.ts";
import type { AccountDeps } from "./account.ts";
import { parseName } from "./names.ts";
import { hashSecret, newSecret } from "./secret-token.ts";

const dayMs = 86_400_000;
export const tokenLife = { defaultDays: 90, maxDays: 730 } as const;
const prefix = "weir_";

export interface TokenForm {
  name: string;
  /** Else viewer. */
  role?: Role | undefined;
  /** `null`: never; only for administrators. Else 90 days. */
  expiresInDays?: number | null | undefined;
}

/**
 * Makes an API token for a user. Its secret is answered once and kept nowhere.
 * @throws ForbiddenError when it would allow more than its owner may, ConfigError for a form that does not hold
 */
export async function createToken(
  { db, now }: AccountDeps,
  owner: { userId: string; role: Role },
  form: TokenForm,
  by: By,
): Promise<{ token: ApiToken; secret: string }> {
  const { role = "viewer", expiresInDays = tokenLife.defaultDays } = form;
  const name = parseName(form.name);
  if (!mayActAs(owner.role, role))
    throw new ForbiddenError(`A token with the role ${role} takes a user with that role; this one is ${owner.role}.`);
  const expiresAt = endOf(expiresInDays, owner.role, now());
  const secret = newSecret(prefix);
  const token = await db.transaction().execute(async (trx) => {
    const entry = { userId: owner.userId, secretHash: hashSecret(secret), name, role, expiresAt };
    const id = await insertApiToken(trx, entry, now());
    const subject = { type: "token", id, name };
    await recordAudit(trx, { ...by, action: "token.create", subject, details: { role, expiresAt } }, now());
    return await readApiToken(trx, id);
  });
  if (token === undefined) throw new NotFoundError("The owner of this token was removed.");
  return { token, secret };
}

function endOf(days: number | null, role: Role, now: number): string | null {
  if (days === null) {
    if (role === "admin") return null;
    throw new ForbiddenError("Only an administrator's token may last for ever: give it a number of days.");
  }
  if (!Number.isInteger(days) || days < 1 || days > tokenLife.maxDays)
    throw new ConfigError(`A token lasts from 1 to ${tokenLife.maxDays} days.`, { field: "expiresInDays" });
  return new Date(now + days * dayMs).toISOString();
}

/** @throws NotFoundError, also for a token that `isAllowed` does not let one touch */
export async function revokeToken(
  { db, now }: AccountDeps,
  id: string,
  isAllowed: (token: ApiToken) => boolean,
  by: By,
): Promise<ApiToken> {
  return await db.transaction().execute(async (trx) => {
    const token = await readApiToken(trx, id);
    if (token === undefined || !isAllowed(token) || !(await deleteApiToken(trx, id)))
      throw new NotFoundError("There is no such token.");
    const { userId, email, name } = token;
    const subject = { type: "token", id, name };
    await recordAudit(
      trx,
      { ...by, action: "token.revoke", subject, details: { owner: email, ownerId: userId } },
      now(),
    );
    return token;
  });
}
