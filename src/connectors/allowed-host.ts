/** Whether an operator allowed this host, with this port, by name. An entry without a port means the scheme's own. */
export function isNamedHost(url: URL, allowedHosts: readonly string[]): boolean {
  const port = url.port || (url.protocol === "http:" ? "80" : "443");
  const names = [url.host, `${url.hostname}:${port}`];
  return allowedHosts.some((entry) => names.includes(entry.toLowerCase()));
}

/** Whether the host part of a URL is this machine. */
export function isLoopbackHost(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
