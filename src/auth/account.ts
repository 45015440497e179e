import type { Kysely } from "kysely";
import type { Actor } from "../store/audit.ts";
import type { Schema } from "../store/schema.ts";

/** What changes of accounts work with. */
export interface AccountDeps {
  db: Kysely<Schema>;
  now: () => number;
}

/** On whose behalf, and from where. */
export interface By {
  actor: Actor;
  address: string | null;
}

/** Where a request to sign in comes from. */
export interface Client {
  address: string | null;
  userAgent: string | null;
}
