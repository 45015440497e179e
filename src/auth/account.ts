import type { Kysely } from "kysely";
import type { Schema } from "../store/schema.ts";

/** What changes of accounts work with. */
export interface AccountDeps {
  db: Kysely<Schema>;
  now: () => number;
}

/** Where a request to sign in comes from. */
export interface Client {
  address: string | null;
  userAgent: string | null;
}
