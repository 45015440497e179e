import { Hono } from "hono";
import type { RecordKind, Tenant } from "../tenant/tenant.ts";
import { countPresent, idOf, recordKinds, rowsOf, rowsOfIds, sampleRows, setVanished } from "../tenant/vanish.ts";

interface Wanted {
  kind?: RecordKind;
  ids?: string[];
  count?: number;
  seed?: number;
}

/** Records that disappear without a trace on demand, and come back. */
export function createVanishControl(tenant: Tenant): Hono {
  const app = new Hono();
  app.post("/vanish", async (c) => c.json(apply(tenant, await c.req.json<Wanted>(), true)));
  app.post("/restore", async (c) => c.json(apply(tenant, await c.req.json<Wanted>(), false)));
  return app;
}

function apply(tenant: Tenant, { kind, ids, count, seed = 1 }: Wanted, isGone: boolean): object {
  if (kind === undefined || !recordKinds.includes(kind))
    throw new RangeError(`kind must be one of ${recordKinds.join(", ")}`);
  if (ids !== undefined && !Array.isArray(ids)) throw new RangeError("ids must be a list");
  if (ids === undefined && isGone && count === undefined) throw new RangeError("say which: ids, or a count");
  if (count !== undefined && !(Number.isInteger(count) && count >= 0))
    throw new RangeError("count must be a whole number, 0 or more");
  const rows = ids
    ? rowsOfIds(tenant, kind, ids)
    : sampleRows(tenant, kind, count ?? rowsOf(tenant, kind), Number(seed), isGone);
  const changed = setVanished(tenant, kind, rows, isGone);
  return { kind, ids: changed.map((row) => idOf(tenant, kind, row)), present: countPresent(tenant, kind) };
}
