/** How many requests are allowed, each account for itself and all of them together. */
export interface LimitOptions {
  /** Requests per second and service account. */
  rps?: number | undefined;
  /** Requests per second of all service accounts together. */
  tenantRps?: number | undefined;
  /** Requests of one service account that are being answered at the same time. */
  maxConcurrent?: number | undefined;
}

export interface Limits {
  /** 0 when the request may go on, which must then `leave`; else the seconds to wait. `now` in milliseconds. */
  enter(clientId: string, now: number): number;
  leave(clientId: string): void;
}

/**
 * Buckets that hold one second of requests: a pause allows a burst of that size, never more. A request that is refused
 * costs nothing.
 */
export function createLimits({ rps, tenantRps, maxConcurrent }: LimitOptions): Limits {
  const accounts = new Map<string, Bucket>();
  const tenant = tenantRps === undefined ? null : createBucket(tenantRps);
  const running = new Map<string, number>();
  return {
    enter(clientId, now) {
      const count = running.get(clientId) ?? 0;
      // Nobody can say when one of the others will be done: a moment.
      if (maxConcurrent !== undefined && count >= maxConcurrent) return 0.1;
      const account = rps === undefined ? null : (accounts.get(clientId) ?? createBucket(rps));
      if (account !== null) accounts.set(clientId, account);
      const wait = Math.max(account?.wait(now) ?? 0, tenant?.wait(now) ?? 0);
      if (wait > 0) return wait;
      account?.take();
      tenant?.take();
      running.set(clientId, count + 1);
      return 0;
    },
    leave(clientId) {
      running.set(clientId, (running.get(clientId) ?? 1) - 1);
    },
  };
}

interface Bucket {
  wait(now: number): number;
  take(): void;
}

function createBucket(rps: number): Bucket {
  const size = Math.max(1, rps);
  let tokens = size;
  let filledAt: number | undefined;
  return {
    wait(now) {
      tokens = Math.min(size, tokens + ((now - (filledAt ?? now)) / 1000) * rps);
      filledAt = now;
      return tokens < 1 ? (1 - tokens) / rps : 0;
    },
    take() {
      tokens--;
    },
  };
}
