import type { IncomingMessage } from "node:http";
import { BlockList, isIP, isIPv4 } from "node:net";
import type { ApiContext, ApiDeps } from "./context.ts";

/**
 * Reads where a request came from: the address at the other end of the connection, or, when that is a proxy which is
 * trusted, the last one that the proxies saw (`X-Forwarded-For` from its end, as its beginning is whatever the client says).
 */
export function createAddressReader({ trustedProxies, log }: Pick<ApiDeps, "trustedProxies" | "log">) {
  const trusted = proxyList(trustedProxies);
  let isTold = false;
  return (c: ApiContext): string | null => {
    const peer = peerOf(c);
    const forwarded = c.req.header("x-forwarded-for");
    if (peer === null || forwarded === undefined) return peer;
    if (!trusted(peer)) {
      if (!isTold)
        log.warn(
          `${peer} sent X-Forwarded-For, which is not believed: if it is your proxy, name it in WEIR_TRUSTED_PROXIES`,
        );
      isTold = true;
      return peer;
    }
    return lastUntrusted(forwarded, trusted) ?? peer;
  };
}

function peerOf(c: ApiContext): string | null {
  const incoming = (c.env as { incoming?: IncomingMessage } | undefined)?.incoming;
  return plain(incoming?.socket?.remoteAddress ?? null);
}

/** An IPv4 address is written as such, also when it came over a socket for both kinds. */
function plain(address: string | null): string | null {
  return address?.replace(/^::ffff:(?=\d+\.)/i, "") ?? null;
}

function lastUntrusted(forwarded: string, trusted: (address: string) => boolean): string | null {
  let last: string | null = null;
  for (const part of forwarded.split(",").reverse()) {
    const address = plain(part.trim()) ?? "";
    if (isIP(address) === 0) break;
    last = address;
    if (!trusted(address)) break;
  }
  return last;
}

function proxyList(entries: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = "", bits] = entry.split("/");
    const family = isIPv4(address) ? "ipv4" : "ipv6";
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return (address) => isIP(address) !== 0 && list.check(address, isIPv4(address) ? "ipv4" : "ipv6");
}
