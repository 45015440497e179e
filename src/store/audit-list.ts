import { type Kysely, type Selectable, sql } from "kysely";
import type { Schema } from "./schema.ts";
import type { AuditEventTable } from "./schema-users.ts";

export type AuditEvent = Selectable<AuditEventTable>;

export interface AuditFilter {
  /** Id or name, upper and lower case alike. */
  actor?: string | undefined;
  /** Or the beginning of one: `session.`. */
  action?: string | undefined;
  /** Id, name or type. */
  subject?: string | undefined;
  /** From this instant on. */
  from?: string | undefined;
  /** Before this instant. */
  until?: string | undefined;
}

/** The last event of a page; the next page begins after it. */
export interface AuditPlace {
  at: string;
  id: string;
}

/** A page of the audit log, newest first. */
export async function listAudit(
  db: Kysely<Schema>,
  filter: AuditFilter,
  page: { limit: number; after: AuditPlace | null },
): Promise<{ items: AuditEvent[]; next: AuditPlace | null }> {
  const { actor, action, subject, from, until } = filter;
  const { after } = page;
  const rows = await db
    .selectFrom("auditEvent")
    .selectAll()
    .$if(actor !== undefined, (query) => query.where(sameAs(actor ?? "", "actor_id", ["actor_name"])))
    .$if(action !== undefined, (query) => query.where("action", "like", `${escapeLike(action ?? "")}%`))
    .$if(subject !== undefined, (query) =>
      query.where(sameAs(subject ?? "", "subject_id", ["subject_name", "subject_type"])),
    )
    .$if(from !== undefined, (query) => query.where("at", ">=", from ?? ""))
    .$if(until !== undefined, (query) => query.where("at", "<", until ?? ""))
    .$if(after !== null, (query) =>
      query.where(sql<boolean>`(at, id) < (${after?.at}::timestamptz, ${after?.id}::uuid)`),
    )
    .orderBy("at", "desc")
    .orderBy("id", "desc")
    .limit(page.limit + 1)
    .execute();
  const items = rows.slice(0, page.limit);
  const last = items.at(-1);
  return { items, next: rows.length > items.length && last !== undefined ? { at: last.at, id: last.id } : null };
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function sameAs(text: string, idColumn: string, nameColumns: readonly string[]) {
  if (uuid.test(text)) return sql<boolean>`${sql.ref(idColumn)} = ${text}::uuid`;
  const names = nameColumns.map((column) => sql<boolean>`lower(${sql.ref(column)}) = lower(${text})`);
  return sql<boolean>`(${sql.join(names, sql` or `)})`;
}

function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, "\\$&");
}
