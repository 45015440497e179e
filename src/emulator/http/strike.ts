import { type Micros, second } from "../tenant/micros.ts";
import { checkFault } from "./check-fault.ts";
import { type Asked, type FaultKind, type FaultSpec, streamRoots } from "./faults.ts";

export interface FaultState extends FaultSpec {
  /** Requests that it could have struck, and those that it did. */
  seen: number;
  struck: number;
}

export interface Faults {
  list(): FaultState[];
  /** @throws RangeError for a fault that makes no sense; nothing is set then */
  set(specs: readonly FaultSpec[]): void;
  /** @throws RangeError as `set` does */
  add(specs: readonly FaultSpec[]): void;
  /** The faults of these kinds that strike this request. Asking counts as a request. */
  strike(kinds: readonly FaultKind[], asked: Asked): FaultState[];
  /** The first of these kinds that strikes; those after it do not see the request. */
  strikeOne(kinds: readonly FaultKind[], asked: Asked): FaultState | null;
}

/** `now`: the tenant's time in microseconds; `random`: the next number from 0 to 1. */
export function createFaults(specs: readonly FaultSpec[], now: () => Micros, random: () => number): Faults {
  let states: SetFault[] = [];
  const strikes = (state: SetFault) => isItsTime(state, now()) && isStruck(state, random);
  const faults: Faults = {
    list: () => states.map(({ setAt: _setAt, ...state }) => state),
    set(next) {
      states = next.map((spec) => begin(spec, now()));
    },
    add(next) {
      states = [...states, ...next.map((spec) => begin(spec, now()))];
    },
    strike: (kinds, asked) =>
      states.filter((state) => kinds.includes(state.kind) && isMeant(state, asked) && strikes(state)),
    strikeOne: (kinds, asked) =>
      states.find((state) => kinds.includes(state.kind) && isMeant(state, asked) && strikes(state)) ?? null,
  };
  faults.add(specs);
  return faults;
}

interface SetFault extends FaultState {
  setAt: Micros;
}

function begin(spec: FaultSpec, now: Micros): SetFault {
  return { ...checkFault(spec), seen: 0, struck: 0, setAt: now };
}

function isMeant(state: FaultState, { roots, first }: Asked): boolean {
  if (roots[0] === "token" && !state.kind.startsWith("token-") && state.stream !== "token") return false;
  if (state.above !== undefined && !(first !== null && first > state.above)) return false;
  if (state.stream === undefined) return true;
  const wanted = streamRoots[state.stream] ?? [state.stream];
  return roots.some((name) => wanted.includes(name));
}

function isItsTime(state: SetFault, now: Micros): boolean {
  const age = (now - state.setAt) / second - (state.afterSeconds ?? 0);
  return age >= 0 && age < (state.forSeconds ?? Number.POSITIVE_INFINITY);
}

function isStruck(state: FaultState, random: () => number): boolean {
  const { skip = 0, span, times, every, probability } = state;
  const turn = ++state.seen - skip;
  if (turn <= 0 || (span !== undefined && turn > span)) return false;
  if (times !== undefined && state.struck >= times) return false;
  if (every !== undefined && turn % every !== 0) return false;
  if (probability !== undefined && random() >= probability) return false;
  state.struck++;
  return true;
}
