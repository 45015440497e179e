import { expect, test } from "vitest";
import { createTurns } from "./turns.ts";

const tick = () => new Promise((resolve) => setImmediate(resolve));

test("no more are in at a time than there are places, and each that goes makes room for one", async () => {
  const turns = createTurns(2);
  const entered: string[] = [];
  const enter = async (name: string) => {
    const end = await turns.enter(0);
    entered.push(name);
    return end;
  };
  const [a, , c] = [enter("a"), enter("b"), enter("c"), enter("d")];
  await tick();
  expect(entered).toEqual(["a", "b"]);
  const end = await a;
  end();
  end();
  await tick();
  expect(entered).toEqual(["a", "b", "c"]);
  (await c)();
  await tick();
  expect(entered).toEqual(["a", "b", "c", "d"]);
});

test("who has the most left goes first, and among equals who came first", async () => {
  const turns = createTurns(1);
  const order: string[] = [];
  const work = async (name: string, left: number) => {
    const end = await turns.enter(left);
    order.push(name);
    end();
  };
  const end = await turns.enter(0);
  const all = [work("short", 10), work("long", 30), work("as long", 30), work("middle", 20)];
  end();
  await Promise.all(all);
  expect(order).toEqual(["long", "as long", "middle", "short"]);
});

test("one group that stays leaves places to the others", async () => {
  const turns = createTurns(3, 2);
  const entered: string[] = [];
  const enter = async (group: string) => {
    const end = await turns.enter(group === "stuck" ? 100 : 1, group);
    entered.push(group);
    return end;
  };
  const [first] = [enter("stuck"), enter("stuck"), enter("stuck"), enter("quick")];
  await tick();
  expect(entered).toEqual(["stuck", "stuck", "quick"]);
  (await first)();
  await tick();
  expect(entered).toEqual(["stuck", "stuck", "quick", "stuck"]);
});
