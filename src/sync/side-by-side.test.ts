import { expect, test } from "vitest";
import { runSideBySide } from "./side-by-side.ts";

const always = () => true;

test("one that fails is tried again when the others have had their turn, and nothing fails", async () => {
  const order: string[] = [];
  let isBroken = true;
  await runSideBySide(
    ["a", "b", "c", "d", "e"],
    async (item) => {
      order.push(item);
      if (item === "b" && isBroken) {
        isBroken = false;
        throw new Error("b broke");
      }
    },
    always,
  );
  expect(order.toSorted()).toEqual(["a", "b", "b", "c", "d", "e"]);
  expect(order.at(-1)).toBe("b");
});

test("one that goes on failing fails the whole at last, and the others are done nevertheless", async () => {
  const done: string[] = [];
  const work = async (item: string) => {
    if (item === "b") throw new Error("b is broken");
    done.push(item);
  };
  await expect(runSideBySide(["a", "b", "c", "d", "e"], work, always)).rejects.toThrow("b is broken");
  expect(done.toSorted()).toEqual(["a", "c", "d", "e"]);
});

test("after a failure that is not worth another try no further one is begun", async () => {
  const begun: string[] = [];
  const work = async (item: string) => {
    begun.push(item);
    if (item === "a") throw new Error("refused");
    await new Promise((resolve) => setImmediate(resolve));
  };
  await expect(runSideBySide([..."abcdefghij"], work, () => false)).rejects.toThrow("refused");
  expect(begun).toEqual([..."abcdefgh"]);
});
