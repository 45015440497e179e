import { createRoute, z } from "@hono/zod-openapi";
import { type AuditPlace, listAudit } from "../../store/audit-list.ts";
import type { ApiDeps } from "../context.ts";
import { RequestError } from "../errors.ts";
import { createRouter, errors, json } from "../router.ts";

const eventSchema = z
  .object({
    id: z.uuid(),
    at: z.iso.datetime(),
    actor: z.object({
      type: z.string().openapi({ description: "user, token, cli, system or anonymous" }),
      id: z.uuid().nullable(),
      name: z.string(),
    }),
    action: z.string().openapi({ example: "integration.create" }),
    subject: z.object({ type: z.string(), id: z.uuid().nullable(), name: z.string().nullable() }).nullable(),
    details: z.record(z.string(), z.unknown()),
    address: z.string().nullable(),
  })
  .openapi("AuditEvent");

// PostgreSQL knows no NUL in a text, and no year 0.
const text = z
  .string()
  .min(1)
  .max(300)
  .regex(/^[^\0]*$/, "must not hold a NUL")
  .optional();
const instant = z.iso
  .datetime({ offset: true })
  .transform((time) => new Date(time).toISOString())
  .refine((time) => /^(?!0000)\d{4}-/.test(time), "must lie in the years 1 to 9999");
const time = instant.optional().openapi({ type: "string", format: "date-time" });

const querySchema = z.object({
  actor: text.openapi({ description: "Id or name (e-mail address) of who did it" }),
  action: text.openapi({ description: "What was done, or how that begins", example: "session." }),
  subject: text.openapi({ description: "Id, name or type of what it was done to" }),
  from: time.openapi({ description: "From this instant on" }),
  until: time.openapi({ description: "Before this instant" }),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  cursor: z.string().max(200).optional().openapi({ description: "`nextCursor` of the page before" }),
});

const list = createRoute({
  method: "get",
  path: "/audit",
  operationId: "listAudit",
  summary: "Who changed what, and who signed in; newest first",
  tags: ["Audit log"],
  request: { query: querySchema },
  responses: {
    200: json(
      z.object({ items: z.array(eventSchema), nextCursor: z.string().nullable() }).openapi("AuditPage"),
      "A page of the log",
    ),
    ...errors(400, 401, 403),
  },
});

/** The audit log, for administrators. */
export function auditRoutes({ db }: Pick<ApiDeps, "db">) {
  const router = createRouter();
  router.openapi(list, async (c) => {
    const { limit, cursor, ...filter } = c.req.valid("query");
    const page = await listAudit(db, filter, { limit, after: cursor === undefined ? null : readCursor(cursor) });
    const items = page.items.map(
      ({ actorType, actorId, actorName, subjectType, subjectId, subjectName, ...event }) => ({
        id: event.id,
        at: event.at,
        actor: { type: actorType, id: actorId, name: actorName },
        action: event.action,
        subject: subjectType === null ? null : { type: subjectType, id: subjectId, name: subjectName },
        details: event.details as Record<string, unknown>,
        address: event.address,
      }),
    );
    return c.json({ items, nextCursor: page.next === null ? null : writeCursor(page.next) }, 200);
  });
  return router;
}

function writeCursor({ at, id }: AuditPlace): string {
  return Buffer.from(JSON.stringify([at, id])).toString("base64url");
}

const placeSchema = z.tuple([instant, z.uuid()]);

function readCursor(cursor: string): AuditPlace {
  try {
    const [at, id] = placeSchema.parse(JSON.parse(Buffer.from(cursor, "base64url").toString()));
    return { at, id };
  } catch {
    throw new RequestError("This cursor is not one of `nextCursor`: begin again without it.", { field: "cursor" });
  }
}
