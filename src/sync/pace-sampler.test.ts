import { expect, test } from "vitest";
import type { AccountState } from "../connectors/connector.ts";
import { createPaceSampler } from "./pace-sampler.ts";

const of = { accountKey: "a", epoch: 1 };

function aState(changes: Partial<AccountState> = {}): AccountState {
  return {
    requestsPerSecond: 3,
    learnedLimit: null,
    ceiling: 10,
    usedPerSecond: 2.5,
    inFlight: 1,
    maxConcurrent: 10,
    waiting: 4,
    requests: 100,
    rateLimited: 0,
    waitedMs: 0,
    pausedUntil: null,
    ...changes,
  };
}
const idle = aState({ usedPerSecond: 0, inFlight: 0, waiting: 0 });

test("while there is work a sample is taken every ten seconds, and one when it has gone idle", () => {
  const sampler = createPaceSampler();
  const taken = (state: AccountState, seconds: number) => sampler.look(of, state, seconds * 1000) !== null;
  const seen = [0, 1.5, 9, 10.5, 12, 20.5].map((at) => taken(aState(), at));
  expect(seen).toEqual([true, false, false, true, false, true]);
  expect([22, 23.5, 60].map((at) => taken(idle, at))).toEqual([true, false, false]);
  expect(taken(aState(), 61)).toBe(true);
});

test("an account that was never at work has none", () => {
  expect(createPaceSampler().look(of, idle, 0)).toBeNull();
});

test("refusals are counted since the sample before, and from nought when the account is opened anew", () => {
  const sampler = createPaceSampler();
  const limited = (rateLimited: number, at: number, epoch = 1) =>
    sampler.look({ ...of, epoch }, aState({ rateLimited }), at)?.limited;
  expect([limited(2, 0), limited(2, 10_000), limited(7, 20_000), limited(1, 21_000, 2)]).toEqual([2, 0, 5, 1]);
});

test("accounts are looked at each for itself; a pause and what was learned are told", () => {
  const sampler = createPaceSampler();
  expect(sampler.look(of, aState({ pausedUntil: 5, learnedLimit: 3.2 }), 0)).toMatchObject({
    isPaused: true,
    learnedLimit: 3.2,
  });
  expect(sampler.look({ ...of, accountKey: "b" }, aState(), 1)).toMatchObject({ isPaused: false, waiting: 4 });
});
