import { createRoute, z } from "@hono/zod-openapi";
import { streamSSE } from "hono/streaming";
import type { CheckStep, Connection, Connector } from "../../connectors/connector.ts";
import { errorText, ForbiddenError, TooManyRequestsError } from "../../errors.ts";
import { mayActAs, type StreamName, streamNames } from "../../model.ts";
import { type ChangedConnection, findIntegration, readConnection } from "../../store/integration.ts";
import { anySecret, changeConnection, requireSecret } from "../../sync/integration-form.ts";
import { enabledStreams } from "../../sync/stream-settings.ts";
import type { ApiContext, ApiDeps } from "../context.ts";
import { createRouter, errors, json, jsonBody, optionalJsonBody } from "../router.ts";
import { connectionTestSchema, integrationParameter, newConnectionTestSchema } from "../schemas/integration.ts";

const tags = ["Integrations"];

export const stepSchema = z
  .object({
    name: z.string().openapi({ description: "`endpoint`, `network`, `token`, `permissions`, or a stream's name." }),
    ok: z.boolean(),
    message: z.string(),
    hint: z.string().nullable().openapi({ description: "What to do about it." }),
  })
  .openapi("TestStep");

const resultSchema = z.object({ ok: z.boolean(), steps: z.array(stepSchema) }).openapi("TestResult");

const answers = {
  200: {
    description:
      "What each step came to. With `Accept: text/event-stream` each is sent as it ends (event `step`), then `done` with `{ ok }`.",
    content: { ...json(resultSchema, "").content, "text/event-stream": { schema: z.string() } },
  },
  ...errors(400, 404, 429),
};

const testNew = createRoute({
  method: "post",
  path: "/integrations/test",
  operationId: "testConnection",
  tags,
  summary: "Try a connection that is not stored: network, token, each scope",
  description: "Without client ID and secret only the network is tried.",
  request: { body: jsonBody(newConnectionTestSchema) },
  responses: answers,
});

const testStored = createRoute({
  method: "post",
  path: "/integrations/{id}/test",
  operationId: "testIntegration",
  tags,
  summary: "Try an integration as it is stored, or with changes that are not stored",
  request: { params: integrationParameter, body: optionalJsonBody(connectionTestSchema) },
  responses: answers,
});

type TestDeps = Pick<ApiDeps, "db" | "box" | "now" | "log" | "fetch" | "findConnector" | "allowedHosts" | "limits">;

interface Trial {
  connector: Connector;
  connection: Connection;
  streams: readonly StreamName[];
  /** There are no credentials yet: whether the hosts can be reached is all that can be said (W-14). */
  isNetworkOnly?: boolean;
}

/** Tries of all requests together: each asks a vendor several questions. */
const mostAtOnce = 4;
const longestMs = 120_000;

/** Connections, tried without storing anything. */
export function connectionTestRoutes(deps: TestDeps) {
  const { db, box, findConnector } = deps;
  const router = createRouter();
  const perform = createTrials(deps);

  router.openapi(testNew, async (c) => {
    const { streams = streamNames, connector: name, clientId, clientSecret, ...form } = c.req.valid("json");
    const connector = findConnector(name);
    const isNetworkOnly = clientId === undefined && clientSecret === undefined;
    const credentials = isNetworkOnly
      ? { clientId: anySecret, clientSecret: anySecret }
      : { clientId: clientId ?? "", clientSecret: clientSecret ?? "" };
    const connection = connector.parseConnection(
      { ...form, ...credentials, tokenUrl: form.tokenUrl ?? undefined },
      deps,
    );
    return await perform(c, { connector, connection, streams, isNetworkOnly });
  });

  router.openapi(testStored, async (c) => {
    const integration = await findIntegration(db, c.req.valid("param").id);
    const { streams, ...changes } = c.req.valid("json");
    if (Object.keys(changes).length > 0 && !mayActAs(c.var.principal.role, "admin"))
      throw new ForbiddenError(
        `To try another connection than the stored one takes the role admin; yours is ${c.var.principal.role}.`,
      );
    const connector = findConnector(integration.connector);
    const plan = changeConnection(connector, integration, changes, deps);
    const stored = await readConnection(db, box, integration.id);
    const changed: Partial<ChangedConnection> = plan === null ? {} : requireSecret(plan);
    const connection = { ...stored, ...changed, clientSecret: changed.clientSecret ?? stored.clientSecret };
    return await perform(c, { connector, connection, streams: streams ?? enabledStreams(integration) });
  });
  return router;
}

function createTrials(deps: TestDeps) {
  let running = 0;

  async function* steps(trial: Trial, signal: AbortSignal): AsyncGenerator<CheckStep> {
    const { now, log, allowedHosts, limits } = deps;
    const fetch: typeof deps.fetch = (input, init) =>
      deps.fetch(input, { ...init, signal: AbortSignal.any([signal, ...(init?.signal ? [init.signal] : [])]) });
    running += 1;
    try {
      const { connector, connection, streams, isNetworkOnly = false } = trial;
      for await (const step of connector.check(connection, streams, { fetch, now, log, allowedHosts, limits })) {
        if (signal.aborted) break;
        yield step;
        // What is not asked for is not done: the credentials of such a trial are none.
        if (isNetworkOnly && step.name === "network") return;
      }
      if (signal.aborted)
        yield {
          name: "time",
          ok: false,
          message: `the test was ended after ${longestMs / 1000} seconds`,
          hint: "Wiz answers very slowly, or something on the way holds its answers back. Try again, or try fewer streams.",
        };
    } finally {
      running -= 1;
    }
  }

  return async (c: ApiContext, trial: Trial): Promise<Response> => {
    if (running >= mostAtOnce)
      throw new TooManyRequestsError(`${mostAtOnce} tests are going on already: try again in a moment.`, 10_000);
    const signal = AbortSignal.any([c.req.raw.signal, AbortSignal.timeout(longestMs)]);
    return wantsEvents(c) ? streamSteps(deps, c, steps(trial, signal)) : await collect(c, steps(trial, signal));
  };
}

function wantsEvents(c: ApiContext): boolean {
  return (c.req.header("accept") ?? "").includes("text/event-stream");
}

async function collect(c: ApiContext, steps: AsyncGenerator<CheckStep>): Promise<Response> {
  const all: CheckStep[] = [];
  for await (const step of steps) all.push(step);
  return c.json({ ok: all.every(({ ok }) => ok), steps: all }, 200);
}

function streamSteps({ log }: TestDeps, c: ApiContext, steps: AsyncGenerator<CheckStep>): Response {
  c.header("X-Accel-Buffering", "no");
  return streamSSE(c, async (stream) => {
    let isWell = true;
    try {
      for await (const step of steps) {
        isWell &&= step.ok;
        await stream.writeSSE({ event: "step", data: JSON.stringify(step) });
        if (stream.aborted) break;
      }
      await stream.writeSSE({ event: "done", data: JSON.stringify({ ok: isWell }) });
    } catch (error) {
      log.error({ err: error, requestId: c.var.requestId }, `the test of a connection failed: ${errorText(error)}`);
      await stream.writeSSE({ event: "failed", data: JSON.stringify({ requestId: c.var.requestId }) });
    }
  });
}
