import { expect, test } from "vitest";
import { createPace } from "./pace.ts";

function speedUp(pace: ReturnType<typeof createPace>, times: number): void {
  for (let i = 0; i < times; i++) pace.speedUp();
}

test("starts at 3 requests per second and grows to the ceiling, never past it", () => {
  const pace = createPace(10);
  expect(pace.perSecond()).toBe(3);
  speedUp(pace, 35);
  expect(pace.perSecond()).toBeCloseTo(10);
  speedUp(pace, 100);
  expect(pace.perSecond()).toBe(10);
});

test("a ceiling below the start is the start", () => {
  expect(createPace(1).perSecond()).toBe(1);
});

test("halves when Wiz objects", () => {
  const pace = createPace(10);
  pace.slowDown(0, 100);
  expect(pace.perSecond()).toBe(1.5);
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

test("never stops altogether", () => {
  const pace = createPace(10);
  for (let time = 1; time < 50; time++) pace.slowDown(time * 10, time * 10 + 1);
  expect(pace.perSecond()).toBeGreaterThan(0.1);
});

test("returns quickly to where Wiz objected, and goes slowly from there", () => {
  const pace = createPace(10);
  speedUp(pace, 25);
  const objected = pace.perSecond();
  pace.slowDown(1000, 1001);
  speedUp(pace, 25);
  const back = pace.perSecond();
  expect(back).toBeGreaterThan(objected * 0.8);
  speedUp(pace, 10);
  expect(pace.perSecond() - back).toBeLessThan(0.2);
});
