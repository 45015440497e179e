import { unpackRaw } from "../../src/store/raw.ts";
import type { TestDatabase } from "../postgres.ts";

/** What could not be read, with what was sent. */
export async function rejectedRecords({ db }: TestDatabase) {
  const rows = await db.selectFrom("rejectedRecord").selectAll().execute();
  return rows.map(({ stream, externalId, reason, raw }) => ({ stream, externalId, reason, raw: unpackRaw(raw) }));
}
