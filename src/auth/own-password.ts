import { ConfigError, ForbiddenError, TooManyRequestsError } from "../errors.ts";
import { type By, recordAudit } from "../store/audit.ts";
import { forgetTries } from "../store/rate-limit.ts";
import { deleteSessionsOf } from "../store/session.ts";
import { readUserWithHash, updateUser } from "../store/user.ts";
import { limitKey, takeOrRefuse } from "./limits.ts";
import { checkPassword } from "./password-policy.ts";
import { type Refusal, recordRefusal } from "./refusals.ts";
import { subjectOf, type UserDeps } from "./users.ts";

export interface PasswordChange {
  currentPassword: string;
  newPassword: string;
}

/**
 * Changes one's own password, which takes the present one, and ends one's other sessions.
 * @throws ConfigError when either does not hold, TooManyRequestsError
 */
export async function changeOwnPassword(
  deps: UserDeps,
  of: { userId: string; sessionId: string },
  change: PasswordChange,
  by: By,
): Promise<void> {
  const { db, now, passwords } = deps;
  const user = await readUserWithHash(db, { id: of.userId });
  if (user === undefined) throw new ForbiddenError("This user was removed.");
  const refuse = (reason: Refusal["reason"]) =>
    recordRefusal(db, { action: "password.refused", reason, typed: user.email, user, address: by.address }, now());
  try {
    await takeOrRefuse(db, "ownPassword", user.id, now());
  } catch (error) {
    if (error instanceof TooManyRequestsError) await refuse("too_many");
    throw error;
  }
  if (!(await passwords.verify(change.currentPassword, user.passwordHash))) {
    await refuse("wrong_password");
    throw new ConfigError("The present password is wrong.", { field: "currentPassword" });
  }
  await forgetTries(db, limitKey("ownPassword", user.id));
  checkPassword(change.newPassword, user.email, "newPassword");
  const passwordHash = await passwords.hash(change.newPassword);
  await db.transaction().execute(async (trx) => {
    const present = await readUserWithHash(trx, { id: user.id });
    if (present?.passwordHash !== user.passwordHash)
      throw new ForbiddenError("The password was changed by someone else just now: sign in again.");
    await updateUser(trx, user.id, { passwordHash }, now());
    const sessionsEnded = await deleteSessionsOf(trx, user.id, of.sessionId);
    await recordAudit(
      trx,
      { ...by, action: "password.change", subject: subjectOf(user), details: { sessionsEnded } },
      now(),
    );
  });
}
