import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import { chooseEncoding, compress } from "./compress.ts";
import type { ApiEnv } from "./context.ts";

const long = JSON.stringify({ items: Array.from({ length: 200 }, (_, n) => ({ n, title: "the same again" })) });

const app = new Hono<ApiEnv>();
app.use(compress());
app.get("/json", (c) => c.body(long, 200, { "content-type": "application/json" }));
app.get("/short", (c) => c.json({ a: 1 }));
app.get("/events", (c) => c.body(long, 200, { "content-type": "text/event-stream" }));
app.get("/ndjson", (c) => c.body(long, 200, { "content-type": "application/x-ndjson; charset=utf-8" }));
app.get("/none", (c) => c.body(null, 204));
app.get("/packed", (c) => c.body(long, 200, { "content-type": "application/json", "content-encoding": "zstd" }));

const ask = (path: string, encoding?: string) =>
  app.request(path, { headers: encoding === undefined ? {} : { "accept-encoding": encoding } });

describe("an answer", () => {
  test.each(["/json", "/ndjson"])("%s is compressed as the client likes it", async (path) => {
    for (const [encoding, unpack] of [
      ["br", brotliDecompressSync],
      ["gzip", gunzipSync],
    ] as const) {
      const answer = await ask(path, encoding);
      expect(answer.headers.get("content-encoding")).toBe(encoding);
      expect(answer.headers.get("vary")).toMatch(/accept-encoding/i);
      const body = Buffer.from(await answer.arrayBuffer());
      expect(body.length).toBeLessThan(long.length / 5);
      expect(unpack(body).toString()).toBe(long);
    }
  });

  test("is left as it is for who takes no compression, and says that it would have been", async () => {
    for (const encoding of [undefined, "identity", "gzip;q=0"]) {
      const answer = await ask("/json", encoding);
      expect(answer.headers.get("content-encoding")).toBeNull();
      expect(answer.headers.get("vary")).toMatch(/accept-encoding/i);
      expect(await answer.text()).toBe(long);
    }
  });

  test.each(["/short", "/events", "/none", "/packed"])("%s is not compressed (again)", async (path) => {
    const answer = await ask(path, "gzip, br");
    expect(["zstd", null]).toContain(answer.headers.get("content-encoding"));
    expect([long, '{"a":1}', ""]).toContain(await answer.text());
  });
});

test.each([
  ["gzip, deflate, br, zstd", "br"],
  ["gzip", "gzip"],
  ["br;q=0.5, gzip;q=0.8", "gzip"],
  ["*", "br"],
  ["br;q=0, *;q=0.1", "gzip"],
  ["gzip;q=nonsense", null],
  ["", null],
  ["deflate", null],
])("for %j the encoding is %s", (header, encoding) => {
  expect(chooseEncoding(header)).toBe(encoding);
});
