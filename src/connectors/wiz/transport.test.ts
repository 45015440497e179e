import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { WizUnavailableError } from "../../errors.ts";
import { createConnectorFetch } from "../http.ts";
import { exchange, explainFailure } from "./transport.ts";

const never = new AbortController().signal;

/** A host that treats its connections badly. */
async function withHost<T>(
  handle: (socket: Socket) => void,
  use: (url: string, fetch: typeof globalThis.fetch) => Promise<T>,
) {
  const server = createServer().on("request", (request, response) => {
    request.resume();
    if (response.socket !== null) handle(response.socket);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const connector = createConnectorFetch({ allowedHosts: [host] });
  try {
    return await use(`http://${host}/graphql`, connector.fetch);
  } finally {
    server.close().closeAllConnections();
    await connector.close();
  }
}

async function failure(handle: (socket: Socket) => void, timeoutMs = 5000): Promise<WizUnavailableError> {
  const error = await withHost(handle, (url, fetch) =>
    exchange({ fetch, timeoutMs, isHeavy: true }, url, { method: "POST", body: "{}" }, never).catch((e) => e),
  );
  expect(error).toBeInstanceOf(WizUnavailableError);
  return error;
}

test("a host that says nothing is given up in time, and a smaller page may help", async () => {
  const error = await failure(() => {}, 100);
  expect(error.message).toMatch(/did not answer within 0\.1 seconds/);
  expect(error.isTooHeavy).toBe(true);
});

test("an answer that stops in its middle may be whole when it is smaller", async () => {
  const error = await failure((socket) => {
    socket.write("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{");
    setTimeout(() => socket.destroy(), 20);
  });
  expect(error.message).toMatch(/cut the connection in the middle/);
  expect(error.isTooHeavy).toBe(true);
});

test("a connection that is cut before the answer is an outage", async () => {
  const error = await failure((socket) => socket.destroy());
  expect(error.message).toMatch(/cannot be reached/);
});

test("W-37: a port where nobody listens names the host and suggests the region", async () => {
  const url = await withHost(
    () => {},
    async (gone) => gone,
  );
  const connector = createConnectorFetch({ allowedHosts: [new URL(url).host] });
  const error = await exchange({ fetch: connector.fetch, timeoutMs: 5000 }, url, {}, never).catch((e) => e);
  await connector.close();
  expect(error).toBeInstanceOf(WizUnavailableError);
  expect(error.message).toMatch(/127\.0\.0\.1:\d+ cannot be reached: no connection on its port \(ECONNREFUSED\)/);
  expect(error.message).toMatch(/region/);
});

test("cancelling is passed on as it is", async () => {
  const controller = new AbortController();
  const error = await withHost(
    () => controller.abort(new Error("cancelled")),
    (url, fetch) => exchange({ fetch, timeoutMs: 5000 }, url, {}, controller.signal).catch((e) => e),
  );
  expect(error.message).toBe("cancelled");
});

describe("W-37: a failure of the network is explained", () => {
  test.each([
    ["ENOTFOUND", /no such host.*region/],
    ["ECONNREFUSED", /no connection.*region/],
    ["ETIMEDOUT", /no connection.*region/],
    ["UND_ERR_CONNECT_TIMEOUT", /no connection.*region/],
    ["SELF_SIGNED_CERT_IN_CHAIN", /NODE_EXTRA_CA_CERTS/],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", /NODE_EXTRA_CA_CERTS/],
    ["CERT_HAS_EXPIRED", /NODE_EXTRA_CA_CERTS/],
    ["ERR_TLS_CERT_ALTNAME_INVALID", /NODE_EXTRA_CA_CERTS/],
    ["EPRIVATE", /private address/],
  ])("%s", (code, words) => {
    const cause = Object.assign(new Error("inner"), { code });
    expect(explainFailure(new TypeError("fetch failed", { cause }))).toMatch(words);
    expect(explainFailure(new AggregateError([cause], "all failed"))).toMatch(words);
  });

  test("whatever else it is", () => {
    expect(explainFailure(new Error("odd"))).toMatch(/odd.*region/);
  });
});
