import { randomUUID } from "node:crypto";
import type { Kysely } from "kysely";
import type { Schema } from "./schema.ts";

/** Whoever did something. `cli`: someone on the machine itself; `anonymous`: nobody that Weir knows yet. */
export interface Actor {
  type: "user" | "token" | "cli" | "system" | "anonymous";
  id: string | null;
  /** As people know it: an e-mail address, the name of a token with that of its owner. */
  name: string;
}

/** On whose behalf something is done, and from where. */
export interface By {
  actor: Actor;
  address: string | null;
}

export interface AuditEntry {
  actor: Actor;
  /** What was done, `subject.verb`: `integration.create`, `session.refused`. */
  action: string;
  /** What it was done to. */
  subject?: { type: string; id: string | null; name: string | null };
  /** What changed, for people. Never a secret. */
  details?: Record<string, unknown>;
  address?: string | null;
}

/** Appends to the audit log; in the transaction of the change that it tells of, so that neither is without the other. */
export async function recordAudit(db: Kysely<Schema>, entry: AuditEntry, now: number): Promise<void> {
  const { actor, action, subject, details = {}, address = null } = entry;
  await db
    .insertInto("auditEvent")
    .values({
      id: randomUUID(),
      at: new Date(now).toISOString(),
      actorType: actor.type,
      actorId: actor.id,
      actorName: actor.name,
      action,
      subjectType: subject?.type ?? null,
      subjectId: subject?.id ?? null,
      subjectName: subject?.name ?? null,
      details: JSON.stringify(details),
      address,
    })
    .execute();
}
