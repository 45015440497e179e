import { expect, test } from "vitest";
import { TooManyRequestsError } from "../errors.ts";
import { createPasswords } from "./passwords.ts";

const cheap = { memoryCost: 64, timeCost: 1, parallelism: 1 };

test("a password is kept as argon2id with 19 MiB and two passes", async () => {
  const passwords = createPasswords();
  const hash = await passwords.hash("correct horse battery");
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(hash).not.toContain("correct");
  expect(await passwords.verify("correct horse battery", hash)).toBe(true);
  expect(await passwords.verify("correct horse batter", hash)).toBe(false);
  expect(passwords.isOutdated(hash)).toBe(false);
});

test("the same letters typed as other bytes are the same password", async () => {
  const passwords = createPasswords(cheap);
  expect(await passwords.verify("cafe\u0301 cafe\u0301 cafe\u0301", await passwords.hash("café café café"))).toBe(true);
});

test("without a hash the answer is no, also for what was hashed in its place", async () => {
  expect(await createPasswords(cheap).verify("anything at all", null)).toBe(false);
});

test("a hash with other parameters holds, and is known to be outdated", async () => {
  const hash = await createPasswords(cheap).hash("correct horse battery");
  const passwords = createPasswords({ ...cheap, timeCost: 2 });
  expect(await passwords.verify("correct horse battery", hash)).toBe(true);
  expect(passwords.isOutdated(hash)).toBe(true);
});

test("only so many wait for their turn; the others are told when to come back, and the next round is served again", async () => {
  const passwords = createPasswords(cheap);
  const hash = await passwords.hash("correct horse battery");
  for (let round = 0; round < 2; round++) {
    const all = await Promise.allSettled(
      Array.from({ length: 100 }, () => passwords.verify("correct horse battery", hash)),
    );
    const [served, refused] = [all.filter(({ status }) => status === "fulfilled"), all.filter(isRefused)];
    expect([served.length, refused.length]).toEqual([52, 48]);
    expect(refused.every(({ reason }) => reason instanceof TooManyRequestsError && reason.retryAfterMs > 0)).toBe(true);
  }
});

function isRefused(result: PromiseSettledResult<boolean>): result is PromiseRejectedResult {
  return result.status === "rejected";
}
