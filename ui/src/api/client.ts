/** What the API refused, in the one shape that all its errors have. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly code: string;
  /** The field of the form or the parameter that is wrong. */
  readonly field: string | undefined;
  /** Of a query: where in its text, counted from 0. */
  readonly position: number | undefined;
  readonly suggestion: string | undefined;
  readonly example: string | undefined;
  /** Finds what went wrong inside in Weir's log. */
  readonly requestId: string | undefined;
  constructor(status: number, error: ErrorFields) {
    super(error.message);
    this.status = status;
    this.code = error.code;
    this.field = error.field;
    this.position = error.position;
    this.suggestion = error.suggestion;
    this.example = error.example;
    this.requestId = error.requestId;
  }
}

interface ErrorFields {
  code: string;
  message: string;
  field?: string;
  position?: number;
  suggestion?: string;
  example?: string;
  requestId?: string;
}

/** Weir could not be reached, or what answered was not Weir. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
}

export type Parameters = Record<string, string | number | boolean | undefined>;

interface RequestOptions {
  query?: Parameters;
  body?: unknown;
  signal?: AbortSignal;
}

export const base = "/api/v1";

/** The path under `/api/v1` with its parameters; those that are undefined are left out. */
export function apiPath(path: string, query: Parameters = {}): string {
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  const search = new URLSearchParams(given as [string, string][]).toString();
  return `${base}${path}${search === "" ? "" : `?${search}`}`;
}

/** @throws ApiError when Weir refuses, ConnectionError when it does not answer */
export async function request<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
  const { query, body, signal } = options;
  const response = await reach(apiPath(path, query), {
    method,
    signal: signal ?? null,
    ...(body !== undefined && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  if (response.ok) return (response.status === 204 ? undefined : await readJson(response)) as T;
  throw await refusal(response);
}

export const api = {
  get: <T>(path: string, query?: Parameters, signal?: AbortSignal) =>
    request<T>("GET", path, { ...(query && { query }), ...(signal && { signal }) }),
  post: <T>(path: string, body?: unknown, signal?: AbortSignal) =>
    request<T>("POST", path, { body, ...(signal && { signal }) }),
  put: <T>(path: string, body?: unknown) => request<T>("PUT", path, { body }),
  patch: <T>(path: string, body?: unknown) => request<T>("PATCH", path, { body }),
  delete: <T>(path: string, query?: Parameters) => request<T>("DELETE", path, query ? { query } : {}),
};

/** Sends a file as it is. @throws what `request` throws */
export async function upload<T>(path: string, query: Parameters, file: Blob): Promise<T> {
  const headers = { "content-type": "application/octet-stream" };
  const response = await reach(apiPath(path, query), { method: "POST", body: file, headers });
  if (response.ok) return (await readJson(response)) as T;
  throw await refusal(response);
}

/** An answer that comes bit by bit, as server-sent events. @throws what `request` throws */
export async function openEvents(
  path: string,
  body: unknown,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  const response = await reach(apiPath(path), {
    method: "POST",
    signal,
    body: JSON.stringify(body),
    headers: { "content-type": "application/json", accept: "text/event-stream" },
  });
  if (!response.ok) throw await refusal(response);
  if (response.body === null) throw new ConnectionError("Weir's answer was empty.");
  return response.body;
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (cause) {
    if (init.signal?.aborted === true) throw cause;
    throw new ConnectionError("Weir does not answer. Is it running, and can this machine reach it?", { cause });
  }
}

async function refusal(response: Response): Promise<ApiError> {
  const answer = (await readJson(response)) as { error?: ErrorFields };
  if (answer.error === undefined)
    throw new ConnectionError(`Something else than Weir answered (HTTP ${response.status}).`);
  return new ApiError(response.status, answer.error);
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (cause) {
    throw new ConnectionError(
      `Weir's answer cannot be read (HTTP ${response.status}): a proxy between may have replaced it.`,
      { cause },
    );
  }
}
