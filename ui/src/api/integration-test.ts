import type { z } from "zod";
import type { stepSchema } from "../../../src/api/routes/connection-tests.ts";
import type { connectionTestSchema, newConnectionTestSchema } from "../../../src/api/schemas/integration.ts";
import { ConnectionError, openEvents } from "./client.ts";
import { readEvents } from "./integration-test-events.ts";

export type TestStep = z.infer<typeof stepSchema>;
export type NewConnectionTest = z.input<typeof newConnectionTestSchema>;
export type ConnectionTest = z.input<typeof connectionTestSchema>;

/** What is tried: a connection that is not stored, or a stored one with what is to be another. */
export type Trial = { integrationId: null; body: NewConnectionTest } | { integrationId: string; body: ConnectionTest };

/** The steps of a test of a connection, each as it ends. @throws ApiError, ConnectionError */
export async function* testSteps({ integrationId, body }: Trial, signal: AbortSignal): AsyncGenerator<TestStep> {
  const path = integrationId === null ? "/integrations/test" : `/integrations/${integrationId}/test`;
  for await (const { event, data } of readEvents(await openEvents(path, body, signal))) {
    if (event === "step") yield JSON.parse(data) as TestStep;
    if (event === "done") return;
    if (event === "failed") {
      const { requestId } = JSON.parse(data) as { requestId: string };
      throw new Error(`The test itself failed inside Weir: its log says why, at request ${requestId}.`);
    }
  }
  if (!signal.aborted) throw new ConnectionError("The test broke off: the connection to Weir was lost. Try again.");
}
