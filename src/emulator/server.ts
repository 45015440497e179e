import { serve } from "@hono/node-server";
import { createEmulator, type Emulator } from "./emulator.ts";
import type { EmulatorOptions } from "./options.ts";

export interface RunningEmulator extends Emulator {
  port: number;
  /** `http://127.0.0.1:<port>` */
  url: string;
  close(): Promise<void>;
}

/** Serves an emulator on the loopback address; port 0 takes a free one. */
export async function startEmulator(
  options: EmulatorOptions & { port?: number | undefined } = {},
): Promise<RunningEmulator> {
  const emulator = createEmulator(options);
  const { server, port } = await listen(emulator, options.port ?? 0);
  return {
    ...emulator,
    port,
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise<void>((done, fail) => {
        server.close((error) => (error === undefined ? done() : fail(error)));
        if ("closeAllConnections" in server) server.closeAllConnections();
      }),
  };
}

function listen(emulator: Emulator, port: number): Promise<{ server: ReturnType<typeof serve>; port: number }> {
  return new Promise((done, fail) => {
    const server = serve(
      { fetch: emulator.app.fetch, hostname: "127.0.0.1", port, overrideGlobalObjects: false },
      (info) => {
        server.off("error", fail);
        done({ server, port: info.port });
      },
    );
    server.once("error", fail);
  });
}
