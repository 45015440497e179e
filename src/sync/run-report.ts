import type { Kysely } from "kysely";
import { listIntegrations } from "../store/integration.ts";
import { type Run, summarizePasses } from "../store/run.ts";
import type { Schema } from "../store/schema.ts";
import { passView, runView } from "./status.ts";

/** Runs with all that is known of them: passes, counts, reasons. */
export async function readRunReports(db: Kysely<Schema>, runs: readonly Run[]) {
  if (runs.length === 0) return [];
  const names = new Map((await listIntegrations(db)).map(({ id, name }) => [id, name]));
  const passes = await summarizePasses(
    db,
    runs.map(({ id }) => id),
  );
  return runs.flatMap((run) => {
    const integration = names.get(run.integrationId);
    if (integration === undefined) return [];
    const streams = passes
      .filter((pass) => pass.runId === run.id)
      .map((pass) => {
        const { result, errorCode, goneNote, startedAt, finishedAt } = pass;
        return { ...passView(pass), result, errorCode, goneNote, startedAt, finishedAt };
      });
    const { requestedAt, cancelRequestedAt, streams: requestedStreams } = run;
    return [{ ...runView(run, []), integration, requestedAt, cancelRequestedAt, requestedStreams, streams }];
  });
}
