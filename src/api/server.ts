import type { Server } from "node:http";
import { serve } from "@hono/node-server";
import { ConfigError } from "../errors.ts";

export interface Listening {
  url: string;
  /** Takes no more requests; answers that are not finished after `graceMs` are cut off. */
  close(): Promise<void>;
}

/** How long an answer, a large export for example, may go on when the server is to stop. */
const defaultGraceMs = 2_000;
const idleCheckMs = 50;

/** @throws ConfigError when the address cannot be listened on */
export async function listen(
  app: { fetch: (request: Request) => Response | Promise<Response> },
  address: { host: string; port: number },
  graceMs = defaultGraceMs,
): Promise<Listening> {
  return await new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, hostname: address.host, port: address.port }, (info) => {
      const host = info.address.includes(":") ? `[${info.address}]` : info.address;
      resolve({ url: `http://${host}:${info.port}`, close: () => closeServer(server as Server, graceMs) });
    });
    server.on("error", (cause: NodeJS.ErrnoException) => reject(listenError(address, cause)));
  });
}

/** A stream of events never ends by itself, so it must not be waited for. */
async function closeServer(server: Server, graceMs: number): Promise<void> {
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
