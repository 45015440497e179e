import { Hono } from "hono";
import { statusNames } from "../tenant/codes.ts";
import { formatMicros } from "../tenant/micros.ts";
import { findingKinds, type RecordKind, type Tenant } from "../tenant/tenant.ts";
import { countPresent, isVanished, recordKinds, rowsOf } from "../tenant/vanish.ts";
import type { Accounts } from "./accounts.ts";
import { createAccountControl } from "./control-accounts.ts";
import { createEstateControl } from "./control-estate.ts";
import { createVanishControl } from "./control-vanish.ts";
import type { FaultSpec } from "./faults.ts";
import type { Faults } from "./strike.ts";
import { truthStream } from "./truth.ts";

export interface ControlDeps {
  tenant: Tenant;
  accounts: Accounts;
  faults: Faults;
  now: () => number;
  /** Moves the clock and lets the tenant live meanwhile; gives the number of events. */
  advance: (seconds: number) => number;
  /** Whether the tenant changes by itself as the clock runs. */
  isLive: () => boolean;
  setLive: (isLive: boolean) => void;
}

/** What the emulator shows beside Wiz's API: the truth, the clock, faults, what vanishes, service accounts. */
export function createControl(deps: ControlDeps): Hono {
  const { tenant, accounts, faults } = deps;
  const app = new Hono();
  app.onError((error, c) => c.json({ error: error.message }, 400));

  app.get("/truth", (c) => {
    const kind = c.req.query("kind") as RecordKind;
    if (!recordKinds.includes(kind)) return c.json({ error: `kind must be one of ${recordKinds.join(", ")}` }, 400);
    return c.body(truthStream(tenant, kind, c.req.query("vanished") === "true"), 200, {
      "content-type": "application/x-ndjson",
    });
  });

  app.get("/state", (c) => c.json(stateOf(deps)));

  app.post("/clock", async (c) => {
    const { advanceSeconds = 0, live } = await c.req.json<{ advanceSeconds?: unknown; live?: unknown }>();
    if (typeof advanceSeconds !== "number" || !(advanceSeconds >= 0))
      return c.json({ error: "advanceSeconds must be a number, 0 or more" }, 400);
    if (live !== undefined && typeof live !== "boolean") return c.json({ error: "live must be true or false" }, 400);
    const events = deps.advance(advanceSeconds);
    if (live !== undefined) deps.setLive(live);
    return c.json({ now: formatMicros(deps.now()), live: deps.isLive(), events });
  });

  app.get("/faults", (c) => c.json({ faults: faults.list() }));
  app.post("/faults", async (c) => {
    const body = await c.req.json<{ faults?: FaultSpec[]; add?: FaultSpec[]; clear?: boolean }>();
    if (body.clear === true) faults.set([]);
    if (body.faults !== undefined) faults.set(body.faults);
    if (body.add !== undefined) faults.add(body.add);
    return c.json({ faults: faults.list() });
  });

  app.route("/", createAccountControl(accounts, deps.now));
  app.route("/", createVanishControl(tenant));
  app.route("/", createEstateControl(tenant, deps.now));
  return app;
}

function stateOf({ tenant, accounts, faults, now, isLive }: ControlDeps): object {
  const withStatus = findingKinds.filter((kind) => kind !== "threat");
  const findings = Object.fromEntries(withStatus.map((kind) => [kind, countByStatus(tenant, kind)]));
  let deleted = 0;
  for (let i = 0; i < tenant.assets.size; i++)
    if (!Number.isNaN(tenant.assets.deleted[i]!) && !isVanished(tenant, "asset", i)) deleted++;
  return {
    seed: tenant.seed,
    start: formatMicros(tenant.start),
    now: formatMicros(now()),
    live: isLive(),
    revision: tenant.revision,
    counts: Object.fromEntries(recordKinds.map((kind) => [kind, countPresent(tenant, kind)])),
    vanished: Object.fromEntries(recordKinds.map((kind) => [kind, rowsOf(tenant, kind) - countPresent(tenant, kind)])),
    deletedAssets: deleted,
    byStatus: findings,
    projects: tenant.projects.length,
    cloudAccounts: tenant.accounts.length,
    serviceAccounts: accounts.list.map(({ clientId, scopes, projectScope }) => ({
      clientId,
      scopes,
      projects: projectScope,
    })),
    faults: faults.list(),
  };
}

function countByStatus(tenant: Tenant, kind: (typeof findingKinds)[number]): object {
  const table = tenant.findings[kind];
  const counts = statusNames.map(() => 0);
  for (let i = 0; i < table.size; i++) if (!isVanished(tenant, kind, i)) counts[table.status[i]!]!++;
  return Object.fromEntries(statusNames.map((name, i) => [name, counts[i]]));
}
