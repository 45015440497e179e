import { serve } from "@hono/node-server";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { testApi } from "../../../test/api.ts";
import { type TestDatabase, testDatabase } from "../../../test/postgres.ts";
import { type TestWeir, testWeir } from "../../../test/weir.ts";
import { createEmulator } from "../../emulator/emulator.ts";
import { deleteSessionsOf } from "../../store/session.ts";
import { createAuthenticate } from "../authenticate.ts";
import { guard } from "../guard.ts";
import { createLiveHub } from "../live-hub.ts";
import { createRouter } from "../router.ts";
import { eventRoutes } from "./events.ts";

let database: TestDatabase;
let weir: TestWeir;
let api: ReturnType<typeof testApi>;
const open = new Set<Listener>();

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.pool.query("truncate integration, finding, asset, signal, audit_event, lease, app_user cascade");
  weir = testWeir(database, createEmulator({ findings: 200, seed: 9 }).fetch);
  api = testApi(database);
});
afterEach(async () => {
  for (const listener of open) await listener.close();
});

interface Event {
  type: string;
  id: string | undefined;
  data: { [name: string]: unknown; integrations?: { name: string }[] };
}

interface Listener {
  /** Everything as it was sent. */
  text(): string;
  events(): Event[];
  /** The first event that fits, sent already or still to come. @throws when the stream ends before */
  until(what: (event: Event) => boolean): Promise<Event>;
  ended: Promise<void>;
  close(): Promise<void>;
}

function listenTo(answer: Response): Listener {
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toContain("text/event-stream");
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const pump = async () => {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) text += chunk.value;
  };
  let hasEnded = false;
  const ended = pump().finally(() => {
    hasEnded = true;
  });
  const events = () =>
    text
      .split("\n\n")
      .slice(0, -1)
      .filter((block) => !block.startsWith(":"))
      .map((block) => {
        const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(block)?.[1];
        return { type: field("event") ?? "", id: field("id"), data: JSON.parse(field("data") ?? "null") };
      });
  const listener: Listener = {
    text: () => text,
    events,
    async until(what) {
      for (;;) {
        const found = events().find(what);
        if (found !== undefined) return found;
        if (hasEnded) throw new Error(`the stream ended:\n${text}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    ended,
    async close() {
      open.delete(listener);
      await reader.cancel();
    },
  };
  open.add(listener);
  return listener;
}

const path = "/api/v1/events";
const listen = async (init: RequestInit = {}, email?: string) =>
  listenTo(await api.as("viewer", email).request(path, init));

/** The same route with shorter times. */
function shortEvents(options: { heartbeatMs?: number; recheckMs?: number }) {
  const router = createRouter();
  router.use(guard(createAuthenticate(api.deps)));
  router.route("/api/v1", eventRoutes(api.deps, options));
  return router;
}

describe("the stream of events", () => {
  test("W-30 Q-35 Q-36 tells how everything stands, then each run with its progress and each change of a tile", async () => {
    const integration = await weir.addIntegration("prod");
    const listener = await listen();
    const snapshot = await listener.until(({ type }) => type === "snapshot");
    expect(snapshot.data).toMatchObject({
      integrations: [{ name: "prod", state: "scheduled", tile: { colour: "grey", reason: "not polled yet" } }],
      runs: [],
    });
    await api.as("analyst").send("POST", "/api/v1/integrations/prod/sync");
    await listener.until(({ type, data }) => type === "run" && data.phase === "queued");
    const worker = weir.worker({ integrationId: integration.id });
    const done = await listener.until(({ type, data }) => type === "run" && data.result === "success");
    expect(done.data).toMatchObject({ integration: "prod", phase: "done" });
    expect(done.data.streams).toHaveLength(5);
    await listener.until(
      ({ type, data }) => type === "integration" && (data.tile as { colour: string }).colour === "green",
    );
    await listener.until(({ type }) => type === "inventory");
    await worker.stop();
  });

  test("tells of an integration that is added, changed and removed", async () => {
    const listener = await listen();
    await listener.until(({ type }) => type === "snapshot");
    const { id } = await weir.addIntegration("prod");
    await listener.until(({ type, data }) => type === "integration" && data.id === id);
    await api.as("admin").send("PATCH", "/api/v1/integrations/prod", { enabled: false });
    await listener.until(({ type, data }) => type === "integration" && data.enabled === false);
    await api.as("admin").send("DELETE", "/api/v1/integrations/prod?confirm=prod");
    expect((await listener.until(({ type }) => type === "removed")).data).toEqual({ id });
  });

  test("begins with a snapshot again for whoever comes back, with ids of its own and a time to wait", async () => {
    const first = await listen();
    const { id } = await first.until(({ type }) => type === "snapshot");
    expect(first.text()).toContain("retry: 3000");
    await first.close();
    await weir.addIntegration("meanwhile");
    const second = await listen({ headers: { "last-event-id": id ?? "" } });
    const snapshot = await second.until(({ type }) => type === "snapshot");
    expect(snapshot.data.integrations).toMatchObject([{ name: "meanwhile" }]);
    expect(snapshot.id).not.toBe(id);
  });

  test("says that it is still there while nothing happens", async () => {
    const server = shortEvents({ heartbeatMs: 20 });
    const cookie = await api.as("viewer").cookie();
    const listener = listenTo(await server.request(path, { headers: { cookie } }));
    await expect.poll(() => listener.text().split(": still here\n\n").length).toBeGreaterThan(2);
  });

  test("ends with the session that it was opened with, also over a real connection", async () => {
    const userId = await api.as("viewer").userId();
    const server = serve({ fetch: shortEvents({ recheckMs: 30 }).fetch, port: 0, overrideGlobalObjects: false });
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as { port: number };
    const cookie = await api.as("viewer").cookie();
    const listener = listenTo(await fetch(`http://127.0.0.1:${port}${path}`, { headers: { cookie } }));
    await listener.until(({ type }) => type === "snapshot");
    await deleteSessionsOf(database.db, userId);
    await listener.ended;
    open.delete(listener);
    server.close();
  });

  test("keeps no session alive that nobody uses", async () => {
    const cookie = await api.as("viewer").cookie();
    const { rows } = await database.pool.query(
      "update session set last_seen_at = now() - interval '10 minutes' returning last_seen_at",
    );
    const seenAt = async () => (await database.db.selectFrom("session").select("lastSeenAt").execute())[0]?.lastSeenAt;
    const peek = createAuthenticate(api.deps, { isUse: false });
    const router = createRouter();
    router.get("/", async (c) => c.json(await peek(c)));
    expect(await (await router.request("/", { headers: { cookie } })).json()).toMatchObject({ role: "viewer" });
    expect(await seenAt()).toBe(rows[0]?.last_seen_at);
    await api.api.request("/api/v1/auth/me", { headers: { cookie } });
    expect(await seenAt()).not.toBe(rows[0]?.last_seen_at);
  });

  test("is not open to those who are not signed in", async () => {
    expect((await api.api.request(path)).status).toBe(401);
  });

  test("is opened by one person a few times only, and a place that is left is free again", async () => {
    const mine: Listener[] = [];
    for (let i = 0; i < 10; i++) mine.push(await listen());
    expect((await api.as("viewer").request(path)).status).toBe(429);
    await (await listen({}, "another@weir.test")).until(({ type }) => type === "snapshot");
    await mine[0]?.until(({ type }) => type === "snapshot");
    await mine[0]?.close();
    await expect
      .poll(async () => {
        const answer = await api.as("viewer").request(path);
        if (answer.status === 200) listenTo(answer);
        else await answer.text();
        return answer.status;
      })
      .toBe(200);
  });
});

test("one look at the database serves all who listen, and nobody looks while nobody listens", async () => {
  let looks = 0;
  const db = database.db.withPlugin({
    transformQuery({ node }) {
      if (node.kind === "RawNode") looks += 1;
      return node;
    },
    transformResult: async ({ result }) => result,
  });
  const hub = createLiveHub({ db, now: Date.now, log: api.deps.log });
  const stops = await Promise.all([hub.listen(() => {}), hub.listen(() => {}), hub.listen(() => {})]);
  expect(looks).toBe(1);
  for (const stop of stops) stop();
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(looks).toBe(1);
});
