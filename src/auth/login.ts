import type { Kysely } from "kysely";
import { TooManyRequestsError, UnauthenticatedError } from "../errors.ts";
import { recordAudit } from "../store/audit.ts";
import { forgetTries, giveBackTry } from "../store/rate-limit.ts";
import type { Schema } from "../store/schema.ts";
import type { SecretBox } from "../store/secret.ts";
import { noteLogin, readUserWithHash, type UserWithHash } from "../store/user.ts";
import type { AccountDeps, Client } from "./account.ts";
import { knownDevice } from "./device.ts";
import { limitKey, limits, networkOf, takeOrRefuse } from "./limits.ts";
import { isEmail, normalizeEmail } from "./names.ts";
import type { Passwords } from "./passwords.ts";
import { type Refusal, recordRefusal } from "./refusals.ts";
import { type NewSession, startSession } from "./sessions.ts";
import { subjectOf } from "./users.ts";

export interface LoginDeps extends AccountDeps {
  passwords: Passwords;
  box: SecretBox;
}

export interface LoginAttempt extends Client {
  email: string;
  password: string;
  /** See `markDevice`. */
  deviceMark: string | undefined;
}

export interface SignedIn {
  user: Pick<UserWithHash, "id" | "email" | "name" | "role">;
  session: NewSession;
}

/**
 * Signs someone in. All refusals sound the same, and take the same work.
 * @throws UnauthenticatedError, TooManyRequestsError
 */
export async function login(deps: LoginDeps, attempt: LoginAttempt): Promise<SignedIn> {
  const { db, now } = deps;
  const email = normalizeEmail(attempt.email);
  const user = isEmail(email) ? await readUserWithHash(db, { email }) : undefined;
  const refuse = (reason: Refusal["reason"]) =>
    recordRefusal(db, { action: "session.refused", reason, typed: email, user, address: attempt.address }, now());
  const tries = triesOf(deps, attempt, email, user);
  try {
    await tries.take();
  } catch (error) {
    if (error instanceof TooManyRequestsError) await refuse("too_many");
    throw error;
  }
  const isRight = await deps.passwords.verify(attempt.password, user?.passwordHash ?? null);
  const signedIn = isRight && user !== undefined ? await signIn(deps, user, attempt) : null;
  if (signedIn === null) {
    await refuse(user === undefined ? "unknown_user" : isRight ? "disabled" : "wrong_password");
    throw new UnauthenticatedError("The e-mail address or the password is wrong, or the account is disabled.");
  }
  await tries.giveBack();
  return signedIn;
}

/** `null`: disabled, or the password was changed while it was checked. */
async function signIn(deps: LoginDeps, found: UserWithHash, attempt: LoginAttempt): Promise<SignedIn | null> {
  const { db, now, passwords } = deps;
  const isOutdated = passwords.isOutdated(found.passwordHash);
  const passwordHash = isOutdated ? await passwords.hash(attempt.password) : found.passwordHash;
  return await db.transaction().execute(async (trx) => {
    const user = await readUserWithHash(trx, { id: found.id });
    if (user === undefined || user.isDisabled || user.passwordHash !== found.passwordHash) return null;
    await noteLogin(trx, user.id, passwordHash, now());
    const session = await startSession(trx, user.id, attempt, now());
    await recordLogin(trx, "session.login", user, attempt, now());
    return { user, session };
  });
}

/** Someone came to be signed in. */
export async function recordLogin(
  trx: Kysely<Schema>,
  action: string,
  user: { id: string; email: string },
  { address }: Client,
  now: number,
): Promise<void> {
  const actor = { type: "user", id: user.id, name: user.email } as const;
  await recordAudit(trx, { actor, address, action, subject: subjectOf(user) }, now);
}

/** What an attempt takes from: a browser that the user knows has tries of its own, which nobody else can use up. */
function triesOf({ db, now, box }: LoginDeps, attempt: LoginAttempt, email: string, user: UserWithHash | undefined) {
  const device = knownDevice(box, attempt.deviceMark, user?.id);
  const network = networkOf(attempt.address);
  const userAndNetwork = `${network} ${email}`;
  return {
    async take() {
      if (device !== null) return await takeOrRefuse(db, "device", device, now());
      await takeOrRefuse(db, "network", network, now());
      await takeOrRefuse(db, "userAndNetwork", userAndNetwork, now());
    },
    async giveBack() {
      if (device !== null) return await forgetTries(db, limitKey("device", device));
      await forgetTries(db, limitKey("userAndNetwork", userAndNetwork));
      await giveBackTry(db, limitKey("network", network), limits.network);
    },
  };
}
