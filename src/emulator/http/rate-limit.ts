/** Requests per second for each service account, on our clock (milliseconds). */
export interface RateLimit {
  /** 0 when the request may go on, else seconds to wait. */
  take(clientId: string, now: number): number;
}

/** A bucket that holds one second of requests. */
export function createRateLimit(rps: number): RateLimit {
  const buckets = new Map<string, { tokens: number; at: number }>();
  const size = Math.max(1, rps);
  return {
    take(clientId, now) {
      const bucket = buckets.get(clientId) ?? { tokens: size, at: now };
      bucket.tokens = Math.min(size, bucket.tokens + ((now - bucket.at) / 1000) * rps);
      bucket.at = now;
      buckets.set(clientId, bucket);
      if (bucket.tokens < 1) return (1 - bucket.tokens) / rps;
      bucket.tokens--;
      return 0;
    },
  };
}
