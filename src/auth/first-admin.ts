import { ConfigError } from "../errors.ts";
import type { Logger } from "../log.ts";
import { recordAudit } from "../store/audit.ts";
import { deleteSetupTokens } from "../store/setup-token.ts";
import { hasUsers, insertUser, lockUsers } from "../store/user.ts";
import { prepareUser, subjectOf, type UserDeps } from "./users.ts";

const source = "WEIR_ADMIN_EMAIL";

/**
 * Makes the first administrator as the environment says; once there are users it says nothing any more.
 * @throws ConfigError when address or password do not hold
 */
export async function makeFirstAdmin(
  deps: UserDeps & { log: Logger },
  admin: { email: string; password: string } | undefined,
): Promise<void> {
  const { db, now, log } = deps;
  if (admin === undefined) return;
  const ignored = () =>
    log.info(`weir: ${source} is ignored: there are users already. \`weir user password\` sets a password.`);
  if (await hasUsers(db)) return ignored();
  const entry = await prepare(deps, admin);
  const isMade = await db.transaction().execute(async (trx) => {
    await lockUsers(trx);
    if (await hasUsers(trx)) return false;
    const user = await insertUser(trx, entry, now());
    await deleteSetupTokens(trx);
    const actor = { type: "system", id: null, name: source } as const;
    await recordAudit(trx, { actor, action: "setup.complete", subject: subjectOf(user) }, now());
    return true;
  });
  if (isMade) log.info(`weir: made the first administrator, ${entry.email}`);
  else ignored();
}

async function prepare({ passwords }: UserDeps, admin: { email: string; password: string }) {
  try {
    return await prepareUser(passwords, { ...admin, role: "admin" });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const name = error.field === "password" ? "WEIR_ADMIN_PASSWORD" : source;
    throw new ConfigError(`${name}: ${error.message}`, { field: name });
  }
}
