import { Hono } from "hono";
import { changeEstate } from "../estate/change.ts";
import type { Estate } from "../estate/estate.ts";
import { estateStream } from "../estate/truth.ts";
import type { Tenant } from "../tenant/tenant.ts";

/** What is true of the machines that two tenants see, and what happens to them. */
export function createEstateControl(tenant: Tenant, now: () => number): Hono {
  const app = new Hono();
  app.get("/estate", (c) =>
    c.body(estateStream(tenant, estateOf(tenant)), 200, { "content-type": "application/x-ndjson" }),
  );
  app.post("/estate/change", (c) => c.json(changeEstate(tenant, estateOf(tenant), now())));
  return app;
}

function estateOf({ estate }: Tenant): Estate {
  if (estate === null) throw new RangeError("this tenant has no estate: start the emulator with --estate");
  return estate;
}
