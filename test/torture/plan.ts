import type { FaultKind, FaultSpec } from "../../src/emulator/http/faults.ts";
import {
  type AssetClass,
  assetClasses,
  type Lane,
  type RecordKind,
  recordKindOf,
  type StreamName,
  streamNames,
} from "../../src/model.ts";
import { createRandom, type Random } from "./random.ts";

/** Something that is done to Weir, or to the tenants that it reads. */
export type TortureEvent =
  | { kind: "kill" | "freeze" | "thaw" | "stop" | "start"; worker: number }
  | { kind: "faults"; tenant: number; faults: FaultSpec[] }
  | { kind: "scopes"; tenant: number; withdrawn: string[] }
  /** The tenant has a new secret; the integrations still use the old one. */
  | { kind: "rotate"; tenant: number; secret: string }
  /** The integrations of the tenant are given its secret. */
  | { kind: "enter-secret"; tenant: number }
  | { kind: "clock"; tenant: number; seconds: number }
  /** Records disappear without a trace, or all of their kind that had done so are back. */
  | { kind: "vanish"; tenant: number; record: RecordKind; count: number; seed: number }
  | { kind: "restore"; tenant: number; record: RecordKind }
  /** The service account sees nothing, without an error: as with the secret of one that belongs to an empty project. */
  | { kind: "narrow" | "widen"; tenant: number }
  | { kind: "run"; integration: number; mode: Lane; streams: StreamName[] }
  | { kind: "cancel"; integration: number }
  | { kind: "disable" | "enable"; integration: number }
  /** The integration is to fetch these asset classes only; `null`: all, as it did. */
  | { kind: "choose"; integration: number; classes: AssetClass[] | null }
  /** What must hold at any time is looked at. */
  | { kind: "look" };

export interface PlannedEvent {
  /** Milliseconds after the start. */
  at: number;
  event: TortureEvent;
}

export interface PlanOptions {
  seed: string;
  minutes: number;
  workers: number;
  tenants: number;
  integrations: number;
}

/** Everything that will happen, in order. The same options make the same plan. */
export function makePlan(options: PlanOptions): PlannedEvent[] {
  const random = createRandom(options.seed);
  const end = options.minutes * 60_000;
  const each = (count: number, name: string, act: (actor: Actor, number: number) => void) =>
    Array.from({ length: count }, (_, number) => {
      const actor = createActor(random.fork(`${name} ${number}`), end);
      act(actor, number);
      return actor.planned;
    }).flat();
  return [
    ...each(options.workers, "worker", hitWorker),
    ...each(options.tenants, "faults", breakTenant),
    ...each(options.tenants, "credentials", moveCredentials),
    ...each(options.tenants, "life", live),
    ...each(options.tenants, "disappearance", disappear),
    ...each(options.tenants, "narrowness", narrow),
    ...each(options.integrations, "runs", askForRuns),
    ...each(options.integrations, "switch", switchOff),
    ...each(options.integrations, "classes", chooseClasses),
    ...each(1, "look", lookAround),
  ].sort((a, b) => a.at - b.at);
}

/** Somebody who does one thing after the other. */
interface Actor {
  random: Random;
  planned: PlannedEvent[];
  /** Lets time go by. `false`: the time is over. */
  wait(fromSeconds: number, toSeconds: number): boolean;
  plan(event: TortureEvent): void;
}

function createActor(random: Random, end: number): Actor {
  const planned: PlannedEvent[] = [];
  let now = 0;
  return {
    random,
    planned,
    wait(fromSeconds, toSeconds) {
      now += random.between(fromSeconds, toSeconds) * 1000;
      return now < end;
    },
    plan: (event) => void planned.push({ at: Math.round(now), event }),
  };
}

function hitWorker({ random, wait, plan }: Actor, worker: number): void {
  while (wait(3, 40)) {
    const fate = random.fraction();
    const kind = fate < 0.5 ? "kill" : fate < 0.85 ? "freeze" : "stop";
    plan({ kind, worker });
    if (kind === "freeze" ? wait(5, 25) : wait(0.2, 12)) plan({ kind: kind === "freeze" ? "thaw" : "start", worker });
  }
}

/** Faults that are told no more than how often they strike. */
const plainFaults: readonly FaultKind[] = [
  "token-401",
  "token-403",
  "api-401",
  "api-403",
  "unauthenticated",
  "forbidden-ip",
  "missing-scope",
  "missing-licence",
  "feature-off",
  "rate-limit-bare",
  "server-error",
  "redirect",
  "html",
  "broken-json",
  "internal-error",
  "downstream-error",
  "too-complex",
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
];

const faults: readonly ((random: Random) => FaultSpec)[] = [
  ...plainFaults.map((kind) => () => ({ kind })),
  (random) => ({ kind: "rate-limit", retryAfter: random.whole(1, 3) }),
  (random) => ({ kind: "rate-limit-graphql", retryAfter: random.whole(1, 3) }),
  (random) => ({ kind: "slow", delayMs: random.whole(200, 4_000), at: random.pick(["start", "body"] as const) }),
  (random) => ({ kind: "time-out", delayMs: random.whole(1_000, 5_000) }),
  (random) => ({ kind: "cut", at: random.pick(["start", "body"] as const) }),
  (random) => ({ kind: "too-complex", above: random.whole(50, 400) }),
  (random) => ({ kind: "server-error", status: random.pick([500, 502, 504]), above: random.whole(50, 400) }),
  () => ({ kind: "server-error", stream: "token" }),
  (random) => ({ kind: "rate-limit", stream: "token", retryAfter: random.whole(1, 3) }),
  (random) => ({ kind: "unknown-field", field: random.pick(fieldsThatGo) }),
  (random) => ({ kind: "null-value", field: random.pick(fieldsThatAreMissing) }),
  (random) => ({ kind: "unknown-enum", field: random.pick(["status", "severity", "result", "type"]) }),
];

/** Fields that Weir can do without, some of several streams. */
const fieldsThatGo = [
  "dueAt",
  "resolutionReason",
  "epssSeverity",
  "hasExploit",
  "Issue.projects",
  "CloudResourceV2.tags",
];
const fieldsThatAreMissing = [
  "updatedAt",
  "status",
  "severity",
  "name",
  "firstSeenAt",
  "createdAt",
  "resource",
  "projects",
];

function breakTenant({ random, wait, plan }: Actor, tenant: number): void {
  while (wait(2, 15)) {
    plan({ kind: "faults", tenant, faults: Array.from({ length: random.whole(1, 5) }, () => someFault(random)) });
    if (wait(4, 25)) plan({ kind: "faults", tenant, faults: [] });
  }
}

/** Now and then a fault strikes always, else by chance: a tenant that is never well says little. */
function someFault(random: Random): FaultSpec {
  const fault = random.pick(faults)(random);
  const isForOne = fault.stream === undefined && fault.kind !== "unknown-field" && random.chance(0.4);
  const often = random.chance(0.15) ? {} : { probability: random.between(0.05, 0.5) };
  const times = random.chance(0.3) ? { times: random.whole(1, 20) } : {};
  return { ...fault, ...(isForOne && { stream: random.pick(streamNames) }), ...often, ...times };
}

const withdrawable = [
  "read:issues",
  "read:vulnerabilities",
  "read:cloud_configuration",
  "read:detections",
  "read:resources",
];

function moveCredentials({ random, wait, plan }: Actor, tenant: number): void {
  while (wait(10, 60)) {
    if (random.chance(0.6)) {
      plan({ kind: "scopes", tenant, withdrawn: random.some(withdrawable, random.whole(1, 3)) });
      if (wait(3, 25)) plan({ kind: "scopes", tenant, withdrawn: [] });
    } else {
      plan({ kind: "rotate", tenant, secret: `rotated-${random.text(24)}` });
      if (wait(2, 15)) plan({ kind: "enter-secret", tenant });
    }
  }
}

/** Minutes most of the time, now and then hours: tokens end, and more has changed than fits on a page. */
function live({ random, wait, plan }: Actor, tenant: number): void {
  while (wait(1, 8))
    plan({
      kind: "clock",
      tenant,
      seconds: 60 * (random.chance(0.1) ? random.whole(120, 1_800) : random.whole(1, 60)),
    });
}

/** Few records at a time: many at once would wait for a person. */
function disappear({ random, wait, plan }: Actor, tenant: number): void {
  while (wait(6, 30)) {
    const record = recordKindOf[random.pick(streamNames)];
    plan({ kind: "vanish", tenant, record, count: random.whole(1, 3), seed: random.whole(1, 1_000_000) });
    if (random.chance(0.4) && wait(3, 60)) plan({ kind: "restore", tenant, record });
  }
}

function narrow({ wait, plan }: Actor, tenant: number): void {
  while (wait(40, 200)) {
    plan({ kind: "narrow", tenant });
    if (wait(3, 25)) plan({ kind: "widen", tenant });
  }
}

function askForRuns({ random, wait, plan }: Actor, integration: number): void {
  while (wait(2, 20)) {
    const streams = random.chance(0.5) ? [...streamNames] : random.some(streamNames, random.whole(1, 3));
    plan({ kind: "run", integration, mode: random.chance(0.45) ? "full" : "delta", streams });
    if (random.chance(0.2) && wait(0.2, 6)) plan({ kind: "cancel", integration });
  }
}

function switchOff({ wait, plan }: Actor, integration: number): void {
  while (wait(40, 150)) {
    plan({ kind: "disable", integration });
    if (wait(1, 15)) plan({ kind: "enable", integration });
  }
}

function chooseClasses({ random, wait, plan }: Actor, integration: number): void {
  while (wait(20, 90)) {
    plan({ kind: "choose", integration, classes: random.some(assetClasses, random.whole(2, 8)) });
    if (wait(2, 40)) plan({ kind: "choose", integration, classes: null });
  }
}

function lookAround({ wait, plan }: Actor): void {
  while (wait(7, 13)) plan({ kind: "look" });
}
