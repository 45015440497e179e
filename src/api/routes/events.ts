import { randomUUID } from "node:crypto";
import { createRoute, z } from "@hono/zod-openapi";
import { type SSEStreamingApi, streamSSE } from "hono/streaming";
import { errorText, TooManyRequestsError } from "../../errors.ts";
import { type LiveEvent, readSnapshot } from "../../sync/live.ts";
import { createAuthenticate } from "../authenticate.ts";
import type { ApiContext, ApiDeps, Principal } from "../context.ts";
import type { Authenticate } from "../guard.ts";
import { createLiveHub, type LiveHub } from "../live-hub.ts";
import { createRouter, errors } from "../router.ts";
import { snapshotSchema } from "../schemas/integration.ts";

const events = createRoute({
  method: "get",
  path: "/events",
  operationId: "streamEvents",
  tags: ["Events"],
  summary: "What happens, as server-sent events",
  description: [
    "First `snapshot` with `{ integrations, runs }`: how every integration stands, and the runs that are queued or running. Then",
    "`integration` (one state), `run` (one run with its passes), `removed` (`{ id }` of an integration) and `inventory` (findings or",
    "assets changed: read lists again). Each event holds the newest state, so one that was missed is made up for by the next, and a",
    "connection that broke begins with a snapshot again. A comment every 15 seconds keeps the connection. The stream ends with the",
    "session or token that it was opened with, within a minute.",
  ].join(" "),
  responses: {
    200: { description: "The stream", content: { "text/event-stream": { schema: z.string() } } },
    ...errors(429),
  },
});

export interface EventOptions {
  heartbeatMs?: number;
  /** How often whoever listens is looked up again. */
  recheckMs?: number;
}

const mostPerPrincipal = 10;
const mostTogether = 200;
const reconnectMs = 3_000;

/** What happens, for those who watch. */
export function eventRoutes(deps: Pick<ApiDeps, "db" | "now" | "log">, options: EventOptions = {}) {
  const router = createRouter();
  router.openAPIRegistry.register("Snapshot", snapshotSchema);
  const hub = createLiveHub(deps);
  const seats = createSeats();
  const recheck = createAuthenticate(deps, { isUse: false });

  router.openapi(events, (c) => {
    const leave = seats.take(c.var.principal);
    c.header("X-Accel-Buffering", "no");
    return streamSSE(c, async (stream) => {
      try {
        await tell({ ...deps, hub, recheck, ...options }, c, stream);
      } catch (error) {
        deps.log.warn({ err: error, requestId: c.var.requestId }, `a stream of events broke: ${errorText(error)}`);
      } finally {
        leave();
      }
    });
  });
  return router;
}

/** A principal has so many streams at a time, and all together so many. */
function createSeats() {
  const taken = new Map<string, number>();
  let together = 0;
  return {
    /** @throws TooManyRequestsError */
    take({ id }: Principal): () => void {
      const mine = taken.get(id) ?? 0;
      if (mine >= mostPerPrincipal || together >= mostTogether)
        throw new TooManyRequestsError(
          mine >= mostPerPrincipal
            ? `You have ${mine} streams of events open already: close some.`
            : "Too many streams of events are open: try again later.",
          30_000,
        );
      taken.set(id, mine + 1);
      together += 1;
      return () => {
        together -= 1;
        const left = (taken.get(id) ?? 1) - 1;
        if (left === 0) taken.delete(id);
        else taken.set(id, left);
      };
    },
  };
}

interface Telling extends Pick<ApiDeps, "db" | "now">, EventOptions {
  hub: LiveHub;
  recheck: Authenticate;
}

async function tell(telling: Telling, c: ApiContext, stream: SSEStreamingApi): Promise<void> {
  const { hub, heartbeatMs = 15_000, recheckMs = 60_000 } = telling;
  const inbox = createInbox();
  stream.onAbort(inbox.wake);
  const stop = await hub.listen(inbox.add);
  const rechecks = setInterval(() => void isStillGood(telling, c).then((isGood) => isGood || inbox.close()), recheckMs);
  try {
    const write = writer(stream);
    const snapshot: z.infer<typeof snapshotSchema> = await readSnapshot(telling);
    await write("snapshot", snapshot);
    while (!stream.aborted && !inbox.isClosed()) {
      const fresh = inbox.take();
      for (const { type, data } of fresh) await write(type, data);
      if (fresh.length > 0) continue;
      if (!(await inbox.news(heartbeatMs)) && !stream.aborted) await stream.write(": still here\n\n");
    }
  } finally {
    clearInterval(rechecks);
    stop();
  }
}

/** Numbers are this stream's own: whoever comes back is told everything anew. */
function writer(stream: SSEStreamingApi) {
  const name = randomUUID().slice(0, 8);
  let number = 0;
  return async (event: string, data: unknown) => {
    const id = `${name}-${++number}`;
    const retry = number === 1 ? { retry: reconnectMs } : {};
    await stream.writeSSE({ event, id, data: JSON.stringify(data), ...retry });
  };
}

/** The session or token is good and the same one's. */
async function isStillGood({ recheck }: Telling, c: ApiContext): Promise<boolean> {
  const { id } = c.var.principal;
  // While the database does not answer nobody can say: the next time tells, and until then there is nothing to tell.
  const principal = await recheck(c).catch(() => c.var.principal);
  return principal !== null && principal.id === id;
}

/** What is still to be told, at most one event of each thing: a slow reader gets the newest and costs no memory. */
function createInbox() {
  const waiting = new Map<string, LiveEvent>();
  let isClosed = false;
  let wake = () => {};
  const add = (events: readonly LiveEvent[]) => {
    for (const event of events) {
      const key = `${event.type} ${event.key}`;
      waiting.delete(key);
      waiting.set(key, event);
    }
    wake();
  };
  return {
    add,
    wake: () => wake(),
    isClosed: () => isClosed,
    close() {
      isClosed = true;
      wake();
    },
    take(): LiveEvent[] {
      const events = [...waiting.values()];
      waiting.clear();
      return events;
    },
    /** `false`: there was none for so long. */
    async news(ms: number): Promise<boolean> {
      if (waiting.size > 0 || isClosed) return true;
      return await new Promise((resolve) => {
        const timer = setTimeout(() => resolve(false), ms);
        wake = () => {
          clearTimeout(timer);
          resolve(true);
        };
      });
    },
  };
}
