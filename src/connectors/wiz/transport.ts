import { errorText, WizUnavailableError } from "../../errors.ts";

/** An HTTP answer, read to its end. */
export interface RawAnswer {
  status: number;
  headers: Headers;
  body: string;
}

export interface TransportOptions {
  fetch: typeof fetch;
  /** Milliseconds for the whole exchange. Wiz's gateway cuts at about 120 s: ours must come first. */
  timeoutMs: number;
  /** Whether a smaller question may succeed where this one takes too long or is cut. */
  isHeavy?: boolean;
}

/**
 * One exchange, its failures in words. The caller's own cancellation is passed on as it is.
 * @throws WizUnavailableError with the network's cause
 */
export async function exchange(
  { fetch, timeoutMs, isHeavy: isTooHeavy = false }: TransportOptions,
  url: string,
  init: RequestInit,
  signal: AbortSignal,
): Promise<RawAnswer> {
  const timeout = AbortSignal.timeout(timeoutMs);
  let hasAnswered = false;
  try {
    const response = await fetch(url, { ...init, redirect: "manual", signal: AbortSignal.any([signal, timeout]) });
    hasAnswered = true;
    return { status: response.status, headers: response.headers, body: await response.text() };
  } catch (cause) {
    signal.throwIfAborted();
    const { host } = new URL(url);
    if (timeout.aborted) {
      throw new WizUnavailableError(`${host} did not answer within ${timeoutMs / 1000} seconds`, {
        cause,
        isTooHeavy,
      });
    }
    if (hasAnswered) {
      throw new WizUnavailableError(`${host} cut the connection in the middle of its answer`, {
        cause,
        isTooHeavy,
      });
    }
    throw new WizUnavailableError(`${host} cannot be reached: ${explainFailure(cause)}`, { cause });
  }
}

/** What a network failure means for the person who must do something about it (W-37). */
export function explainFailure(cause: unknown): string {
  const code = findCode(cause);
  const advice = code === null ? undefined : adviceForCode(code);
  return advice ?? `${errorText(cause)}. ${regionAdvice}`;
}

const regionAdvice =
  "Check that the API endpoint is the one of your tenant's region, and that the network lets it pass";

function adviceForCode(code: string): string | undefined {
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return `there is no such host (${code}). ${regionAdvice}`;
  if (code === "EPRIVATE") return "its name leads to a private address, which is refused unless allowed by name";
  if (/CERT|SELF_SIGNED|UNABLE_TO_|^ERR_TLS/.test(code)) {
    return `its certificate is not trusted (${code}). Behind a proxy that opens TLS, name its certificate in NODE_EXTRA_CA_CERTS`;
  }
  if (/^E[A-Z]+$|^UND_ERR/.test(code)) return `no connection on its port (${code}). ${regionAdvice}`;
  return undefined;
}

function findCode(error: unknown): string | null {
  for (let e: unknown = error, depth = 0; e instanceof Error && depth < 5; e = e.cause, depth++) {
    const { code } = e as NodeJS.ErrnoException;
    if (typeof code === "string") return code;
    if (e instanceof AggregateError && e.errors.length > 0) return findCode(e.errors[0]);
  }
  return null;
}

/** Milliseconds that a `Retry-After` header asks for: seconds or a date. */
export function readRetryAfter(headers: Headers, now: number): number | undefined {
  const value = headers.get("retry-after");
  if (value === null) return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
