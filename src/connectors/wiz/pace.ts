/** Requests per second, learned from what Wiz accepts and refuses. */
export interface Pace {
  perSecond(): number;
  /** A request went well. */
  speedUp(): void;
  /** A request that started at `startedAt` was refused for its rate. Times in milliseconds. */
  slowDown(startedAt: number, now: number): void;
}

/** 3 a second under the usual ceiling of 10; who lifts the ceiling knows of a limit that is higher. */
const firstOf = (ceiling: number) => Math.max(Math.min(3, ceiling), ceiling * 0.3);
const slowest = 0.2;

/** Steps per good answer: quick where Wiz never objected, slow near the rate at which it last did. */
const quickStep = 0.2;
const slowStep = 0.01;

/** Adds while it goes well, up to `ceiling`, and halves when Wiz objects: once per objection, not per refused request. */
export function createPace(ceiling: number, start = firstOf(ceiling)): Pace {
  let rate = Math.min(start, ceiling);
  let objectedAt = Number.POSITIVE_INFINITY;
  let slowedAt = Number.NEGATIVE_INFINITY;
  return {
    perSecond: () => rate,
    speedUp() {
      const step = rate < objectedAt * 0.85 ? quickStep : slowStep;
      rate = Math.min(ceiling, rate + step);
    },
    slowDown(startedAt, now) {
      // It was on its way before the last halving, so it says nothing about the present rate.
      if (startedAt <= slowedAt) return;
      objectedAt = rate;
      rate = Math.max(slowest, rate / 2);
      slowedAt = now;
    },
  };
}
