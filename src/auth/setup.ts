import { type AppError, ConflictError, ForbiddenError } from "../errors.ts";
import { deleteSetupTokens, insertSetupToken, setupTokenEnd } from "../store/setup-token.ts";
import { hasUsers, insertUser, lockUsers, noteLogin } from "../store/user.ts";
import type { AccountDeps, Client } from "./account.ts";
import { networkOf, takeOrRefuse } from "./limits.ts";
import { recordLogin, type SignedIn } from "./login.ts";
import { type Refusal, recordRefusal } from "./refusals.ts";
import { hashSecret, newSecret } from "./secret-token.ts";
import { startSession } from "./sessions.ts";
import { prepareUser, type UserDeps, type UserForm } from "./users.ts";

const tokenLifeMs = 24 * 3_600_000;

/** A new one-time token with which the first administrator can be made; `null` when there is a user already. */
export async function issueSetupToken({ db, now }: AccountDeps): Promise<string | null> {
  return await db.transaction().execute(async (trx) => {
    await lockUsers(trx);
    if (await hasUsers(trx)) return null;
    const token = newSecret();
    await insertSetupToken(trx, hashSecret(token), new Date(now() + tokenLifeMs).toISOString(), now());
    return token;
  });
}

export interface SetupForm extends Omit<UserForm, "role"> {
  token: string;
}

/**
 * Makes the first administrator and signs them in. Of two at once, one is made.
 * @throws ForbiddenError for a token that is no good, ConflictError when there is a user already,
 * ConfigError for a form that does not hold, TooManyRequestsError
 */
export async function setUp(deps: UserDeps, form: SetupForm, client: Client): Promise<SignedIn> {
  const { db, now, passwords } = deps;
  await checkToken(deps, form, client);
  const entry = await prepareUser(passwords, { ...form, role: "admin" });
  return await db.transaction().execute(async (trx) => {
    await lockUsers(trx);
    if (await hasUsers(trx)) throw setUpAlready();
    const { id } = await insertUser(trx, entry, now());
    await noteLogin(trx, id, entry.passwordHash, now());
    await deleteSetupTokens(trx);
    const session = await startSession(trx, id, client, now());
    const user = { id, ...entry };
    await recordLogin(trx, "setup.complete", user, client, now());
    return { user, session };
  });
}

async function checkToken({ db, now }: UserDeps, form: SetupForm, { address }: Client): Promise<void> {
  const problem = await problemOf({ db, now }, form.token);
  // Whoever has the token is let in whatever others try: it cannot be guessed, only the log could be filled.
  if (problem === null) return;
  await takeOrRefuse(db, "setup", networkOf(address), now());
  const refusal = {
    action: "setup.refused",
    reason: problem.reason,
    typed: form.email,
    user: undefined,
    address,
  } as const;
  await recordRefusal(db, refusal, now());
  throw problem.error;
}

async function problemOf(
  { db, now }: AccountDeps,
  token: string,
): Promise<{ reason: Refusal["reason"]; error: AppError } | null> {
  if (await hasUsers(db)) return { reason: "set_up_already", error: setUpAlready() };
  const end = await setupTokenEnd(db, hashSecret(token));
  if (end === undefined)
    return { reason: "wrong_token", error: new ForbiddenError(`This is not the set-up token. ${where}`) };
  if (now() >= Date.parse(end))
    return { reason: "expired_token", error: new ForbiddenError(`The set-up token has expired. ${where}`) };
  return null;
}

const where = "It stands in the log of `weir serve`, which prints a new one whenever it starts.";

function setUpAlready(): ConflictError {
  return new ConflictError("Weir is set up already: sign in, or ask an administrator for an account.");
}
