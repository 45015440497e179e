import { describe, expect, it } from "vitest";
import { createLimits } from "./limits.ts";

describe("the limits", () => {
  it("allow a second's worth at once, then so many a second, and say how long to wait", () => {
    const limits = createLimits({ rps: 4 });
    const at = (now: number) => limits.enter("a", now) === 0;
    expect([at(0), at(0), at(0), at(0), at(0)]).toEqual([true, true, true, true, false]);
    expect(limits.enter("a", 100)).toBeCloseTo(0.15);
    expect([at(250), at(250), at(500)]).toEqual([true, false, true]);
    let allowed = 0;
    for (let now = 1000; now < 11_000; now += 10) if (at(now)) allowed++;
    expect(allowed).toBeGreaterThanOrEqual(41);
    expect(allowed).toBeLessThanOrEqual(43);
  });

  it("charge nothing for a request that is refused", () => {
    const limits = createLimits({ rps: 1 });
    expect(limits.enter("a", 0)).toBe(0);
    for (let i = 0; i < 10; i++) expect(limits.enter("a", 500)).toBeCloseTo(0.5);
    expect(limits.enter("a", 1000)).toBe(0);
  });

  it("allow fewer than one a second", () => {
    const limits = createLimits({ rps: 0.5 });
    expect([limits.enter("a", 0), limits.enter("a", 0)]).toEqual([0, 2]);
    expect(limits.enter("a", 2000)).toBe(0);
  });

  it("count each account alone, and all of them together", () => {
    const limits = createLimits({ rps: 2, tenantRps: 3 });
    expect([limits.enter("a", 0), limits.enter("a", 0), limits.enter("a", 0) > 0]).toEqual([0, 0, true]);
    expect([limits.enter("b", 0), limits.enter("b", 0) > 0]).toEqual([0, true]);
  });

  it("bound how many are answered at the same time", () => {
    const limits = createLimits({ maxConcurrent: 2 });
    expect([limits.enter("a", 0), limits.enter("a", 0), limits.enter("a", 0) > 0]).toEqual([0, 0, true]);
    expect(limits.enter("b", 0)).toBe(0);
    limits.leave("a");
    expect([limits.enter("a", 0), limits.enter("a", 0) > 0]).toEqual([0, true]);
  });
});
