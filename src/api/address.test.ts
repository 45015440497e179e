import { Hono } from "hono";
import { expect, test } from "vitest";
import { createLogger } from "../log.ts";
import { createAddressReader } from "./address.ts";
import type { ApiContext, ApiEnv } from "./context.ts";

function reader(trustedProxies: string[]) {
  const lines: string[] = [];
  const log = createLogger({ format: "text", stream: { write: (line) => lines.push(line) } });
  const addressOf = createAddressReader({ trustedProxies, log });
  const app = new Hono<ApiEnv>().get("/", (c) => c.json(addressOf(c as ApiContext)));
  const read = async (remoteAddress: string | undefined, forwarded?: string) => {
    const headers = forwarded === undefined ? {} : { "x-forwarded-for": forwarded };
    const env = remoteAddress === undefined ? {} : { incoming: { socket: { remoteAddress } } };
    return await (await app.request("/", { headers }, env)).json();
  };
  return { read, lines };
}

test("the address is the other end of the connection, whatever a header says, and the log says so once", async () => {
  const { read, lines } = reader([]);
  expect(await read("192.0.2.1")).toBe("192.0.2.1");
  expect(await read("::ffff:192.0.2.1")).toBe("192.0.2.1");
  expect(await read("192.0.2.1", "198.51.100.7")).toBe("192.0.2.1");
  expect(await read("192.0.2.1", "198.51.100.8")).toBe("192.0.2.1");
  expect(lines).toEqual([expect.stringContaining("WEIR_TRUSTED_PROXIES")]);
  expect(await read(undefined)).toBe(null);
});

test.each([
  ["198.51.100.7", "198.51.100.7"],
  ["203.0.113.1, 198.51.100.7", "198.51.100.7"],
  ["203.0.113.1, 198.51.100.7, 10.0.0.2", "198.51.100.7"],
  ["10.0.0.3, 10.0.0.2", "10.0.0.3"],
  ["2001:db8::7", "2001:db8::7"],
  ["made up", "10.0.0.1"],
  ["made up, 10.0.0.9", "10.0.0.9"],
  ["", "10.0.0.1"],
])(
  "behind a trusted proxy X-Forwarded-For: %s says %s, as only its end is not the client's own word",
  async (header, address) => {
    const { read, lines } = reader(["10.0.0.0/8", "fd00::1"]);
    expect(await read("10.0.0.1", header)).toBe(address);
    expect(await read("192.0.2.1", header)).toBe("192.0.2.1");
    expect(lines).toHaveLength(1);
  },
);
