import { isIPv6 } from "node:net";
import type { Kysely } from "kysely";
import { TooManyRequestsError } from "../errors.ts";
import { type Bucket, takeTry } from "../store/rate-limit.ts";
import type { Schema } from "../store/schema.ts";

const secondMs = 1_000;
const minuteMs = 60 * secondMs;

/**
 * How often what may be tried. Nothing counts by the e-mail address alone: whoever guesses elsewhere must not be able to
 * lock its owner out.
 */
export const limits = {
  /** Signing in as one user from one network. */
  userAndNetwork: { burst: 10, refillMs: minuteMs },
  /** Signing in as anyone from one network. */
  network: { burst: 50, refillMs: 10 * secondMs },
  /** Signing in from a browser in which that user has signed in before, wherever it is. */
  device: { burst: 10, refillMs: minuteMs },
  /** Set-up tokens from one network. */
  setup: { burst: 10, refillMs: minuteMs },
  /** One's own present password, by someone who is signed in. */
  ownPassword: { burst: 10, refillMs: minuteMs },
  /** Lines in the audit log about refusals, all together. */
  refusalsRecorded: { burst: 1_000, refillMs: 5 * secondMs },
  /** Lines in the audit log that a network tries too often. */
  limitRecorded: { burst: 1, refillMs: 10 * minuteMs },
} as const satisfies Record<string, Bucket>;

export type LimitName = keyof typeof limits;

export function limitKey(name: LimitName, of: string): string {
  return `${name} ${of}`;
}

/** @throws TooManyRequestsError when there was no try left */
export async function takeOrRefuse(db: Kysely<Schema>, name: LimitName, of: string, now: number): Promise<void> {
  const waitMs = await takeTry(db, limitKey(name, of), limits[name], now);
  if (waitMs > 0) throw new TooManyRequestsError(`Too many attempts. Try again in ${waitText(waitMs)}.`, waitMs);
}

function waitText(ms: number): string {
  const seconds = Math.ceil(ms / secondMs);
  return seconds === 1 ? "a second" : `${seconds} seconds`;
}

/** What one party has for itself: an IPv4 address, or the first half (/64) of an IPv6 address. */
export function networkOf(address: string | null): string {
  if (address === null) return "none";
  if (!isIPv6(address)) return address;
  const [head = "", tail] = address.split("%")[0]!.split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - before.length - after.length)).fill("0");
  return [...before, ...zeros, ...after]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":");
}
