import { serve } from "@hono/node-server";
import { ConfigError } from "../errors.ts";

export interface Listening {
  url: string;
  close(): Promise<void>;
}

/** @throws ConfigError when the address cannot be listened on */
export async function listen(
  app: { fetch: (request: Request) => Response | Promise<Response> },
  address: { host: string; port: number },
): Promise<Listening> {
  return await new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, hostname: address.host, port: address.port }, (info) => {
      const host = info.address.includes(":") ? `[${info.address}]` : info.address;
      resolve({ url: `http://${host}:${info.port}`, close: () => new Promise((done) => server.close(() => done())) });
    });
    server.on("error", (cause: NodeJS.ErrnoException) => reject(listenError(address, cause)));
  });
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
