import { lookup as dnsLookup, type LookupAddress, type LookupOptions } from "node:dns";
import { BlockList, isIP } from "node:net";
import { Agent, type Dispatcher, ProxyAgent, fetch as undiciFetch } from "undici";
import { isLoopbackHost, isNamedHost } from "./allowed-host.ts";
import { proxyFailure } from "./proxy-failure.ts";

export interface ConnectorFetchOptions {
  /** Hosts whose address is not checked, with port: `127.0.0.1:4400`. */
  allowedHosts: readonly string[];
  /** A forward proxy for everything but allowed loopback hosts. It resolves the names, so it also guards them. */
  proxyUrl?: string | undefined;
  /** Milliseconds until a connection must stand. */
  connectTimeoutMs?: number;
  /** Stands in for DNS in tests. */
  resolve?: typeof dnsLookup;
}

export interface ConnectorFetch {
  fetch: typeof fetch;
  /** Closes kept-alive connections. */
  close(): Promise<void>;
}

/**
 * The fetch that connectors are given. It never follows a redirect (the answer is handed back as it is), and refuses
 * hosts that resolve to a private, loopback or link-local address: the check sits in the connection's own lookup, so a
 * name that changes its address afterwards gains nothing. Certificates are Node's, with `NODE_EXTRA_CA_CERTS`.
 */
export function createConnectorFetch(options: ConnectorFetchOptions): ConnectorFetch {
  const timeout = options.connectTimeoutMs ?? 10_000;
  const direct = new Agent({ connect: { timeout } });
  const outward: Dispatcher =
    options.proxyUrl === undefined
      ? new Agent({ connect: { timeout, lookup: guardedLookup(options.resolve ?? dnsLookup) } })
      : new ProxyAgent({ uri: options.proxyUrl, connectTimeout: timeout });

  const connectorFetch = async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(input instanceof Request ? input.url : input);
    const isNamed = isNamedHost(url, options.allowedHosts);
    // Node connects to a literal address without a lookup, so it is checked here.
    if (!isNamed) refusePrivate(literalAddress(url.hostname));
    const dispatcher = isNamed && (options.proxyUrl === undefined || isLoopbackHost(url.hostname)) ? direct : outward;
    const request = { ...init, redirect: "manual", dispatcher } as Parameters<typeof undiciFetch>[1];
    try {
      return (await undiciFetch(url, request)) as unknown as Response;
    } catch (error) {
      if (options.proxyUrl === undefined || dispatcher === direct) throw error;
      throw proxyFailure(error, options.proxyUrl) ?? error;
    }
  };
  return {
    fetch: connectorFetch as typeof fetch,
    close: async () => void (await Promise.all([direct.close(), outward.close()])),
  };
}

/** The address of a host is one that no vendor's API has. Its `code` is `EPRIVATE`. */
class PrivateAddressError extends Error {
  readonly code = "EPRIVATE";
  constructor(address: string) {
    super(`resolves to ${address}, a private or local address, and is not allowed by name (WEIR_ALLOWED_HOSTS)`);
  }
}

const privateRanges = new BlockList();
for (const [network, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const) {
  privateRanges.addSubnet(network, bits, "ipv4");
}
for (const [network, bits] of [
  ["::", 128],
  ["::1", 128],
  ["64:ff9b:1::", 48],
  ["fc00::", 7],
  ["fe80::", 10],
  ["fec0::", 10],
  ["ff00::", 8],
] as const) {
  privateRanges.addSubnet(network, bits, "ipv6");
}

/** Whether the address belongs to this machine, a private network or nobody. Unreadable counts as private. */
export function isPrivateAddress(address: string): boolean {
  const version = isIP(address);
  if (version === 4) return privateRanges.check(address, "ipv4");
  if (version === 0) return true;
  const embedded = embeddedIpv4(address);
  return privateRanges.check(address, "ipv6") || (embedded !== null && privateRanges.check(embedded, "ipv4"));
}

/** The IPv4 address inside a mapped (`::ffff:10.0.0.1`), NAT64 (`64:ff9b::`) or 6to4 (`2002:`) one. */
function embeddedIpv4(address: string): string | null {
  // The URL parser writes every IPv6 address in one form, in hexadecimal groups.
  const groups = expandIpv6(new URL(`http://[${address.split("%")[0]}]`).hostname.slice(1, -1));
  const head = groups.slice(0, 6).join(":");
  if (head === "0:0:0:0:0:ffff" || head === "64:ff9b:0:0:0:0" || head === "0:0:0:0:0:0") {
    return dotted(groups[6], groups[7]);
  }
  return groups[0] === "2002" ? dotted(groups[1], groups[2]) : null;
}

function expandIpv6(compressed: string): string[] {
  const [left = "", right] = compressed.split("::");
  const head = left === "" ? [] : left.split(":");
  if (right === undefined) return head;
  const tail = right === "" ? [] : right.split(":");
  return [...head, ...Array<string>(8 - head.length - tail.length).fill("0"), ...tail];
}

function dotted(high = "0", low = "0"): string {
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return `${a >> 8}.${a & 255}.${b >> 8}.${b & 255}`;
}

function literalAddress(hostname: string): string | null {
  const bare = hostname.replace(/^\[|\]$/g, "");
  return isIP(bare) === 0 ? null : bare;
}

function refusePrivate(address: string | null): void {
  if (address !== null && isPrivateAddress(address)) throw new PrivateAddressError(address);
}

type LookupCallback = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

function guardedLookup(resolve: typeof dnsLookup) {
  return (hostname: string, options: LookupOptions, callback: LookupCallback): void => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, []);
      const bad = addresses.find((entry) => isPrivateAddress(entry.address));
      if (bad !== undefined) return callback(new PrivateAddressError(bad.address), []);
      if (options.all === true) return callback(null, addresses);
      const first = addresses[0];
      return callback(null, first?.address ?? "", first?.family);
    });
  };
}
