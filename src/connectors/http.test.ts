import type { lookup } from "node:dns";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { errorText } from "../errors.ts";
import { type ConnectorFetchOptions, createConnectorFetch, isPrivateAddress } from "./http.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0)) await thing.close();
});

async function listen(server: Server): Promise<string> {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  open.push({ close: () => new Promise((done) => server.close(() => done()).closeAllConnections()) });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function aFetch(options: Partial<ConnectorFetchOptions> = {}): typeof fetch {
  const made = createConnectorFetch({ allowedHosts: [], ...options });
  open.unshift(made);
  return made.fetch;
}

/** DNS that says the same for every name. */
function answering(address: string): typeof lookup {
  return ((_name: string, _options: unknown, callback: (...args: unknown[]) => void) =>
    callback(null, [{ address, family: 4 }])) as unknown as typeof lookup;
}

test("a host allowed by name is reached on its private address", async () => {
  const host = await listen(createServer((_req, res) => res.end("hello")));
  const answer = await aFetch({ allowedHosts: [host] })(`http://${host}/`);
  expect(await answer.text()).toBe("hello");
});

test("Q-44: a redirect is handed back, never followed", async () => {
  let hits = 0;
  const elsewhere = await listen(
    createServer((_req, res) => {
      hits += 1;
      res.end();
    }),
  );
  const host = await listen(
    createServer((_req, res) => res.writeHead(307, { location: `http://${elsewhere}/` }).end()),
  );
  const answer = await aFetch({ allowedHosts: [host, elsewhere] })(`http://${host}/`, { redirect: "follow" });
  expect(answer.status).toBe(307);
  expect(hits).toBe(0);
});

test("a name of Wiz that resolves to this machine is refused before a byte is sent", async () => {
  let hits = 0;
  const host = await listen(
    createServer((_req, res) => {
      hits += 1;
      res.end();
    }),
  );
  const port = host.split(":")[1];
  const error = await aFetch({ resolve: answering("127.0.0.1") })(`http://api.us1.app.wiz.io:${port}/`).catch((e) => e);
  expect(errorText(error)).toMatch(/private or local address/);
  expect(hits).toBe(0);
});

test.each(["http://127.0.0.1:1/", "http://[::1]:1/", "http://169.254.169.254/", "http://[::ffff:10.0.0.1]/"])(
  "the literal address in %s is refused",
  async (url) => {
    expect(errorText(await aFetch()(url).catch((e) => e))).toMatch(/private or local address/);
  },
);

test("the port is part of an allowed name", async () => {
  const host = await listen(createServer((_req, res) => res.end()));
  const error = await aFetch({ allowedHosts: ["127.0.0.1:1"] })(`http://${host}/`).catch((e) => e);
  expect(errorText(error)).toMatch(/private or local address/);
});

test("with a proxy, Wiz is asked through it and allowed loopback hosts directly", async () => {
  const asked: string[] = [];
  const proxy = createServer((req, res) => {
    asked.push(String(req.url));
    res.end("from the proxy");
  });
  const proxyHost = await listen(proxy);
  const host = await listen(createServer((_req, res) => res.end("direct")));
  const connectorFetch = aFetch({ proxyUrl: `http://${proxyHost}`, allowedHosts: [host, "wiz.example.com:80"] });
  expect(await (await connectorFetch("http://wiz.example.com/graphql")).text()).toBe("from the proxy");
  expect(await (await connectorFetch(`http://${host}/`)).text()).toBe("direct");
  expect(asked).toEqual(["http://wiz.example.com/graphql"]);
});

describe("private addresses", () => {
  test.each([
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "127.8.8.8",
    "169.254.169.254",
    "172.31.255.255",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "::ffff:127.0.0.1",
    "::ffff:a00:1",
    "64:ff9b::10.0.0.1",
    "2002:a00:1::",
    "ff02::1",
    "not an address",
  ])("%s is one", (address) => {
    expect(isPrivateAddress(address)).toBe(true);
  });

  test.each(["1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::1.1.1.1"])(
    "%s is none",
    (address) => {
      expect(isPrivateAddress(address)).toBe(false);
    },
  );
});
