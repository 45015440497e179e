import { type Kysely, sql } from "kysely";
import { ConfigError } from "../errors.ts";
import type { Schema } from "./schema.ts";
import { hasUsers } from "./user.ts";

/** The demo's own integration. */
export const demoName = "demo";
const marker = "demo";

/**
 * Empties a demo's inventory and marks it as one. The demo's tenant is made anew each time it starts, so what an
 * earlier one left would only be in the way.
 * @throws ConfigError when the inventory holds anything but a demo: nothing of it is touched
 */
export async function resetDemo(db: Kysely<Schema>): Promise<void> {
  const isDemo =
    (await db.selectFrom("setting").select("key").where("key", "=", marker).executeTakeFirst()) !== undefined;
  const integrations = await db.selectFrom("integration").select("name").execute();
  const theirs = integrations.map(({ name }) => name).filter((name) => !isDemo || name !== demoName);
  if (theirs.length > 0) throw notADemo(`integrations of yours (${theirs.join(", ")})`);
  if (!isDemo && (await hasUsers(db))) throw notADemo("users");
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_class c
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and c.relname not in ('migration', 'setting')`.execute(db);
  await sql`truncate ${sql.join(rows.map(({ name }) => sql.table(name)))}`.execute(db);
  await db
    .insertInto("setting")
    .values({ key: marker, value: "true" })
    .onConflict((conflict) => conflict.column("key").doNothing())
    .execute();
}

function notADemo(what: string): ConfigError {
  return new ConfigError(
    `This inventory holds ${what}, and the demo must not mix with them. ` +
      "Give the demo a data directory of its own: WEIR_DATA_DIR=./weir-demo npm run demo",
  );
}
