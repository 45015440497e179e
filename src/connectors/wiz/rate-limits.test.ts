import { describe, expect, test } from "vitest";
import { WizRateLimitError } from "../../errors.ts";
import { createGovernor } from "./governor.ts";
import { createTestTime } from "./test-time.ts";

/** Seconds to wait; 0 when the request may go on. */
type Limiter = (now: number) => number;

/** Tokens come steadily and are kept for a second, as at many gateways. */
function tokenBucket(perSecond: number): Limiter {
  let tokens = perSecond;
  let at = 0;
  return (now) => {
    tokens = Math.min(perSecond, tokens + ((now - at) / 1000) * perSecond);
    at = now;
    if (tokens < 1 - 1e-9) return (1 - tokens) / perSecond;
    tokens -= 1;
    return 0;
  };
}

/** So many in each second of the clock. */
function fixedWindow(perSecond: number): Limiter {
  let window = -1;
  let count = 0;
  return (now) => {
    const second = Math.floor(now / 1000);
    if (second !== window) [window, count] = [second, 0];
    if (count >= perSecond) return second + 1 - now / 1000;
    count += 1;
    return 0;
  };
}

/** So many in any second. */
function slidingWindow(perSecond: number): Limiter {
  let starts: number[] = [];
  return (now) => {
    starts = starts.filter((at) => at > now - 1000);
    if (starts.length >= perSecond) return ((starts[0] ?? now) + 1000 - now) / 1000;
    starts.push(now);
    return 0;
  };
}

/** How a refusal says how long to wait: whole seconds, not at all, exactly. */
const forms = {
  header: (seconds: number) => Math.ceil(seconds) * 1000,
  bare: () => undefined,
  graphql: (seconds: number) => seconds * 1000,
};

interface Scene {
  limiter: Limiter;
  limit: number;
  form: keyof typeof forms;
  pages: number;
  ceiling?: number;
}

/** Pulls pages in eight slices, 300 ms each, give or take; the same every time. */
async function pull({ limiter, limit, form, pages, ceiling = 10 }: Scene) {
  const time = createTestTime();
  let seed = 1;
  const random = () => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed / 2147483648;
  };
  const governor = createGovernor({ now: time.now, sleep: time.sleep, random, maxRequestsPerSecond: ceiling });
  const attempt = async () => {
    const wait = limiter(time.now());
    if (wait > 0) {
      await time.sleep(20);
      throw new WizRateLimitError("slow down", forms[form](wait));
    }
    await time.sleep(200 + 200 * random());
  };
  let left = pages;
  const slice = async () => {
    while (left-- > 0) await governor.run({ urgency: "bulk", signal: new AbortController().signal, attempt });
  };
  await Promise.all(Array.from({ length: 8 }, slice));
  const { rateLimited } = governor.state();
  return { ofFloor: time.now() / ((pages / limit) * 1000), rateLimited };
}

const limiters = { tokenBucket, fixedWindow, slidingWindow };
const scenes = Object.entries(limiters).flatMap(([name, create]) =>
  [3, 5, 10].flatMap((limit) =>
    (["header", "bare", "graphql"] as const).map((form) => [name, limit, form, create] as const),
  ),
);

describe("the rate is learned: a pass takes little more than its floor, pages ÷ limit", () => {
  test.each(scenes)("%s of %i a second, refusals as %s", async (name, limit, form, create) => {
    const short = await pull({ limiter: create(limit), limit, form, pages: 320 });
    const long = await pull({ limiter: create(limit), limit, form, pages: 2000 });
    const isStrict = name === "slidingWindow";
    expect(short.ofFloor).toBeLessThan(limit === 10 ? 1.05 : isStrict ? 1.2 : 1.08);
    expect(long.ofFloor).toBeLessThan(isStrict ? 1.08 : 1.05);
    expect(long.rateLimited).toBeLessThan(0.02 * 2000);
  });

  test.each([3, 10])("a ceiling that is the limit, %i a second, is met at once", async (limit) => {
    const scene = { limit, form: "header", pages: 320, ceiling: limit } as const;
    const { ofFloor, rateLimited } = await pull({ ...scene, limiter: tokenBucket(limit) });
    expect(rateLimited).toBe(0);
    expect(ofFloor).toBeLessThan(1.04);
  });
});

test("a limit that rises and falls in the middle is followed", async () => {
  let asked = 0;
  const [low, high] = [tokenBucket(3), tokenBucket(9)];
  const limiter = (now: number) => (asked++ < 500 || asked > 2500 ? low(now) : high(now));
  const { ofFloor, rateLimited } = await pull({ limiter, limit: 5, form: "bare", pages: 3000 });
  // 1,000 pages at 3 a second and 2,000 at 9 take 555 s; at a steady 5 a second they would take 600 s.
  expect(ofFloor).toBeLessThan(1.1);
  expect(rateLimited).toBeLessThan(60);
});
