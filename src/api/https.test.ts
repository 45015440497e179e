import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type PeerCertificate } from "node:tls";
import { Hono } from "hono";
import { Agent, fetch } from "undici";
import { afterEach, beforeEach, expect, test } from "vitest";
import { aCertificate } from "../../test/certificate.ts";
import { ConfigError } from "../errors.ts";
import { createLogger } from "../log.ts";
import { listenSecurely } from "./https.ts";
import type { Listening } from "./server.ts";

const loopback = { host: "127.0.0.1", port: 0 };
let folder: string;
let tls: { certFile: string; keyFile: string };
let log: string[];
let now: number;
const open: Listening[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "weir-https-"));
  tls = { certFile: join(folder, "weir.pem"), keyFile: join(folder, "weir.key") };
  log = [];
  now = Date.now();
});
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
  rmSync(folder, { recursive: true });
});

function write({ cert, key }: { cert: string; key: string }): string {
  writeFileSync(tls.certFile, cert);
  writeFileSync(tls.keyFile, key);
  return cert;
}

async function start(lookMs?: number): Promise<Listening> {
  const app = new Hono().get("/", (c) => c.text(c.req.url));
  const logger = createLogger({ format: "text", stream: { write: (line) => log.push(line) } });
  const server = await listenSecurely(app, loopback, { tls, log: logger, now: () => now }, lookMs);
  open.push(server);
  return server;
}

/** What the server shows of itself to a new connection, and the protocol that they agree on. */
async function greet(server: Listening, options: { maxVersion?: "TLSv1.1" | "TLSv1.2" } = {}) {
  const { hostname, port } = new URL(server.url);
  return await new Promise<{ peer: PeerCertificate; protocol: string | null }>((resolve, reject) => {
    const seen = { host: hostname, port: Number(port), rejectUnauthorized: false, minVersion: "TLSv1" as const };
    const socket = connect({ ...seen, ciphers: "DEFAULT@SECLEVEL=0", ...options }, () => {
      resolve({ peer: socket.getPeerCertificate(), protocol: socket.getProtocol() });
      socket.destroy();
    });
    socket.on("error", reject);
  });
}

test("W-20 with a certificate it is https that is spoken, and nothing older than TLS 1.2", async () => {
  const ca = write(aCertificate());
  const server = await start();
  expect(server.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
  const dispatcher = new Agent({ connect: { ca } });
  const answer = await fetch(server.url, { dispatcher });
  expect(await answer.text()).toBe(`${server.url}/`);
  await dispatcher.close();
  expect((await greet(server)).protocol).toBe("TLSv1.3");
  expect((await greet(server, { maxVersion: "TLSv1.2" })).protocol).toBe("TLSv1.2");
  await expect(greet(server, { maxVersion: "TLSv1.1" })).rejects.toThrow();
  await expect(fetch(server.url.replace("https", "http"))).rejects.toThrow();
  expect(log).toEqual([]);
});

test("without a certificate it is http", async () => {
  const server = await listenSecurely(new Hono(), loopback, {
    tls: undefined,
    log: createLogger({ format: "text", stream: { write: () => undefined } }),
    now: Date.now,
  });
  open.push(server);
  expect((await fetch(server.url)).status).toBe(404);
});

test("renewed files are taken without a restart", async () => {
  write(aCertificate({ days: 30 }));
  const server = await start(20);
  const before = (await greet(server)).peer.fingerprint256;
  write(aCertificate({ days: 60 }));
  await expect.poll(async () => (await greet(server)).peer.fingerprint256).not.toBe(before);
  expect(log).toEqual([
    expect.stringMatching(/^\[INFO\] https: the certificate was renewed: valid until \d{4}-\d\d-\d\d\n$/),
  ]);
});

test("files that do not fit are told of once, and the certificate in use stays until they do", async () => {
  write(aCertificate());
  const server = await start(10);
  const before = (await greet(server)).peer.fingerprint256;
  const next = aCertificate();
  writeFileSync(tls.certFile, next.cert);
  await expect.poll(() => log.length).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(log).toEqual([
    expect.stringMatching(/^\[WARN\] https: the certificate was not renewed: The key in .*weir\.key/),
  ]);
  expect((await greet(server)).peer.fingerprint256).toBe(before);
  write(next);
  await expect.poll(async () => (await greet(server)).peer.fingerprint256).not.toBe(before);
});

test("a certificate whose time is over, or soon, or not come yet, serves with a warning", async () => {
  const seen: string[] = [];
  for (const time of [{ from: -10, days: 9 }, { days: 10 }, { from: 3 }]) {
    write(aCertificate(time));
    await start();
    seen.push(...log.splice(0));
  }
  expect(seen).toEqual([
    expect.stringMatching(/\[WARN\] https: the certificate expired on .*: browsers and scripts refuse it/),
    expect.stringMatching(/\[WARN\] https: the certificate expires on .*: renew it before that/),
    expect.stringMatching(/\[WARN\] https: the certificate is valid only from /),
  ]);
});

test("a certificate that runs out while it serves is told of then", async () => {
  write(aCertificate({ days: 90 }));
  await start(10);
  now += 80 * 86_400_000;
  await expect.poll(() => log.length).toBe(1);
  now += 40 * 86_400_000;
  await expect.poll(() => log.length).toBe(2);
  expect(log).toEqual([expect.stringContaining("expires on"), expect.stringContaining("expired on")]);
});

async function refusal(): Promise<string> {
  const error = await start().then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ConfigError)) throw new Error("it was taken");
  return error.message;
}

test("what cannot be used says which file is wrong and what to do", async () => {
  const pair = aCertificate();
  expect(await refusal()).toBe(`WEIR_TLS_CERT: there is no file ${tls.certFile}.`);
  writeFileSync(tls.certFile, pair.cert);
  expect(await refusal()).toBe(`WEIR_TLS_KEY: there is no file ${tls.keyFile}.`);
  write({ ...pair, cert: pair.key });
  expect(await refusal()).toMatch(/^WEIR_TLS_CERT: .* holds no certificate in PEM form/);
  write({ ...pair, key: pair.cert });
  expect(await refusal()).toMatch(/^WEIR_TLS_KEY: .* holds no private key in PEM form/);
  write({ ...pair, key: aCertificate().key });
  expect(await refusal()).toMatch(/^The key in .*weir\.key is not that of the first certificate in .*weir\.pem/);
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const hidden = privateKey.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "x" });
  write({ ...pair, key: hidden as string });
  expect(await refusal()).toMatch(/is protected by a passphrase.*openssl pkey/);
  tls.certFile = folder;
  expect(await refusal()).toBe(`WEIR_TLS_CERT: ${folder} is a folder.`);
});
