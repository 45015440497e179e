import { pipeline, type Readable, type Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { createGunzip } from "node:zlib";
import { type Dispatcher, request } from "undici";
import { z } from "zod";
import packageJson from "../../package.json" with { type: "json" };
import type { ExportAbout, Manifest } from "../query/export/export-text.ts";
import type { Thing } from "../query/field.ts";
import type { FoundRecords } from "../query/read-records.ts";
import type { SearchOptions, SearchPage } from "../query/search.ts";
import { CommandFailed } from "./exit.ts";
import { remoteError, unreachable } from "./remote-errors.ts";
import { convert, passOn } from "./remote-export.ts";

/** Another Weir, asked over HTTP. */
export interface Remote {
  search<T extends Thing>(thing: T, options: SearchOptions): Promise<SearchPage<FoundRecords[T]>>;
  /** Writes the export to `out`; `null` when the reader of `out` left. @throws CommandFailed when it is not complete */
  export(about: ExportAbout, out: Writable): Promise<Manifest | null>;
}

/** A query may take its time, above all before the first record of an export. */
const patienceMs = 10 * 60_000;

const pageShape = z.object({
  items: z.array(z.object({ id: z.string() }).loose()),
  nextCursor: z.string().nullable(),
  prevCursor: z.string().nullable().default(null),
  total: z.object({ value: z.number(), capped: z.boolean() }),
});

export function createRemote({ url, token }: { url: URL; token: string }): Remote {
  async function get(path: string, query: Record<string, string | undefined>): Promise<Dispatcher.ResponseData> {
    const address = new URL(`${url.pathname.replace(/\/$/, "")}/api/v1${path}`, url);
    for (const [name, value] of Object.entries(query)) if (value !== undefined) address.searchParams.set(name, value);
    const headers = {
      authorization: `Bearer ${token}`,
      "accept-encoding": "gzip",
      "user-agent": `weir/${packageJson.version}`,
    };
    const limits = { headersTimeout: patienceMs, bodyTimeout: patienceMs };
    const answer = await request(address, { headers, ...limits }).catch((cause: unknown) => {
      throw unreachable(url, cause);
    });
    if (answer.statusCode !== 200) throw remoteError(url, answer.statusCode, await bodyText(answer));
    return answer;
  }
  return {
    async search(thing, { query, limit, cursor, sort }) {
      const answer = await get(`/${thing}`, { q: query, limit: String(limit), cursor: cursor ?? undefined, sort });
      const page = pageShape.safeParse(readJson(await bodyText(answer)));
      if (!page.success) throw notWeir(url);
      return page.data as never;
    },
    async export(about, out) {
      const { kind, query, format } = about;
      const answer = await get(`/export/${kind}`, { q: query, format: format === "csv" ? "ndjson" : format });
      if (!/^application\/x-ndjson/.test(String(answer.headers["content-type"]))) {
        answer.body.destroy();
        throw notWeir(url);
      }
      const incoming = { body: decoded(answer), url };
      return await (format === "csv" ? convert(incoming, about, out) : passOn(incoming, out));
    },
  };
}

function decoded({ headers, body }: Dispatcher.ResponseData): Readable {
  if (headers["content-encoding"] !== "gzip") return body;
  // An error of either ends both, and whoever reads hears of it.
  return pipeline(body, createGunzip(), () => undefined);
}

async function bodyText(answer: Dispatcher.ResponseData): Promise<string> {
  return await text(decoded(answer));
}

function readJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function notWeir(url: URL): CommandFailed {
  return new CommandFailed(`${url.origin} answers, but not as Weir does: correct --server.`);
}
