import type { Kysely } from "kysely";
import { ConflictError, NotFoundError } from "../errors.ts";
import type { Role } from "../model.ts";
import { type By, recordAudit } from "../store/audit.ts";
import { deletePrivateSearches } from "../store/saved-search.ts";
import type { Schema } from "../store/schema.ts";
import { deleteSessionsOf } from "../store/session.ts";
import {
  deleteUser,
  hasOtherAdmin,
  insertUser,
  lockUsers,
  readUser,
  type User,
  type UserValues,
  updateUser,
} from "../store/user.ts";
import type { AccountDeps } from "./account.ts";
import { parseEmail, parseName } from "./names.ts";
import { checkPassword } from "./password-policy.ts";
import type { Passwords } from "./passwords.ts";

export interface UserDeps extends AccountDeps {
  passwords: Passwords;
}

export interface UserForm {
  email: string;
  /** Else the e-mail address. */
  name?: string | undefined;
  role: Role;
  password: string;
}

/** A form that holds, ready to be stored. @throws ConfigError for what does not hold */
export async function prepareUser(passwords: Passwords, form: UserForm) {
  const email = parseEmail(form.email);
  const name = parseName(form.name ?? email);
  checkPassword(form.password, email);
  return { email, name, role: form.role, passwordHash: await passwords.hash(form.password) };
}

/** @throws ConfigError for a form that does not hold, ConflictError when the e-mail address is taken */
export async function addUser({ db, now, passwords }: UserDeps, form: UserForm, by: By): Promise<User> {
  const entry = await prepareUser(passwords, form);
  return await db.transaction().execute(async (trx) => {
    await lockUsers(trx);
    const user = await insertUser(trx, entry, now());
    await recordAudit(
      trx,
      { ...by, action: "user.create", subject: subjectOf(user), details: { role: user.role } },
      now(),
    );
    return user;
  });
}

export interface UserEdit {
  email?: string | undefined;
  name?: string | undefined;
  role?: Role | undefined;
  isDisabled?: boolean | undefined;
  password?: string | undefined;
}

/**
 * Changes a user. Another role, password or being disabled ends their sessions at once.
 * @throws NotFoundError, ConfigError, ConflictError (also when no administrator would be left)
 */
export async function editUser(deps: UserDeps, id: string, edit: UserEdit, by: By): Promise<User> {
  const { db, now, passwords } = deps;
  const before = await existing(db, id);
  const email = edit.email === undefined ? undefined : parseEmail(edit.email);
  if (edit.password !== undefined) checkPassword(edit.password, email ?? before.email);
  const values: UserValues = {
    ...(email !== undefined && { email }),
    ...(edit.name !== undefined && { name: parseName(edit.name) }),
    ...(edit.role !== undefined && { role: edit.role }),
    ...(edit.isDisabled !== undefined && { isDisabled: edit.isDisabled }),
    ...(edit.password !== undefined && { passwordHash: await passwords.hash(edit.password) }),
  };
  return await db.transaction().execute(async (trx) => {
    await lockUsers(trx);
    return await applyEdit(trx, id, values, by, now());
  });
}

async function applyEdit(trx: Kysely<Schema>, id: string, values: UserValues, by: By, now: number): Promise<User> {
  const before = await existing(trx, id);
  const details = changesOf(before, values);
  if (Object.keys(details).length === 0) return before;
  const after = await updateUser(trx, id, values, now);
  if (after.role !== "admin" || after.isDisabled) await keepAnAdmin(trx, before);
  const endsSessions = after.role !== before.role || after.isDisabled || values.passwordHash !== undefined;
  if (endsSessions) await deleteSessionsOf(trx, id);
  await recordAudit(trx, { ...by, action: "user.edit", subject: subjectOf(after), details }, now);
  return after;
}

/** What is told in the audit log: from what to what, and of a password only that it is another. */
function changesOf(before: User, values: UserValues): Record<string, unknown> {
  const { passwordHash, ...plain } = values;
  const changed = Object.entries(plain).filter(([name, value]) => before[name as keyof User] !== value);
  return {
    ...Object.fromEntries(changed.map(([name, to]) => [name, { from: before[name as keyof User], to }])),
    ...(passwordHash !== undefined && { password: "changed" }),
  };
}

/** Their sessions, API tokens and private searches go with them; what they shared stays. @throws NotFoundError, ConflictError when no administrator would be left */
export async function removeUser({ db, now }: AccountDeps, id: string, by: By): Promise<User> {
  return await db.transaction().execute(async (trx) => {
    await lockUsers(trx);
    const user = await existing(trx, id);
    await keepAnAdmin(trx, user);
    await deletePrivateSearches(trx, id);
    await deleteUser(trx, id);
    await recordAudit(
      trx,
      { ...by, action: "user.remove", subject: subjectOf(user), details: { role: user.role } },
      now(),
    );
    return user;
  });
}

/** A user who may not be an administrator any more is not the last one. Only under `lockUsers`. */
async function keepAnAdmin(trx: Kysely<Schema>, user: User): Promise<void> {
  if (user.role !== "admin" || user.isDisabled || (await hasOtherAdmin(trx, user.id))) return;
  throw new ConflictError(
    `${user.email} is the only administrator who can sign in: make another user an administrator first.`,
  );
}

/** @throws NotFoundError */
export async function existing(db: Kysely<Schema>, id: string): Promise<User> {
  const user = await readUser(db, id);
  if (user === undefined) throw new NotFoundError("There is no such user.");
  return user;
}

export function subjectOf(user: { id: string; email: string }) {
  return { type: "user", id: user.id, name: user.email };
}
