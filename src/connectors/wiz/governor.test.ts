import { describe, expect, test } from "vitest";
import { WizAuthError, WizRateLimitError, WizUnavailableError } from "../../errors.ts";
import { createGovernor, type Governor, type GovernorOptions } from "./governor.ts";

/** Time that passes only when everybody waits for it. */
function createTime() {
  let time = 0;
  const sleepers: { at: number; wake: () => void }[] = [];
  let isTicking = false;
  async function tick(): Promise<void> {
    isTicking = true;
    while (sleepers.length > 0) {
      await new Promise(setImmediate);
      sleepers.sort((a, b) => a.at - b.at);
      const next = sleepers.shift();
      if (next === undefined) break;
      time = Math.max(time, next.at);
      next.wake();
    }
    isTicking = false;
  }
  return {
    now: () => time,
    sleep: (ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        const sleeper = { at: time + ms, wake: resolve };
        sleepers.push(sleeper);
        signal?.addEventListener("abort", () => {
          sleepers.splice(sleepers.indexOf(sleeper), 1);
          reject(signal.reason);
        });
        if (!isTicking) void tick();
      }),
  };
}

function setUp(options: Partial<GovernorOptions> = {}) {
  const time = createTime();
  const governor = createGovernor({ now: time.now, sleep: time.sleep, random: () => 0.5, ...options });
  return { governor, time };
}

const never = new AbortController().signal;

function ask<T>(governor: Governor, attempt: () => Promise<T>, isUrgent = false, signal = never): Promise<T> {
  return governor.run({ isUrgent, signal, attempt });
}

/** Fails with the errors in turn, then answers. */
function failing(errors: Error[], answer = "answer") {
  const left = [...errors];
  return async () => {
    const error = left.shift();
    if (error !== undefined) throw error;
    return answer;
  };
}

describe("the pace", () => {
  test("requests start apart from each other, three in the first second and more later", async () => {
    const { governor, time } = setUp({ maxConcurrent: 100 });
    const starts: number[] = [];
    await Promise.all(
      Array.from({ length: 200 }, () =>
        ask(governor, async () => {
          starts.push(time.now());
          await time.sleep(300);
        }),
      ),
    );
    expect(starts.filter((at) => at < 1000).length).toBeLessThanOrEqual(5);
    const gaps = starts.slice(1).map((at, i) => at - starts[i]!);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(99);
    expect(governor.state().requestsPerSecond).toBe(10);
  });

  test("stays under its setting", async () => {
    const { governor, time } = setUp({ maxRequestsPerSecond: 2 });
    await Promise.all(Array.from({ length: 20 }, () => ask(governor, async () => {})));
    expect(time.now()).toBeGreaterThanOrEqual(9500);
  });

  test("against a limit of 3 per second, few requests are refused and most of the limit is used", async () => {
    const { governor, time } = setUp();
    const accepted: number[] = [];
    let refused = 0;
    const attempt = async () => {
      const recent = accepted.filter((at) => at > time.now() - 1000).length;
      if (recent >= 3) {
        refused += 1;
        throw new WizRateLimitError("slow down");
      }
      accepted.push(time.now());
      await time.sleep(200);
    };
    await Promise.all(Array.from({ length: 400 }, () => ask(governor, attempt)));
    expect(refused).toBeLessThan(40);
    expect(400 / (time.now() / 1000)).toBeGreaterThan(1.8);
  });

  test("no more than the bounded number are on their way", async () => {
    const { governor, time } = setUp({ maxConcurrent: 3 });
    let most = 0;
    await Promise.all(
      Array.from({ length: 20 }, () =>
        ask(governor, async () => {
          most = Math.max(most, governor.state().inFlight);
          await time.sleep(20_000);
        }),
      ),
    );
    expect(most).toBe(3);
  });

  test("urgent requests go before those that wait longer", async () => {
    const { governor } = setUp({ maxConcurrent: 1 });
    const order: string[] = [];
    const asks = [1, 2, 3].map((n) => ask(governor, async () => void order.push(`bulk ${n}`)));
    asks.push(ask(governor, async () => void order.push("urgent"), true));
    await Promise.all(asks);
    expect(order).toEqual(["bulk 1", "urgent", "bulk 2", "bulk 3"]);
  });
});

describe("what may pass is tried again", () => {
  test("W-40: a rate limit without Retry-After backs off exponentially, spread out", async () => {
    const { governor } = setUp();
    const waits: number[] = [];
    const errors = Array.from({ length: 8 }, () => new WizRateLimitError("slow down"));
    await governor.run({
      isUrgent: false,
      signal: never,
      attempt: failing(errors),
      onRetry: (_error, waitMs) => waits.push(waitMs),
    });
    expect(waits).toEqual([750, 1500, 3000, 6000, 12_000, 24_000, 45_000, 45_000]);
    expect(governor.state().rateLimited).toBe(8);
  });

  test("Retry-After holds everything of the account back, and is never cut short", async () => {
    const { governor, time } = setUp();
    const first = ask(governor, failing([new WizRateLimitError("slow down", 90_000)]));
    await time.sleep(1);
    let startedAt = 0;
    await Promise.all([
      first,
      ask(governor, async () => {
        startedAt = time.now();
      }),
    ]);
    expect(startedAt).toBeGreaterThanOrEqual(90_000);
  });

  test("an outage is tried six times in all, then said", async () => {
    const { governor } = setUp();
    let tries = 0;
    const attempt = async () => {
      tries += 1;
      throw new WizUnavailableError("down");
    };
    await expect(ask(governor, attempt)).rejects.toThrow("down");
    expect(tries).toBe(6);
  });

  test("a rate limit that never ends is said at last", async () => {
    const { governor } = setUp();
    const errors = Array.from({ length: 99 }, () => new WizRateLimitError("slow down"));
    await expect(ask(governor, failing(errors))).rejects.toBeInstanceOf(WizRateLimitError);
    expect(governor.state().rateLimited).toBe(10);
  });

  test("refused credentials are not tried again", async () => {
    const { governor } = setUp();
    let tries = 0;
    const attempt = async () => {
      tries += 1;
      throw new WizAuthError("no");
    };
    await expect(ask(governor, attempt)).rejects.toThrow("no");
    expect(tries).toBe(1);
  });
});

describe("cancelling", () => {
  test("frees a request that waits for its turn, and the others go on", async () => {
    const { governor } = setUp({ maxConcurrent: 1 });
    const controller = new AbortController();
    const first = ask(governor, async () => "one");
    const second = ask(governor, async () => "two", false, controller.signal);
    const third = ask(governor, async () => "three");
    controller.abort(new Error("cancelled"));
    await expect(second).rejects.toThrow("cancelled");
    expect(await Promise.all([first, third])).toEqual(["one", "three"]);
    expect(governor.state()).toMatchObject({ inFlight: 0, waiting: 0 });
  });

  test("ends a wait for the next try at once", async () => {
    const controller = new AbortController();
    const governor = createGovernor({ now: Date.now });
    const running = governor.run({
      isUrgent: false,
      signal: controller.signal,
      attempt: failing([new WizRateLimitError("slow down", 3_600_000)]),
      onRetry: () => controller.abort(new Error("cancelled")),
    });
    await expect(running).rejects.toThrow("cancelled");
  });

  test("a request that is cancelled before it starts is never sent", async () => {
    const { governor } = setUp();
    const attempt = async () => {
      throw new Error("was sent");
    };
    await expect(ask(governor, attempt, false, AbortSignal.abort(new Error("cancelled")))).rejects.toThrow("cancelled");
  });
});
