import { createServer, type Server } from "node:http";
import { createServer as createTlsServer, type Server as TlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { getRequestListener } from "@hono/node-server";
import { ConfigError, errorText } from "../errors.ts";

export interface Address {
  host: string;
  port: number;
  /** With it https is spoken, http without. */
  certificate?: Certificate | undefined;
}

/** In PEM form. */
export interface Certificate {
  cert: string;
  key: string;
}

export interface Listening {
  url: string;
  /** New connections get this one from now on. */
  takeCertificate(certificate: Certificate): void;
  /** Takes no more requests; answers that are not finished after `graceMs` are cut off. */
  close(): Promise<void>;
}

/** How long an answer, a large export for example, may go on when the server is to stop. */
const defaultGraceMs = 2_000;
const idleCheckMs = 50;

/** @throws ConfigError when the address cannot be listened on */
export async function listen(app: HttpApp, address: Address, graceMs = defaultGraceMs): Promise<Listening> {
  return await new Promise((resolve, reject) => {
    const server = makeServer(app, address);
    server.listen(address.port, address.host, () => {
      resolve({
        url: urlOf(server),
        takeCertificate: (certificate) => {
          if ("setSecureContext" in server) server.setSecureContext(tlsOptions(certificate));
        },
        close: () => closeServer(server, graceMs),
      });
    });
    server.on("clientError", refuseOnSocket);
    server.on("error", (cause: NodeJS.ErrnoException) => reject(listenError(address, cause)));
  });
}

export interface HttpApp {
  fetch: (request: Request) => Response | Promise<Response>;
}

function makeServer(app: HttpApp, { host, certificate }: Address): Server | TlsServer {
  const listener = getRequestListener(app.fetch, { hostname: host, errorHandler: refuse });
  return certificate === undefined ? createServer(listener) : createTlsServer(tlsOptions(certificate), listener);
}

function tlsOptions({ cert, key }: Certificate) {
  return { cert, key, minVersion: "TLSv1.2" } as const;
}

function urlOf(server: Server | TlsServer): string {
  const { address, port } = server.address() as AddressInfo;
  const scheme = "setSecureContext" in server ? "https" : "http";
  return `${scheme}://${address.includes(":") ? `[${address}]` : address}:${port}`;
}

/** What is no request, such as one to a host that is none, never gets to the application. */
function refuse(error: unknown): Response {
  return Response.json(unreadable(errorText(error)), { status: 400 });
}

const socketStatuses: Record<string, [number, string]> = {
  HPE_HEADER_OVERFLOW: [431, "Request Header Fields Too Large"],
  ERR_HTTP_REQUEST_TIMEOUT: [408, "Request Timeout"],
};

/** What is no HTTP is answered in the same shape as all that is wrong, and the connection ends. */
function refuseOnSocket(error: NodeJS.ErrnoException & { rawPacket?: Buffer }, socket: Duplex): void {
  if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
  const [status, reason] = socketStatuses[error.code ?? ""] ?? [400, "Bad Request"];
  const body = JSON.stringify(unreadable(reason));
  const head = [`HTTP/1.1 ${status} ${reason}`, "Content-Type: application/json", `Content-Length: ${body.length}`];
  const isHead = error.rawPacket?.toString("latin1", 0, 5) === "HEAD ";
  socket.end(`${[...head, "Connection: close"].join("\r\n")}\r\n\r\n${isHead ? "" : body}`);
}

function unreadable(why: string) {
  return { error: { code: "invalid_request", message: `The request cannot be read: ${why}.` } };
}

/** A stream of events never ends by itself, so it must not be waited for. */
async function closeServer(server: Server | TlsServer, graceMs: number): Promise<void> {
  const closed = new Promise<void>((done) => {
    server.close(() => done());
  });
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  // A browser keeps its connection for the next request even when its last one was answered after the stop.
  const idle = setInterval(() => server.closeIdleConnections(), idleCheckMs);
  await closed;
  clearTimeout(cut);
  clearInterval(idle);
}

function listenError({ host, port }: { host: string; port: number }, cause: NodeJS.ErrnoException): ConfigError {
  const place = `${host}:${port}`;
  const advice = {
    EADDRINUSE: `${place} is in use by another program: stop it, or choose another port with --port or WEIR_PORT.`,
    EACCES: `This user may not listen on ${place}: choose a port above 1023 with --port or WEIR_PORT.`,
    EADDRNOTAVAIL: `This machine has no address ${host}: correct WEIR_HOST.`,
  }[cause.code ?? ""];
  return new ConfigError(advice ?? `Cannot listen on ${place} (${cause.code ?? cause.message})`, { cause });
}
