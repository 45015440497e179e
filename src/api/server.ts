import { serve } from "@hono/node-server";
import { Hono } from "hono";
import type { Kysely } from "kysely";
import { sql } from "kysely";
import { ConfigError, errorText } from "../errors.ts";
import type { Logger } from "../log.ts";
import type { Schema } from "../store/schema.ts";
import type { Metrics } from "./metrics.ts";

export interface ApiDeps {
  db: Kysely<Schema>;
  metrics: Metrics;
  log: Logger;
}

const readyTimeoutMs = 2_000;

/** The HTTP application, a function from request to answer. */
export function createApi(deps: ApiDeps): Hono {
  const app = new Hono();
  app.get("/healthz", (c) => c.json({ status: "ok" }));
  app.get("/readyz", async (c) => {
    const problem = await databaseProblem(deps.db);
    return problem === null ? c.json({ status: "ok" }) : c.json({ error: { code: "database", message: problem } }, 503);
  });
  app.get("/metrics", async (c) =>
    c.text(await deps.metrics.text(), 200, { "content-type": deps.metrics.contentType }),
  );
  app.notFound((c) => c.json({ error: { code: "not_found", message: `There is nothing at ${c.req.path}` } }, 404));
  app.onError((error, c) => {
    deps.log.error({ err: error }, `${c.req.method} ${c.req.path} failed`);
    return c.json({ error: { code: "internal", message: "Something went wrong; the log says what" } }, 500);
  });
  return app;
}

async function databaseProblem(db: Kysely<Schema>): Promise<string | null> {
  const late = new Promise<string>((resolve) =>
    setTimeout(() => resolve("The database does not answer"), readyTimeoutMs).unref(),
  );
  const asked = sql`select 1`.execute(db).then(
    () => null,
    (error: unknown) => errorText(error),
  );
  return await Promise.race([asked, late]);
}

export interface Listening {
  url: string;
  close(): Promise<void>;
}

/** @throws ConfigError when the address cannot be listened on */
export async function listen(app: Hono, address: { host: string; port: number }): Promise<Listening> {
  return await new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, hostname: address.host, port: address.port }, (info) => {
      const host = info.address.includes(":") ? `[${info.address}]` : info.address;
      resolve({ url: `http://${host}:${info.port}`, close: () => new Promise((done) => server.close(() => done())) });
    });
    server.on("error", (cause: NodeJS.ErrnoException) => reject(listenError(address, cause)));
  });
}

function listenError({ host, port }: { host: string; port: number }, cause: NodeJS.ErrnoException): ConfigError {
  const place = `${host}:${port}`;
  const advice = {
    EADDRINUSE: `${place} is in use by another program: stop it, or choose another port with --port or WEIR_PORT.`,
    EACCES: `This user may not listen on ${place}: choose a port above 1023 with --port or WEIR_PORT.`,
    EADDRNOTAVAIL: `This machine has no address ${host}: correct WEIR_HOST.`,
  }[cause.code ?? ""];
  return new ConfigError(advice ?? `Cannot listen on ${place} (${cause.code ?? cause.message})`, { cause });
}
