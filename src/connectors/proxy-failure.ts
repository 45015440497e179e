/**
 * The failure of a request if it was the proxy's and not the host's, in words; else `null`. Without the cause, whose
 * code would be taken for the host's.
 */
export function proxyFailure(error: unknown, proxyUrl: string): Error | null {
  const { hostname, host, port, protocol } = new URL(proxyUrl);
  const name = `the proxy in HTTPS_PROXY (${host})`;
  for (let e: unknown = error, depth = 0; e instanceof Error && depth < 5; e = e.cause, depth++) {
    const status = /^Proxy response \((\d+)\)/.exec(e.message)?.[1];
    if (status !== undefined) return new Error(`${name} answered ${status}${adviceFor(status)}`);
    const { code, port: failed } = firstOf(e) as Error & { code?: unknown; port?: unknown };
    // Aborted requests have a number there.
    if (typeof code !== "string") continue;
    const proxyPort = Number(port || (protocol === "https:" ? 443 : 80));
    if (code.startsWith("E") && failed === proxyPort) return new Error(`${name} cannot be reached (${code})`);
    if (code === "ENOTFOUND" && e.message.includes(hostname)) return new Error(`${name} cannot be found (${code})`);
  }
  return null;
}

/** A host with several addresses fails once for each. */
function firstOf(error: Error): Error {
  return error instanceof AggregateError && error.errors[0] instanceof Error ? error.errors[0] : error;
}

function adviceFor(status: string): string {
  if (status === "407")
    return ": it wants a user name and a password, as in http://user:password@proxy.example.com:3128";
  return status === "403" ? ": it does not let this host pass" : "";
}
