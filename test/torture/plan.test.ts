import { expect, test } from "vitest";
import { createFaults } from "../../src/emulator/http/strike.ts";
import { makePlan } from "./plan.ts";

const options = { seed: "7", minutes: 10, workers: 3, tenants: 2, integrations: 3 };

test("the same seed makes the same plan, another seed another one", () => {
  expect(makePlan(options)).toEqual(makePlan(options));
  expect(makePlan({ ...options, seed: "8" })).not.toEqual(makePlan(options));
});

test("a worker more changes nothing of what happens to the others", () => {
  const ofFirst = (workers: number) =>
    makePlan({ ...options, workers }).filter(({ event }) => "worker" in event && event.worker === 0);
  expect(ofFirst(3)).toEqual(ofFirst(1));
});

test("a worker is never killed while it is down or frozen, and never woken while it runs", () => {
  const state = ["up", "up", "up"];
  const after = { kill: "down", stop: "down", freeze: "frozen", start: "up", thaw: "up" } as const;
  const before = { kill: "up", stop: "up", freeze: "up", start: "down", thaw: "frozen" } as const;
  for (const { event } of makePlan(options)) {
    if (!("worker" in event)) continue;
    expect(state[event.worker]).toBe(before[event.kind]);
    state[event.worker] = after[event.kind];
  }
});

test("ten minutes bring every kind of event, in order, and none after the end", () => {
  const plan = makePlan(options);
  expect(plan.map(({ at }) => at)).toEqual(plan.map(({ at }) => at).sort((a, b) => a - b));
  expect(plan.every(({ at }) => at < 600_000)).toBe(true);
  expect([...new Set(plan.map(({ event }) => event.kind))].sort()).toEqual([
    "cancel",
    "choose",
    "clock",
    "disable",
    "enable",
    "enter-secret",
    "faults",
    "freeze",
    "kill",
    "look",
    "narrow",
    "restore",
    "rotate",
    "run",
    "scopes",
    "start",
    "stop",
    "thaw",
    "vanish",
    "widen",
  ]);
});

test("every fault that a plan sets is one that the emulator knows", () => {
  const faults = createFaults(
    [],
    () => 0,
    () => 0,
  );
  const set = Array.from({ length: 20 }, (_, seed) => makePlan({ ...options, seed: String(seed) })).flat();
  for (const { event } of set) if (event.kind === "faults") faults.set(event.faults);
});
