import { Duplex } from "node:stream";
import { promisify } from "node:util";
import zlib from "node:zlib";
import type { MiddlewareHandler } from "hono";
import type { ApiEnv } from "./context.ts";

type Encoding = "br" | "gzip";

/** Below this an answer hardly gets smaller. Bytes. */
const smallest = 1_024;

/** What brotli takes by default is made for files that are packed once: ten times as long for some percent. */
const brotliOptions = { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } };
const gzipOptions = { level: 5 };

const whole = {
  br: (body: Uint8Array) => promisify(zlib.brotliCompress)(body, brotliOptions),
  gzip: (body: Uint8Array) => promisify(zlib.gzip)(body, gzipOptions),
};
const streams = {
  br: () => zlib.createBrotliCompress(brotliOptions),
  gzip: () => zlib.createGzip(gzipOptions),
};

/** Compresses JSON and exports for whoever takes it; the work is done beside the event loop. Not events as they happen. */
export function compress(): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    await next();
    const { body, headers } = c.res;
    const kind = kindOf(headers.get("content-type"));
    if (kind === null || body === null || headers.has("content-encoding")) return;
    c.header("vary", "accept-encoding", { append: true });
    const encoding = chooseEncoding(c.req.header("accept-encoding"));
    if (encoding === null || c.req.method === "HEAD") return;
    if (kind === "stream") {
      const pair = Duplex.toWeb(streams[encoding]());
      c.res = encoded(c.res, body.pipeThrough(pair as ReadableWritablePair<Uint8Array, Uint8Array>), encoding);
      return;
    }
    const bytes = new Uint8Array(await c.res.arrayBuffer());
    c.res =
      bytes.length < smallest
        ? new Response(bytes, c.res)
        : encoded(c.res, new Uint8Array(await whole[encoding](bytes)), encoding);
  };
}

function kindOf(contentType: string | null): "whole" | "stream" | null {
  if (contentType === null) return null;
  if (/^application\/json\b/.test(contentType)) return "whole";
  return /^(application\/x-ndjson|text\/csv)\b/.test(contentType) ? "stream" : null;
}

function encoded(answer: Response, body: ReadableStream | Uint8Array<ArrayBuffer>, encoding: Encoding): Response {
  const packed = new Response(body, answer);
  packed.headers.set("content-encoding", encoding);
  packed.headers.delete("content-length");
  return packed;
}

/** The one that the client likes best; brotli when it does not mind. */
export function chooseEncoding(header: string | undefined): Encoding | null {
  const wishes = new Map(
    (header ?? "").split(",").map((part) => {
      const [name = "", ...parameters] = part
        .trim()
        .toLowerCase()
        .split(/\s*;\s*/);
      const quality = parameters.find((one) => one.startsWith("q="))?.slice(2);
      return [name, quality === undefined ? 1 : Number(quality)] as const;
    }),
  );
  const wish = (name: Encoding) => wishes.get(name) ?? wishes.get("*") ?? 0;
  const best = wish("gzip") > wish("br") ? "gzip" : "br";
  return wish(best) > 0 ? best : null;
}
