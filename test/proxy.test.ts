import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getRequestListener } from "@hono/node-server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createEmulator } from "../src/emulator/emulator.ts";
import { startWeir } from "./weir-process.ts";

/** Wiz's own names, behind a proxy that opens TLS: its certificate is signed by an authority that nobody knows. */
const hosts = ["api.us17.app.wiz.io", "auth.app.wiz.io"];
const secret = "emulator-secret";
let folder: string;
let wiz: Server;
let proxy: Server;
let tunnels: string[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "weir-proxy-"));
  makeCertificates();
  const options = { key: readFileSync(join(folder, "wiz.key")), cert: readFileSync(join(folder, "wiz.pem")) };
  const listener = getRequestListener(createEmulator({ findings: 200 }).app.fetch, { overrideGlobalObjects: false });
  wiz = createTlsServer(options, (request, response) => void listener(request, response));
  proxy = createProxy(await listen(wiz));
  await listen(proxy);
});
afterAll(() => {
  for (const server of [wiz, proxy]) server.close().closeAllConnections();
  rmSync(folder, { recursive: true });
});

/** On every machine that runs the tests; Node itself makes no certificates. */
const certificateTool = "openssl";

function openssl(...args: string[]): void {
  execFileSync(certificateTool, args, { cwd: folder, stdio: "pipe" });
}

function makeCertificates(): void {
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl(
    "req",
    "-x509",
    ...newKey,
    "-keyout",
    "ca.key",
    "-out",
    "ca.pem",
    "-days",
    "2",
    "-subj",
    "/CN=Test authority",
  );
  const names = hosts.map((host) => `DNS:${host}`).join(",");
  openssl(
    "req",
    ...newKey,
    "-keyout",
    "wiz.key",
    "-out",
    "wiz.csr",
    "-subj",
    `/CN=${hosts[0]}`,
    "-addext",
    `subjectAltName=${names}`,
  );
  const signed = ["-in", "wiz.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-out", "wiz.pem", "-days", "2"];
  openssl("x509", "-req", ...signed, "-copy_extensions", "copy");
}

/** Opens a tunnel to our Wiz for every host that is asked for, for who knows the password. */
function createProxy(target: number): Server {
  tunnels = [];
  const server = createServer((_request, response) => response.writeHead(405).end());
  return server.on("connect", (request, socket: Socket) => {
    const expected = `Basic ${Buffer.from("weir:pass word").toString("base64")}`;
    if (request.headers["proxy-authorization"] !== expected) {
      socket.end("HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic\r\n\r\n");
      return;
    }
    tunnels.push(String(request.url));
    const onward = connect(target, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      onward.pipe(socket).pipe(onward);
    });
    onward.on("error", () => socket.destroy());
    socket.on("error", () => onward.destroy());
  });
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return (server.address() as AddressInfo).port;
}

/** `weir check` of a tenant in data centre us17, as a process of its own. */
async function check(env: Record<string, string>): Promise<{ code: number | null; said: string }> {
  tunnels.length = 0;
  const weir = startWeir(["check", "--api-endpoint", "us17", "--client-id", "emulator"], {
    WEIR_CLIENT_SECRET: secret,
    ...env,
  });
  const code = await weir.exit;
  const said = weir.lines.join("\n");
  for (const word of [secret, "pass word", "pass%20word"]) expect(said).not.toContain(word);
  return { code, said };
}

const proxyUrl = (login = "weir:pass%20word@") => `http://${login}127.0.0.1:${(proxy.address() as AddressInfo).port}`;

test("Wiz is reached through a proxy that opens TLS, with its certificate and a login", async () => {
  const { code, said } = await check({ HTTPS_PROXY: proxyUrl(), NODE_EXTRA_CA_CERTS: join(folder, "ca.pem") });
  expect(said).toMatch(/^ok {2}vulnerabilities: .*Wiz counts \d+/m);
  expect(code).toBe(0);
  expect([...new Set(tunnels)].sort()).toEqual(hosts.map((host) => `${host}:443`));
});

test("a certificate that nobody knows is refused, and the message says where to name it", async () => {
  const { code, said } = await check({ HTTPS_PROXY: proxyUrl() });
  expect(said).toMatch(/FAILED {2}network: api\.us17\.app\.wiz\.io cannot be reached: its certificate is not trusted/);
  expect(said).toMatch(/NODE_EXTRA_CA_CERTS/);
  expect(code).toBe(1);
});

test("a proxy that wants another login says so", async () => {
  const { code, said } = await check({ HTTPS_PROXY: proxyUrl("weir:wrong@") });
  expect(said).toMatch(/FAILED {2}network: .*the proxy in HTTPS_PROXY \(127\.0\.0\.1:\d+\) answered 407.*user name/);
  expect(code).toBe(1);
});

test("a proxy that is not there is named, and not taken for Wiz", async () => {
  const { code, said } = await check({ HTTPS_PROXY: "http://127.0.0.1:9" });
  expect(said).toMatch(
    /FAILED {2}network: .*the proxy in HTTPS_PROXY \(127\.0\.0\.1:9\) cannot be reached \(ECONNREFUSED\)/,
  );
  expect(code).toBe(1);
});
