import type { Context } from "hono";

/** In process there is no socket: the reader sees what undici would have thrown. */
export class CutConnectionError extends TypeError {
  constructor() {
    super("fetch failed", { cause: Object.assign(new Error("other side closed"), { code: "UND_ERR_SOCKET" }) });
  }
}

interface NodeBindings {
  incoming?: { socket?: { destroy(): void } };
}

/** Ends the connection: before anything was answered, or after half of `body`. */
export function cutConnection(c: Context, body: string | null): Response {
  const socket = (c.env as NodeBindings | undefined)?.incoming?.socket;
  if (body === null) {
    if (socket === undefined) throw new CutConnectionError();
    socket.destroy();
    return new Response(null);
  }
  const half = new TextEncoder().encode(body).subarray(0, Math.floor(body.length / 2));
  let isSent = false;
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (!isSent) {
        isSent = true;
        controller.enqueue(half);
      } else if (socket === undefined) {
        controller.error(Object.assign(new TypeError("terminated"), { cause: new CutConnectionError().cause }));
      } else {
        // Time for the first half to leave.
        await new Promise((done) => setTimeout(done, 25));
        socket.destroy();
      }
    },
  });
  return new Response(stream, { headers: { "content-type": "application/json" } });
}
