import { connect } from "node:net";
import { Hono } from "hono";
import { expect, test } from "vitest";
import { ConfigError } from "../errors.ts";
import { listen } from "./server.ts";

const loopback = { host: "127.0.0.1", port: 0 };

test("stopping does not wait for an answer that never ends", async () => {
  const app = new Hono().get(
    "/events",
    () => new Response(new ReadableStream({ start: (c) => c.enqueue(new TextEncoder().encode("data: 1\n\n")) })),
  );
  const server = await listen(app, loopback, 50);
  const answer = await fetch(`${server.url}/events`);
  const reading = answer.text();
  await server.close();
  await expect(reading).rejects.toThrow();
});

test("an answer that ends in time is finished before the server stops", async () => {
  let answerNow = () => {};
  const asked = Promise.withResolvers<void>();
  const app = new Hono().get("/slow", async (c) => {
    asked.resolve();
    await new Promise<void>((resolve) => {
      answerNow = resolve;
    });
    return c.text("done");
  });
  const server = await listen(app, loopback, 60_000);
  const answer = fetch(`${server.url}/slow`);
  await asked.promise;
  const closing = server.close();
  answerNow();
  expect(await (await answer).text()).toBe("done");
  await closing;
});

test("a port that is in use is a mistake with advice", async () => {
  const app = new Hono();
  const server = await listen(app, loopback);
  const port = Number(new URL(server.url).port);
  await expect(listen(app, { host: "127.0.0.1", port })).rejects.toThrow(ConfigError);
  await server.close();
});

test.each([
  ["GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400],
  ["GET nowhere HTTP/1.1\r\nHost: a\r\n\r\n", 400],
  ["\x16\x03\x01 no HTTP\r\n\r\n", 400],
  [`GET / HTTP/1.1\r\nHost: a\r\nX: ${"y".repeat(20_000)}\r\n\r\n`, 431],
])("what is no request, %j, is answered in the shape of every error", async (raw, status) => {
  const server = await listen(new Hono(), loopback);
  const [head, body = ""] = (await sendRaw(server.url, raw)).split("\r\n\r\n");
  expect(head).toContain(`HTTP/1.1 ${status} `);
  const json = body.slice(body.indexOf("{"), body.lastIndexOf("}") + 1);
  expect(JSON.parse(json)).toEqual({
    error: { code: "invalid_request", message: expect.stringContaining("The request cannot be read: ") },
  });
  await server.close();
});

async function sendRaw(url: string, raw: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.end(Buffer.from(raw, "latin1"));
  return Buffer.concat(await socket.toArray()).toString();
}
