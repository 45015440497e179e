import { type Kysely, sql } from "kysely";
import { errorText } from "../../errors.ts";
import type { Schema } from "../../store/schema.ts";
import type { ApiDeps } from "../context.ts";
import { createRouter } from "../router.ts";

const readyTimeoutMs = 2_000;

/** For whoever watches over Weir: alive, ready, and Prometheus' metrics. */
export function healthRoutes({ db, metrics }: Pick<ApiDeps, "db" | "metrics">) {
  const router = createRouter();
  router.get("/healthz", (c) => c.json({ status: "ok" }));
  router.get("/readyz", async (c) => {
    const problem = await databaseProblem(db);
    return problem === null ? c.json({ status: "ok" }) : c.json({ error: { code: "database", message: problem } }, 503);
  });
  router.get("/metrics", async (c) => c.text(await metrics.text(), 200, { "content-type": metrics.contentType }));
  return router;
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
