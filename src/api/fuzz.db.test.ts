import { Agent, type IncomingHttpHeaders, type IncomingMessage, type RequestOptions, request } from "node:http";
import { connect } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testApi } from "../../test/api.ts";
import { secretMark } from "../../test/fuzz/body.ts";
import type { ApiDocument } from "../../test/fuzz/document.ts";
import { rawRequests } from "../../test/fuzz/raw.ts";
import { type FuzzRequest, requestsTo } from "../../test/fuzz/requests.ts";
import { type KnownIds, resourceOf } from "../../test/fuzz/url.ts";
import { inventory } from "../../test/inventory.ts";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { type Listening, listen } from "./server.ts";

const requests = 5000;
/** Megabytes that may have come to stay after all of them: what caches and compiled code take, and no request leaves. */
const mayGrowMb = 40;

let database: TestDatabase;
let server: Listening;
let api: ReturnType<typeof testApi>;
let document: ApiDocument;
const ids: KnownIds = new Map();
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

beforeAll(async () => {
  database = await testDatabase();
  api = testApi(database);
  server = await listen(api.api, { host: "127.0.0.1", port: 0 });
  document = (await (await api.api.request("/api/v1/openapi.json")).json()) as ApiDocument;
  await addRecords();
});
afterAll(async () => {
  agent.destroy();
  await server.close();
  await database.close();
});

async function addRecords(): Promise<void> {
  const add = inventory(database);
  for (const name of ["prod", "dev"]) {
    const integrationId = await add.integration(name);
    const definitionId = await add.definition({ integrationId, title: "A title" });
    const assetId = await add.asset({ name: "web-1" });
    await add.assetSource({ assetId, integrationId, externalId: "1" });
    const findingId = await add.finding({ integrationId, definitionId, assetId });
    know("integrations", integrationId, name);
    know("assets", assetId);
    know("findings", findingId);
    know("signals", await add.signal({ integrationId }));
  }
}

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/**
 * Sends it as it is, over a socket. A stream of events is left at its first words. As every client, it tries again when
 * the server closed a connection that was kept.
 */
async function send(one: FuzzRequest, cookie: string, isAgain = false): Promise<Answer> {
  const url = new URL(server.url);
  const length = one.body === null ? {} : { "content-length": String(one.body.length) };
  const headers = { cookie, origin: server.url, ...length, ...one.headers };
  const options: RequestOptions = {
    agent,
    host: url.hostname,
    port: url.port,
    method: one.method,
    path: one.path,
    headers,
  };
  return await new Promise((resolve, reject) => {
    const sent = request(options, (response) => {
      const parts: Buffer[] = [];
      const done = () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: decoded(response, parts) });
      response.on("data", (part: Buffer) => {
        parts.push(part);
        if (response.headers["content-type"]?.startsWith("text/event-stream") === true) {
          done();
          response.destroy();
        }
      });
      response.on("end", done);
      response.on("error", reject);
    });
    sent.setTimeout(10_000, () => sent.destroy(new Error("no answer within ten seconds")));
    sent.on("error", (error) => (sent.reusedSocket && !isAgain ? resolve(send(one, cookie, true)) : reject(error)));
    sent.end(one.body === null ? undefined : Buffer.from(one.body, "latin1"));
  });
}

/** What nobody is told: secrets that were sent, hashes of passwords, and what a session is known by. */
const secrets = new RegExp(`${secretMark}|\\$argon2|weir_session=(?!;)\\w{9}`);

function decoded({ headers }: IncomingMessage, parts: readonly Buffer[]): string {
  const bytes = Buffer.concat(parts);
  const decode = { gzip: gunzipSync, br: brotliDecompressSync, deflate: inflateSync }[
    headers["content-encoding"] ?? ""
  ];
  return (decode === undefined || bytes.length === 0 ? bytes : decode(bytes)).toString();
}

const errorKeys = ["code", "message", "field", "position", "suggestion", "example", "requestId"];

function expectClean(one: FuzzRequest, { status, headers, body }: Answer): void {
  const what = JSON.stringify({ status, headers, body: body.slice(0, 300) });
  expect(status >= 200 && status < 500 && (status < 300 || status === 304 || status >= 400), what).toBe(true);
  expect(body).not.toMatch(secrets);
  // What is no request at all does not get to the application, which numbers them.
  const isRead = status !== 431 && !body.includes("cannot be read: ") && !(one.method === "HEAD" && status === 400);
  if (isRead) expect(headers["x-request-id"], what).toBeDefined();
  if (status < 400 || one.method === "HEAD") return;
  const { error, ...rest } = JSON.parse(body) as { error: Record<string, unknown> };
  expect(rest).toEqual({});
  expect(error).toMatchObject({ code: expect.stringMatching(/^[a-z_]+$/), message: expect.stringMatching(/./) });
  expect(Object.keys(error).filter((key) => !errorKeys.includes(key))).toEqual([]);
  expect(body).not.toMatch(/node_modules|\.ts:\d|select .* from|at Object\./);
}

/** Fuzzed requests sign out, change passwords and remove users, so there is somebody new whenever the last one is gone. */
function createAdmin() {
  let count = 0;
  let cookie: string | null = null;
  return {
    async cookie(): Promise<string> {
      cookie ??= await signIn(`admin-${count++}@weir.test`);
      return cookie;
    },
    isGone() {
      cookie = null;
    },
  };
}

async function signIn(email: string): Promise<string> {
  const admin = api.as("admin", email);
  know("users", await admin.userId());
  const passwordHash = await api.deps.passwords.hash(`${secretMark}-0-Aa1!aaaaaaaaaaaa`);
  await database.db
    .updateTable("appUser")
    .set({ passwordHash })
    .where("id", "=", await admin.userId())
    .execute();
  return await admin.cookie();
}

function know(resource: string, ...more: string[]): void {
  ids.set(resource, [...(ids.get(resource) ?? []), ...more]);
}

/** What was made is asked for, changed and removed by later requests. */
function remember({ path }: FuzzRequest, { status, body }: Answer): void {
  const made = status === 201 ? (JSON.parse(body) as { id?: string }) : {};
  if (made.id !== undefined) know(resourceOf(path), made.id);
}

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

function heapMb(): number {
  collect();
  collect();
  return process.memoryUsage().heapUsed / 1_000_000;
}

test("the requests reach every route that there is", () => {
  const described = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method} ${path}`),
  );
  expect(described.length).toBeGreaterThan(3);
  const routes = api.api.routes
    .filter(({ method }) => method !== "ALL")
    .map(({ method, path }) => `${method.toLowerCase()} ${path.replaceAll(/:(\w+)/g, "{$1}")}`);
  const plain = routes.filter((route) => !/openapi\.json$|\/(healthz|readyz|metrics)$/.test(route));
  expect(plain.filter((route) => !described.includes(route))).toEqual([]);
});

describe("whatever is sent", () => {
  test(`${requests} requests of an administrator get a clean answer each, and leave nothing behind`, async () => {
    const admin = createAdmin();
    const statuses = new Map<number, number>();
    let heap = 0;
    let sent = 0;
    const internal: string[] = [];
    await fc.assert(
      fc.asyncProperty(requestsTo(document, ids), async (one) => {
        const answer = await send(one, await admin.cookie());
        if (answer.status === 401) admin.isGone();
        remember(one, answer);
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        expectClean(one, answer);
        for (const line of api.log.splice(0)) {
          expect(line).not.toMatch(secrets);
          if (line.includes('"level":"error"')) internal.push(line);
        }
        if (++sent === requests / 5) heap = heapMb();
      }),
      { numRuns: requests },
    );
    expect(internal).toEqual([]);
    expect(heapMb() - heap).toBeLessThan(mayGrowMb);
    expect(statuses.get(200) ?? 0).toBeGreaterThan(requests / 20);
  }, 600_000);

  test("what is no HTTP is refused, and the server goes on", async () => {
    const answers = await Promise.all(rawRequests.map(async (raw) => [raw, await sendRaw(raw)] as const));
    for (const [raw, text] of answers) {
      const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1] ?? 0);
      expect(status < 500, `${JSON.stringify(raw.slice(0, 200))} → ${text.slice(0, 200)}`).toBe(true);
      // Node itself answers a request without a host, with nothing in it.
      if (status === 400) expect(text).toMatch(/"code":"|\r\n0\r\n\r\n$/);
    }
    const alive = await send({ method: "GET", path: "/healthz", headers: {}, body: null }, "");
    expect(alive.status).toBe(200);
  });
});

/** What comes back; a connection that is closed or kept waiting is an answer, too. */
async function sendRaw(raw: string): Promise<string> {
  const { hostname, port } = new URL(server.url);
  return await new Promise((resolve) => {
    let text = "";
    const socket = connect(Number(port), hostname, () => socket.write(Buffer.from(raw, "latin1")));
    socket.setTimeout(300, () => socket.destroy());
    socket.on("data", (part) => {
      text += part.toString("latin1");
    });
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(text));
  });
}
