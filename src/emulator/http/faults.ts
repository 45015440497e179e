/** What can go wrong on demand. */
export const faultKinds = [
  "token-401",
  "token-403",
  "api-401",
  "api-403",
  "unauthenticated",
  "forbidden-ip",
  "missing-scope",
  "missing-licence",
  "feature-off",
  "rate-limit",
  "rate-limit-bare",
  "rate-limit-graphql",
  "server-error",
  "time-out",
  "hang",
  "slow",
  "cut",
  "redirect",
  "html",
  "broken-json",
  "internal-error",
  "downstream-error",
  "too-complex",
  "unknown-field",
  "repeated-cursor",
  "null-cursor",
  "expired-cursor",
  "empty-page",
  "lost-rows",
  "doubled-row",
  "wrong-count",
  "null-list",
  "null-node",
  "null-value",
  "unknown-enum",
  "unreadable-node",
  "missing-keys",
  "partial-data",
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** One fault and when it strikes; with nothing but a kind it strikes always. */
export interface FaultSpec {
  kind: FaultKind;
  /**
   * Only for queries of this stream: `issues`, `vulnerabilities`, … or the name of a root field. `token`: for the token
   * endpoint, which no other fault touches but `token-401` and `token-403`.
   */
  stream?: string | undefined;
  /** 0 to 1; from the seed, so a run can be repeated. */
  probability?: number | undefined;
  /** Every so many requests that it could strike. */
  every?: number | undefined;
  /** So many times, then no more. */
  times?: number | undefined;
  /** The first so many requests go well. */
  skip?: number | undefined;
  /** After those that it skips, only during so many requests. */
  span?: number | undefined;
  /** Begins so many seconds of the tenant's time after it was set. */
  afterSeconds?: number | undefined;
  /** Is over so many seconds of the tenant's time after it began. */
  forSeconds?: number | undefined;
  /** Only requests for more than so many records, as a tenant behaves that is overburdened. */
  above?: number | undefined;
  /** `server-error`: the status, default 503. `too-complex`: default 200. */
  status?: number | undefined;
  /** `server-error`: what it says; default a gateway's page for 502 to 504, text for others. */
  body?: ErrorBody | undefined;
  /** `rate-limit`, `rate-limit-graphql`: seconds to wait, default 1. */
  retryAfter?: number | undefined;
  /** `slow`: milliseconds, default 2000. `time-out`: until the gateway gives up, default 120,000. */
  delayMs?: number | undefined;
  /** `cut`, `slow`: before the answer or in the middle of its body. Default `start`. */
  at?: "start" | "body" | undefined;
  /** `unknown-enum`, `missing-keys`, `null-value`: the field, default one that fits. `unknown-field`: see there. */
  field?: string | undefined;
}

export type ErrorBody = "html" | "text" | "json" | "empty";

/** What a request asks for, as far as faults care. */
export interface Asked {
  /** Names of root fields, or `token`. */
  roots: readonly string[];
  /** Size of the page that it wants. */
  first: number | null;
}

export const askedToken: Asked = { roots: ["token"], first: null };

/** The root fields of each stream. */
export const streamRoots: Record<string, readonly string[]> = {
  issues: ["issuesV2", "issues"],
  vulnerabilities: ["vulnerabilityFindings"],
  misconfigurations: ["configurationFindings"],
  detections: ["detections"],
  assets: ["cloudResourcesV2"],
};
