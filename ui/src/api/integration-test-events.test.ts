import { expect, test } from "vitest";
import { readEvents } from "./integration-test-events.ts";

function streamOf(...chunks: (string | Uint8Array)[]): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(typeof chunk === "string" ? encoder.encode(chunk) : chunk);
      controller.close();
    },
  });
}

async function eventsOf(...chunks: (string | Uint8Array)[]) {
  const events: { event: string; data: string }[] = [];
  for await (const event of readEvents(streamOf(...chunks))) events.push(event);
  return events;
}

test("an event comes whole, however the network cut it", async () => {
  const events = await eventsOf("event: st", 'ep\ndata: {"a":', "1}\n", "\nevent: done\ndata: {}\n\n");
  expect(events).toEqual([
    { event: "step", data: '{"a":1}' },
    { event: "done", data: "{}" },
  ]);
});

test("a letter of several bytes may be cut in the middle", async () => {
  const bytes = new TextEncoder().encode("data: Größe\n\n");
  expect(await eventsOf(bytes.slice(0, 9), bytes.slice(9))).toEqual([{ event: "message", data: "Größe" }]);
});

test("comments keep the connection and are no events", async () => {
  expect(await eventsOf(": still here\n\n", "data: 1\r\ndata: 2\r\n\r\n")).toEqual([
    { event: "message", data: "1\n2" },
  ]);
});

test("what was not finished is no event", async () => {
  expect(await eventsOf("event: step\ndata: {")).toEqual([]);
});
