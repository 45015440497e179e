import { describe, expect, test } from "vitest";
import { WizAuthError, WizRateLimitError, WizUnavailableError } from "../../errors.ts";
import { createGovernor, type Governor, type GovernorOptions } from "./governor.ts";
import type { Urgency } from "./queue.ts";
import { createTestTime } from "./test-time.ts";

function setUp(options: Partial<GovernorOptions> = {}) {
  const time = createTestTime();
  const governor = createGovernor({ now: time.now, sleep: time.sleep, random: () => 0.5, ...options });
  return { governor, time };
}

const never = new AbortController().signal;

function ask<T>(governor: Governor, attempt: () => Promise<T>, urgency: Urgency = "bulk", signal = never): Promise<T> {
  return governor.run({ urgency, signal, attempt });
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
    expect(starts.filter((at) => at < 1000).length).toBeLessThanOrEqual(6);
    const gaps = starts.slice(1).map((at, i) => at - starts[i]!);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(99);
    expect(governor.state().requestsPerSecond).toBe(10);
  });

  test("stays under its setting", async () => {
    const { governor, time } = setUp({ maxRequestsPerSecond: 2 });
    await Promise.all(Array.from({ length: 20 }, () => ask(governor, async () => {})));
    expect(time.now()).toBeGreaterThanOrEqual(9500);
  });

  test("no more than the bounded number are on their way", async () => {
    const { governor, time } = setUp({ maxConcurrent: 3 });
    let most = 0;
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        ask(
          governor,
          async () => {
            most = Math.max(most, governor.state().inFlight);
            await time.sleep(20_000);
          },
          i % 2 === 0 ? "bulk" : "poll",
        ),
      ),
    );
    expect(most).toBe(3);
  });

  test("polls of what is urgent go first, then the whole of it, then everything else, however long it waits", async () => {
    const { governor } = setUp({ maxConcurrent: 1 });
    const order: string[] = [];
    const named = (name: string, urgency: Urgency) => ask(governor, async () => void order.push(name), urgency);
    const asks = [1, 2, 3].map((n) => named(`bulk ${n}`, "bulk"));
    asks.push(named("soon", "soon"), named("poll", "poll"));
    await Promise.all(asks);
    expect(order).toEqual(["bulk 1", "poll", "soon", "bulk 2", "bulk 3"]);
  });

  test("a poll of several pages ends within 30 seconds while bulk pages take 30 seconds each", async () => {
    const { governor, time } = setUp();
    let mostBulk = 0;
    let bulk = 0;
    const bulkPage = async () => {
      bulk += 1;
      mostBulk = Math.max(mostBulk, bulk);
      await time.sleep(30_000);
      bulk -= 1;
    };
    const pass = Promise.all(Array.from({ length: 60 }, () => ask(governor, bulkPage)));
    await time.sleep(45_000);
    const begun = time.now();
    for (let page = 0; page < 6; page++) await ask(governor, () => time.sleep(3_000), "poll");
    expect(time.now() - begun).toBeLessThan(20_000);
    await pass;
    expect(mostBulk).toBe(8);
  });

  test("a poll ends within 30 seconds while a bulk pass uses all of a low limit", async () => {
    const { governor, time } = setUp({ maxRequestsPerSecond: 0.5 });
    const pass = Promise.all(Array.from({ length: 60 }, () => ask(governor, () => time.sleep(300))));
    await time.sleep(10_000);
    const begun = time.now();
    for (let page = 0; page < 6; page++) await ask(governor, () => time.sleep(300), "poll");
    expect(time.now() - begun).toBeLessThan(30_000);
    await pass;
  });

  test("tells what it does", async () => {
    const { governor, time } = setUp({ maxRequestsPerSecond: 2, maxConcurrent: 4 });
    const all = Promise.all(Array.from({ length: 30 }, () => ask(governor, () => time.sleep(900))));
    await time.sleep(10_400);
    expect(governor.state()).toMatchObject({
      requestsPerSecond: 2,
      ceiling: 2,
      maxConcurrent: 4,
      inFlight: 2,
      requests: 21,
      waiting: 9,
      rateLimited: 0,
      pausedUntil: null,
    });
    expect(governor.state().usedPerSecond).toBeCloseTo(2, 0);
    await all;
    expect(governor.state()).toMatchObject({ inFlight: 0, waiting: 0, requests: 30 });
    expect(governor.state().waitedMs).toBeCloseTo(((29 * 30) / 2) * 500, -3);
    await time.sleep(20_000);
    expect(governor.state().usedPerSecond).toBe(0);
  });
});

describe("what may pass is tried again", () => {
  test("W-40: a rate limit without Retry-After backs off exponentially, spread out", async () => {
    const { governor } = setUp();
    const waits: number[] = [];
    const errors = Array.from({ length: 8 }, () => new WizRateLimitError("slow down"));
    await governor.run({
      urgency: "bulk",
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

  test("a wait that was asked for holds polls back too, and is shown", async () => {
    const { governor, time } = setUp();
    const first = ask(governor, failing([new WizRateLimitError("slow down", 20_000)]));
    await time.sleep(1000);
    expect(governor.state().pausedUntil).toBe(20_000);
    await ask(governor, async () => {}, "poll");
    expect(time.now()).toBeGreaterThanOrEqual(20_000);
    expect(governor.state().pausedUntil).toBeNull();
    await first;
  });

  test("a storm of refusals halves the rate once", async () => {
    const { governor, time } = setUp({ maxRequestsPerSecond: 8, startRequestsPerSecond: 8 });
    const isRefused = () => time.now() < 1000;
    const attempt = async () => {
      const refused = isRefused();
      await time.sleep(2000);
      if (refused) throw new WizRateLimitError("slow down", 5000);
    };
    const all = Promise.all(Array.from({ length: 6 }, () => ask(governor, attempt)));
    await time.sleep(3500);
    expect(governor.state()).toMatchObject({ rateLimited: 6, requestsPerSecond: 4 });
    await all;
  });

  test("fewer tries where a task asks for fewer", async () => {
    const { governor } = setUp();
    const errors = Array.from({ length: 9 }, () => new WizUnavailableError("down"));
    const run = governor.run({ urgency: "poll", signal: never, attempt: failing(errors), maxTries: 2 });
    await expect(run).rejects.toThrow("down");
    expect(governor.state().requests).toBe(2);
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
    const second = ask(governor, async () => "two", "bulk", controller.signal);
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
      urgency: "bulk",
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
    await expect(ask(governor, attempt, "bulk", AbortSignal.abort(new Error("cancelled")))).rejects.toThrow(
      "cancelled",
    );
  });
});
