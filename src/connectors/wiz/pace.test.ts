import { expect, test } from "vitest";
import { createPace, type Pace } from "./pace.ts";

/** Good answers, each as long after the one before as the rate says; the time at the end. */
function goOn(pace: Pace, answers: number, from = 0): number {
  let now = from;
  for (let i = 0; i < answers; i++) {
    now += 1000 / pace.perSecond();
    pace.speedUp(now);
  }
  return now;
}

test("starts at 3 requests per second and is at the ceiling within two seconds, never past it", () => {
  const pace = createPace(10);
  expect(pace.perSecond()).toBe(3);
  expect(goOn(pace, 7)).toBeLessThan(2000);
  expect(pace.perSecond()).toBe(10);
  goOn(pace, 100, 2000);
  expect(pace.perSecond()).toBe(10);
  expect(pace.isLimitMet()).toBe(false);
});

test("a ceiling below the start is the start", () => {
  expect(createPace(1).perSecond()).toBe(1);
});

test("who lifts the ceiling begins nearer to it", () => {
  expect(createPace(100).perSecond()).toBe(30);
});

test("halves when Wiz objects", () => {
  const pace = createPace(10);
  pace.slowDown(0, 100);
  expect(pace.perSecond()).toBe(1.5);
  expect(pace.isLimitMet()).toBe(true);
});

test("requests that started before the halving do not halve again", () => {
  const pace = createPace(10);
  pace.slowDown(0, 100);
  pace.slowDown(50, 150);
  pace.slowDown(100, 160);
  expect(pace.perSecond()).toBe(1.5);
  pace.slowDown(101, 200);
  expect(pace.perSecond()).toBe(0.75);
});

test("never stops altogether, and comes back from there", () => {
  const pace = createPace(10);
  for (let time = 1; time < 50; time++) pace.slowDown(time * 10, time * 10 + 1);
  expect(pace.perSecond()).toBeGreaterThan(0.1);
  goOn(pace, 300, 1000);
  expect(pace.perSecond()).toBe(10);
});

test("returns quickly to just under where Wiz objected, and stays there for a while", () => {
  const pace = createPace(10);
  const now = goOn(pace, 60);
  pace.slowDown(now - 1, now);
  expect(pace.perSecond()).toBe(5);
  const back = goOn(pace, 3, now);
  expect(pace.perSecond()).toBeCloseTo(9.8);
  goOn(pace, 10, back);
  expect(pace.perSecond()).toBeLessThan(9.9);
});

test("where the limit stays what it was, it is tried less and less often", () => {
  const pace = createPace(20, 10);
  const gaps: number[] = [];
  let now = goOn(pace, 1);
  for (let objections = 0; objections < 4; objections++) {
    let answers = 0;
    for (; pace.perSecond() < 10.3; answers++) now = goOn(pace, 1, now);
    pace.slowDown(now - 1, now);
    gaps.push(answers);
  }
  expect(gaps[2]).toBeGreaterThan(2 * gaps[1]!);
  expect(gaps[3]).toBeGreaterThan(2 * gaps[2]!);
});

test("a limit that is lifted is found within minutes", () => {
  const pace = createPace(10);
  let now = goOn(pace, 3);
  for (let objections = 0; objections < 3; objections++) {
    now = goOn(pace, 40, now);
    pace.slowDown(now - 1, now);
  }
  const begun = now;
  while (pace.perSecond() < 10) now = goOn(pace, 1, now);
  expect(now - begun).toBeLessThan(240_000);
});
