import { describe, expect, it } from "vitest";
import { day, second } from "../tenant/micros.ts";
import { type Asked, askedToken, type FaultSpec } from "./faults.ts";
import { createFaults } from "./strike.ts";

const issues: Asked = { roots: ["issuesV2"], first: 100 };

function aSet(specs: FaultSpec[], random: () => number = () => 0.5) {
  let now = 20_000 * day;
  const faults = createFaults(specs, () => now, random);
  return {
    faults,
    later(seconds: number) {
      now += seconds * second;
    },
    hits: (count: number, asked = issues) =>
      Array.from({ length: count }, () => (faults.strike(["server-error"], asked).length > 0 ? "x" : ".")).join(""),
  };
}

describe("when a fault strikes", () => {
  it("is after so many requests, during so many, every so often, at most so many times", () => {
    const kind = "server-error";
    expect(aSet([{ kind, skip: 2, span: 3 }]).hits(8)).toBe("..xxx...");
    expect(aSet([{ kind, skip: 1, every: 2 }]).hits(8)).toBe("..x.x.x.");
    expect(aSet([{ kind, span: 5, every: 2 }]).hits(8)).toBe(".x.x....");
    expect(aSet([{ kind, every: 2, times: 2 }]).hits(8)).toBe(".x.x....");
    expect(aSet([{ kind, probability: 0.6 }]).hits(3)).toBe("xxx");
    expect(aSet([{ kind, probability: 0.4 }]).hits(3)).toBe("...");
  });

  it("is a window of the tenant's time, counted from when it was set", () => {
    const set = aSet([{ kind: "server-error", afterSeconds: 60, forSeconds: 30 }]);
    expect(set.hits(1)).toBe(".");
    set.later(60);
    expect(set.hits(2)).toBe("xx");
    set.later(29);
    expect(set.hits(1)).toBe("x");
    set.later(1);
    expect(set.hits(1)).toBe(".");
    set.faults.set([{ kind: "server-error", forSeconds: 5 }]);
    expect(set.hits(1)).toBe("x");
    set.later(5);
    expect(set.hits(1)).toBe(".");
  });

  it("does not count requests that were outside its window, its stream or its size", () => {
    const set = aSet([{ kind: "server-error", stream: "issues", above: 50, afterSeconds: 1, skip: 1 }]);
    set.hits(3);
    set.later(1);
    set.hits(3, { roots: ["detections"], first: 100 });
    set.hits(3, { roots: ["issuesV2"], first: 50 });
    expect(set.faults.list()[0]).toMatchObject({ seen: 0, struck: 0 });
    expect(set.hits(2)).toBe(".x");
  });

  it("is at the token endpoint only where it says so", () => {
    const kind = "server-error";
    expect(aSet([{ kind }]).hits(1, askedToken)).toBe(".");
    expect(aSet([{ kind, stream: "token" }]).hits(1, askedToken)).toBe("x");
    expect(aSet([{ kind, stream: "token" }]).hits(1)).toBe(".");
    expect(aSet([{ kind: "token-401" }]).faults.strikeOne(["token-401"], askedToken)).not.toBeNull();
  });

  it("is not now when another has struck the same request and only one can", () => {
    const { faults } = aSet([{ kind: "rate-limit", times: 1 }, { kind: "server-error" }]);
    const kinds = ["rate-limit", "server-error"] as const;
    expect(faults.strikeOne(kinds, issues)?.kind).toBe("rate-limit");
    expect(faults.list()[1]).toMatchObject({ seen: 0 });
    expect(faults.strikeOne(kinds, issues)?.kind).toBe("server-error");
  });
});

describe("a fault that makes no sense", () => {
  it.each([
    [{ kind: "meteor" }, "unknown fault"],
    [{ kind: "slow", delay: 5 }, "is no setting"],
    [{ kind: "slow", delayMs: "5" }, "must be a number"],
    [{ kind: "slow", probability: 5 }, "must be 0 to 1"],
    [{ kind: "slow", every: 0 }, "must be a number, 1 or more"],
    [{ kind: "cut", at: "end" }, "start or body"],
    [{ kind: "slow", stream: "isues" }, 'no stream "isues"'],
  ])("is refused: %o", (spec, message) => {
    expect(() => aSet([spec as FaultSpec])).toThrow(message);
  });

  it("leaves those that are set as they are", () => {
    const { faults } = aSet([{ kind: "slow" }]);
    expect(() => faults.set([{ kind: "cut" }, { kind: "meteor" } as unknown as FaultSpec])).toThrow(RangeError);
    expect(() => faults.add([{ kind: "cut" }, { kind: "meteor" } as unknown as FaultSpec])).toThrow(RangeError);
    expect(faults.list().map(({ kind }) => kind)).toEqual(["slow"]);
  });
});
