/** What can go wrong on demand. */
export const faultKinds = [
  "token-401",
  "api-401",
  "missing-scope",
  "missing-licence",
  "rate-limit",
  "rate-limit-bare",
  "rate-limit-graphql",
  "server-error",
  "slow",
  "broken-json",
  "cut",
  "repeated-cursor",
  "null-cursor",
  "expired-cursor",
  "empty-page",
  "null-list",
  "unknown-enum",
  "unreadable-node",
  "missing-keys",
  "internal-error",
  "partial-data",
  "too-complex",
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** One fault and when it strikes; without `probability`, `every` or `times` it strikes always. */
export interface FaultSpec {
  kind: FaultKind;
  /** Only for queries of this stream: `issues`, `vulnerabilities`, … or the name of a root field. */
  stream?: string | undefined;
  /** 0 to 1; from the seed, so a run can be repeated. */
  probability?: number | undefined;
  /** Every so many requests that it could strike. */
  every?: number | undefined;
  /** So many times, then no more. */
  times?: number | undefined;
  /** The first so many requests go well. */
  skip?: number | undefined;
  /** `server-error`: the status, default 503. */
  status?: number | undefined;
  /** `rate-limit`, `rate-limit-graphql`: seconds to wait, default 1. */
  retryAfter?: number | undefined;
  /** `slow`: milliseconds, default 2000. */
  delayMs?: number | undefined;
  /** `cut`: before the answer or in the middle of its body. Default `start`. */
  at?: "start" | "body" | undefined;
  /** `unknown-enum`, `missing-keys`: the field, default one that fits the stream. */
  field?: string | undefined;
}

export interface FaultState extends FaultSpec {
  /** Requests that it could have struck, and those that it did. */
  seen: number;
  struck: number;
}

const roots: Record<string, readonly string[]> = {
  issues: ["issuesV2", "issues"],
  vulnerabilities: ["vulnerabilityFindings"],
  misconfigurations: ["configurationFindings"],
  detections: ["detections"],
  assets: ["cloudResourcesV2"],
};

export interface Faults {
  list(): FaultState[];
  set(specs: readonly FaultSpec[]): void;
  add(specs: readonly FaultSpec[]): void;
  /** The faults of these kinds that strike this request. Asking counts as a request. */
  strike(kinds: readonly FaultKind[], rootNames: readonly string[]): FaultState[];
}

export function createFaults(specs: readonly FaultSpec[], random: () => number): Faults {
  let states: FaultState[] = [];
  const faults: Faults = {
    list: () => states,
    set(next) {
      states = [];
      faults.add(next);
    },
    add(next) {
      for (const spec of next) states.push({ ...checkFault(spec), seen: 0, struck: 0 });
    },
    strike: (kinds, rootNames) =>
      states.filter((state) => kinds.includes(state.kind) && isMeant(state, rootNames) && strikes(state, random)),
  };
  faults.add(specs);
  return faults;
}

function isMeant(state: FaultState, rootNames: readonly string[]): boolean {
  if (state.stream === undefined) return true;
  const wanted = roots[state.stream] ?? [state.stream];
  return rootNames.some((name) => wanted.includes(name));
}

function strikes(state: FaultState, random: () => number): boolean {
  state.seen++;
  if (state.seen <= (state.skip ?? 0)) return false;
  if (state.times !== undefined && state.struck >= state.times) return false;
  if (state.every !== undefined && (state.seen - (state.skip ?? 0)) % state.every !== 0) return false;
  if (state.probability !== undefined && random() >= state.probability) return false;
  state.struck++;
  return true;
}

function checkFault(spec: FaultSpec): FaultSpec {
  if (!faultKinds.includes(spec.kind))
    throw new RangeError(`unknown fault "${spec.kind}"; known: ${faultKinds.join(", ")}`);
  return spec;
}
