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
