/** Requests per second, learned from what Wiz accepts and refuses. Times in milliseconds. */
export interface Pace {
  perSecond(): number;
  /** Whether Wiz ever objected: from then on it is known to count. */
  isLimitMet(): boolean;
  /** What Wiz accepts, as far as it is known: it never objected while this is `null`. */
  limit(): number | null;
  /** A request was answered well. */
  speedUp(now: number): void;
  /** A request that started at `startedAt` was refused for its rate. */
  slowDown(startedAt: number, now: number): void;
}

/** 3 a second under the usual ceiling of 10; who lifts the ceiling knows of a limit that is higher. */
const firstOf = (ceiling: number) => Math.max(Math.min(3, ceiling), ceiling * 0.3);
const slowest = 0.2;

/** Per good answer: while Wiz never objected, and on the way back to what it accepts. */
const growth = { first: 1.2, back: 1.4 };
/** How near to the limit it is safe to stay, and how much lower the limit must be when that was not safe. */
const share = { safe: 0.98, lower: 0.95 };
/** Good answers until more than the limit is tried; four times as many each time that it is where it was. */
const patience = { first: 25, factor: 4, longestSeconds: 60 };
/** What was accepted in this time says where the limit is. */
const measuredMs = 3_000;

/**
 * Grows quickly until Wiz objects, or up to `ceiling`. Then it halves, once per objection and not per refused request,
 * returns quickly to just under what Wiz accepts, stays there, and tries more from time to time: gently, then faster,
 * since limits are lifted too. The figures are those at which the simulated limiters of the tests cost least.
 */
export function createPace(ceiling: number, start = firstOf(ceiling)): Pace {
  let rate = Math.min(start, ceiling);
  let limit = Number.POSITIVE_INFINITY;
  let slowedAt = Number.NEGATIVE_INFINITY;
  let begunAt: number | null = null;
  let answers: number[] = [];
  /** Good answers since the safe rate was reached again. */
  let calm = 0;
  /** Objections shortly one after the other. */
  let inARow = 0;
  let wantedCalm = patience.first;

  function measure(now: number): number {
    const since = Math.max(begunAt ?? now, now - measuredMs);
    const count = answers.filter((at) => at > since).length;
    if (count < 5 && limit === Number.POSITIVE_INFINITY) return rate * 0.75;
    const accepted = (count / Math.max(1, now - since)) * 1000;
    // Far above it, what was accepted says most; near it, that lags behind a rate that grows.
    return Math.max(rate / 2, rate > accepted * 1.3 ? accepted : (accepted + rate) / 2);
  }

  function findLimit(now: number): number {
    const isLimitWrong = rate <= limit * share.safe * 1.001;
    // Shortly after the last halving what was accepted is what we asked, and says nothing.
    const isFresh = now - slowedAt < measuredMs;
    const measured = isFresh ? limit : measure(now);
    inARow = isFresh ? inARow + 1 : 1;
    if (isLimitWrong && limit < Number.POSITIVE_INFINITY) return Math.min(measured, limit * share.lower ** inARow);
    // Limits are whole numbers, and a burst that was let through makes ours look higher.
    return isFresh || measured < 2.5 ? measured : Math.floor(measured + 0.4);
  }

  return {
    perSecond: () => rate,
    isLimitMet: () => limit < Number.POSITIVE_INFINITY,
    limit: () => (limit < Number.POSITIVE_INFINITY ? limit : null),
    speedUp(now) {
      begunAt ??= now;
      answers.push(now);
      if ((answers[0] ?? now) < now - 2 * measuredMs) answers = answers.filter((at) => at > now - measuredMs);
      const safe = limit * share.safe;
      if (limit === Number.POSITIVE_INFINITY) rate *= growth.first;
      else if (rate < safe) rate = Math.min(safe, rate * growth.back);
      else {
        calm += 1;
        rate *= Math.min(growth.first, 1 + (0.15 / wantedCalm) * (calm / wantedCalm) ** 2);
      }
      rate = Math.min(ceiling, rate);
    },
    slowDown(startedAt, now) {
      // It was on its way before the last halving, so it says nothing about the present rate.
      if (startedAt <= slowedAt) return;
      const found = findLimit(now);
      const isWhereItWas = Math.abs(found - limit) < 0.2 * limit;
      const longest = Math.max(patience.first, patience.longestSeconds * found);
      wantedCalm = isWhereItWas ? Math.min(longest, wantedCalm * patience.factor) : patience.first;
      limit = found;
      calm = 0;
      rate = Math.max(slowest, rate / 2);
      slowedAt = now;
    },
  };
}
