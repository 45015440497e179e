import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import type { MiddlewareHandler } from "hono";
import { chooseEncoding } from "./compress.ts";
import type { ApiContext, ApiEnv } from "./context.ts";

interface PageFile {
  type: string;
  isNamedByContent: boolean;
  body: Record<"plain" | "br" | "gzip", Uint8Array<ArrayBuffer> | undefined>;
}

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".json": "application/json",
  ".woff2": "font/woff2",
};

/** What has an address of its own beside the pages. */
const notPages = /^\/(api|healthz|readyz|metrics)(\/|$)/;

/**
 * The pages: the files that `npm run build` made, held in memory. A path that is none of them is a page that the
 * program in the browser draws, so it gets the same start.
 */
export function servePages(directory: string): MiddlewareHandler<ApiEnv> {
  const files = readFiles(directory);
  return async (c, next) => {
    const { path, method } = c.req;
    if (notPages.test(path) || (method !== "GET" && method !== "HEAD")) return await next();
    const file = files.get(path);
    if (file !== undefined) return send(c, file);
    // A script that is no longer there must not be answered with a page.
    if (isPageFile(path) || extname(path) === ".js") return await next();
    const start = files.get("/index.html");
    return start === undefined ? notBuilt(c) : send(c, start);
  };
}

/** Whether a request is for a page or what belongs to one, and so has the pages' policy instead of the API's. */
export function isPageRequest(path: string): boolean {
  return !notPages.test(path);
}

/** Whether a request is for one of the files that are named by their content. */
export function isPageFile(path: string): boolean {
  return path.startsWith("/assets/");
}

function send(c: ApiContext, file: PageFile): Response {
  const wish = chooseEncoding(c.req.header("accept-encoding"));
  const packed = wish === null ? undefined : file.body[wish];
  c.header("content-type", file.type);
  c.header("vary", "accept-encoding");
  c.header("cache-control", file.isNamedByContent ? "public, max-age=31536000, immutable" : "no-cache");
  if (packed !== undefined && wish !== null) c.header("content-encoding", wish);
  return c.body(packed ?? file.body.plain ?? "");
}

function notBuilt(c: ApiContext): Response {
  return c.text("Weir's pages are not built here: run `npm run build`, then start Weir again.\n", 503);
}

function readFiles(directory: string): Map<string, PageFile> {
  const files = new Map<string, PageFile>();
  if (!existsSync(directory)) return files;
  const names = readdirSync(directory, { recursive: true, encoding: "utf8" });
  for (const name of names) {
    const type = types[extname(name)];
    if (type === undefined) continue;
    const read = (suffix: string) => {
      const path = join(directory, `${name}${suffix}`);
      return existsSync(path) ? new Uint8Array(readFileSync(path)) : undefined;
    };
    files.set(`/${name.replaceAll("\\", "/")}`, {
      type,
      isNamedByContent: name.startsWith("assets"),
      body: { plain: read(""), br: read(".br"), gzip: read(".gz") },
    });
  }
  return files;
}
