import type { Emulator } from "../../src/emulator/emulator.ts";

/** One request of Weir's, as it went over the wire. */
export interface Request {
  /** `token`, a stream's name, or another operation's in small letters: `clock`, `serviceaccounts`, `projects`. */
  what: string;
  url: string;
  init: RequestInit;
  /** The GraphQL document; empty for the token endpoint. */
  query: string;
  filterBy: Record<string, unknown>;
  orderBy: unknown;
  first: number;
  after: string | null;
  /** A count and no page: it asks for one record and keeps none. */
  isCount: boolean;
  /** Whether the total is asked for beside the records. */
  isTotalWanted: boolean;
  /** 0 until there is an answer, and for ever where there is none. */
  status: number;
}

export interface Wire {
  fetch: typeof fetch;
  /** Every request that was sent, in order. */
  requests: Request[];
  /** Pages of records, counts left out; of one stream when it is named. */
  pages(what?: string): Request[];
  /** How many requests are on their way. */
  inFlight(): number;
  /** What happens to a request before it reaches Wiz, and to its answer before it reaches Weir. */
  onRequest: (request: Request) => unknown;
  onAnswer: (request: Request, answer: Response) => Response | Promise<Response>;
}

const streams = ["issues", "vulnerabilities", "misconfigurations", "detections", "assets"];

/** The wire between Weir and the emulator: it is listened to, held and cut. */
export function createWire(emulator: () => Emulator): Wire {
  const requests: Request[] = [];
  let onItsWay = 0;
  const wire: Wire = {
    requests,
    pages: (what) =>
      requests.filter((one) => !one.isCount && (what === undefined ? streams.includes(one.what) : one.what === what)),
    inFlight: () => onItsWay,
    onRequest: () => undefined,
    onAnswer: (_request, answer) => answer,
    fetch: async (input, init = {}) => {
      const request = readRequest(String(input), init);
      requests.push(request);
      onItsWay += 1;
      try {
        await unlessAborted(wire.onRequest(request), init.signal);
        const answer = await emulator().fetch(input, init);
        request.status = answer.status;
        return await unlessAborted(wire.onAnswer(request, answer), init.signal);
      } finally {
        onItsWay -= 1;
      }
    },
  };
  return wire;
}

/** Who is held lets go when the caller does, as a connection would. */
async function unlessAborted<T>(held: T | Promise<T>, signal: AbortSignal | null | undefined): Promise<T> {
  if (!(held instanceof Promise) || signal === null || signal === undefined) return await held;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    signal.throwIfAborted();
    return await Promise.race([held, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

function readRequest(url: string, init: RequestInit): Request {
  const isToken = !url.endsWith("/graphql");
  const { query = "", variables = {} } = (isToken ? {} : JSON.parse(String(init.body))) as {
    query?: string;
    variables?: {
      filterBy?: Record<string, unknown>;
      orderBy?: unknown;
      first?: number;
      after?: string | null;
      withCount?: boolean;
    };
  };
  const { filterBy = {}, orderBy = null, first = 0, after = null, withCount = false } = variables;
  const what = isToken ? "token" : (/^\s*query (\w+)/.exec(query)?.[1] ?? "nothing").toLowerCase();
  return {
    what,
    url,
    init,
    query,
    filterBy,
    orderBy,
    first,
    after,
    isCount: first === 1,
    isTotalWanted: withCount,
    status: 0,
  };
}

/** Something that is shut until it is opened. */
export function createGate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { passed: promise, open: () => resolve() };
}

/** Looks until it is so. The test's own time limit ends what never comes. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** The nodes of a page, as they are on the wire. */
export type Nodes = Record<string, unknown>[];

/** An answer with other nodes than Wiz sent; everything else of it stays. */
export async function withNodes(answer: Response, change: (nodes: Nodes) => Nodes): Promise<Response> {
  const body = (await answer.json()) as { data?: { page?: { nodes: Nodes } | null } };
  if (body.data?.page?.nodes !== undefined) body.data.page.nodes = change(body.data.page.nodes);
  return new Response(JSON.stringify(body), { status: answer.status, headers: answer.headers });
}
