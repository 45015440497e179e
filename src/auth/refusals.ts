import type { Kysely } from "kysely";
import { recordAudit } from "../store/audit.ts";
import { takeTry } from "../store/rate-limit.ts";
import type { Schema } from "../store/schema.ts";
import { limitKey, limits, networkOf } from "./limits.ts";

export interface Refusal {
  action: "session.refused" | "setup.refused" | "password.refused";
  reason:
    | "unknown_user"
    | "wrong_password"
    | "disabled"
    | "too_many"
    | "wrong_token"
    | "expired_token"
    | "set_up_already";
  /** What was typed where the e-mail address belongs. */
  typed: string;
  user: { id: string; email: string } | undefined;
  address: string | null;
}

/** Tells the audit log of a refusal; as anyone can cause refusals, only so many are written. */
export async function recordRefusal(db: Kysely<Schema>, refusal: Refusal, now: number): Promise<void> {
  if (!(await isWorthALine(db, refusal, now))) return;
  const { action, reason, user, address } = refusal;
  await recordAudit(
    db,
    {
      actor: { type: "anonymous", id: null, name: user?.email ?? nameOf(refusal.typed) },
      action,
      ...(user !== undefined && { subject: { type: "user", id: user.id, name: user.email } }),
      details: { reason },
      address,
    },
    now,
  );
}

async function isWorthALine(db: Kysely<Schema>, { reason, address }: Refusal, now: number): Promise<boolean> {
  if (reason === "too_many") {
    const key = limitKey("limitRecorded", networkOf(address));
    if ((await takeTry(db, key, limits.limitRecorded, now)) > 0) return false;
  }
  return (await takeTry(db, limitKey("refusalsRecorded", "all"), limits.refusalsRecorded, now)) === 0;
}

/** Some type their password into the wrong field: what does not look like an address is not written down. */
function nameOf(typed: string): string {
  return /^[\w.+-]{1,64}@[\w-]{1,63}(\.[\w-]{1,63})+$/.test(typed) ? typed : "(no e-mail address)";
}
