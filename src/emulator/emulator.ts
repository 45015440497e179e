import { Hono } from "hono";
import { createClock } from "./clock.ts";
import { createSortedCache } from "./graphql/listing.ts";
import { createAccounts } from "./http/accounts.ts";
import { createControl } from "./http/control.ts";
import { CutConnectionError } from "./http/cut.ts";
import { answerGraphql, type GraphqlDeps } from "./http/graphql.ts";
import { createLimits } from "./http/limits.ts";
import { createFaults, type Faults } from "./http/strike.ts";
import { answerToken } from "./http/token.ts";
import { type AssetTruth, type FindingTruth, listTruth } from "./http/truth.ts";
import type { EmulatorOptions } from "./options.ts";
import { createTenant } from "./tenant/create-tenant.ts";
import { fraction, keyOf } from "./tenant/hash.ts";
import { createLife } from "./tenant/life.ts";
import { parseMicros } from "./tenant/micros.ts";
import type { RecordKind, Tenant } from "./tenant/tenant.ts";

/** A Wiz tenant in this process. */
export interface Emulator {
  /** The whole emulator as a `fetch`: any host, the paths `/oauth/token`, `/graphql` and `/emulator/…`. */
  fetch: typeof globalThis.fetch;
  app: Hono;
  tenant: Tenant;
  faults: Faults;
  /** Milliseconds since 1970 in the emulated tenant. */
  now(): number;
  /** Moves the clock; the tenant lives meanwhile. Gives the number of events. */
  advance(seconds: number): number;
  /** Lets the tenant change by itself as the clock runs, or stops that. */
  setLive(isLive: boolean): void;
  /** The records of a kind as they are, in the order of their creation. */
  truth(kind: RecordKind): Generator<FindingTruth | AssetTruth>;
}

/**
 * A Wiz tenant made from a seed.
 * @throws RangeError when an option makes no sense
 */
export function createEmulator(options: EmulatorOptions = {}): Emulator {
  const realNow = options.now ?? Date.now;
  const seed = options.seed ?? 1;
  const findings = options.findings ?? 25_000;
  if (!Number.isInteger(findings) || findings < 10) throw new RangeError("findings must be a whole number, 10 or more");
  const start = options.start === undefined ? realNow() * 1000 : parseMicros(options.start);
  if (Number.isNaN(start)) throw new RangeError(`start is not a time: ${options.start}`);

  const tenant = createTenant({ seed, findings, start, estate: options.estate });
  const clock = createClock(start, options.clock ?? "real", realNow);
  const life = createLife(tenant, {
    changesPerHour: options.changesPerHour ?? findings / 200,
    hasRedetections: options.redetections ?? true,
    hasSilentEdits: options.silentEdits ?? false,
    hasVanishing: options.vanishing ?? false,
  });
  let isLive = options.live ?? false;
  let livedUntil = start;
  const live = (): number => {
    const now = clock.now();
    const events = life.run(livedUntil, now);
    livedUntil = now;
    return events;
  };
  // A tenant that does not live by itself lives while its clock is moved, and only then.
  const advance = (seconds: number): number => {
    if (!isLive) livedUntil = clock.now();
    clock.advance(seconds);
    return live();
  };
  const setLive = (wanted: boolean): void => {
    if (wanted && !isLive) livedUntil = clock.now();
    isLive = wanted;
  };

  const accounts = createAccounts(options, tenant);
  const faults = createFaults(options.faults ?? [], clock.now, createRandom(seed));
  const deps: GraphqlDeps = {
    tenant,
    accounts,
    faults,
    cache: createSortedCache(() => tenant.revision),
    options,
    limits: createLimits(options),
    realNow,
  };

  const app = new Hono();
  app.use(async (c, next) => {
    if (isLive) live();
    await next();
    // Clients take the time from here: it must be the tenant's, not the machine's.
    c.res.headers.set("date", new Date(clock.now() / 1000).toUTCString());
  });
  app.post("/oauth/token", (c) => answerToken(c, deps, clock.now()));
  app.post("/graphql", (c) => answerGraphql(c, deps, clock.now()));
  app.all("/graphql", (c) => c.text("Method Not Allowed", 405, { allow: "POST" }));
  app.route(
    "/emulator",
    createControl({ tenant, accounts, faults, now: clock.now, advance, isLive: () => isLive, setLive }),
  );
  app.onError((error) => {
    if (error instanceof CutConnectionError) throw error;
    return new Response(`Internal Server Error: ${error.message}`, { status: 500 });
  });

  return {
    app,
    tenant,
    faults,
    fetch: createFetch(app),
    now: () => Math.floor(clock.now() / 1000),
    advance,
    setLive,
    truth: (kind) => listTruth(tenant, kind),
  };
}

/** Chances follow from the seed, one after the other. */
function createRandom(seed: number): () => number {
  const key = keyOf("chance", seed);
  let count = 0;
  return () => fraction(key, count++, 1);
}

/** In process, but as over the wire: an aborted request rejects at once. */
function createFetch(app: Hono): typeof globalThis.fetch {
  return async (input, init) => {
    const request = new Request(input as string, init);
    request.signal.throwIfAborted();
    const aborted = new Promise<never>((_, reject) => {
      request.signal.addEventListener("abort", () => reject(request.signal.reason), { once: true });
    });
    return Promise.race([app.fetch(request), aborted]);
  };
}
