import { afterEach, beforeEach, expect, test } from "vitest";
import { type EstateWorld, estateWorld } from "./estate.ts";
import { type TestDatabase, testDatabase } from "./postgres.ts";

const machines = 2000;
let database: TestDatabase;
let world: EstateWorld;

beforeEach(async () => {
  database = await testDatabase();
  world = await estateWorld(database, { machines });
});
afterEach(() => database.close());

/** False merges and missed merges alike are differences. */
async function expectTruth(): Promise<void> {
  const { assets, truth } = await world.compare();
  expect(assets.filter((one) => !truth.includes(one)).slice(0, 10)).toEqual([]);
  expect(assets).toEqual(truth);
}

type Load = (world: EstateWorld) => Promise<unknown>;
const orders: [order: string, load: Load][] = [
  [
    "one tenant after the other",
    async ({ weir, integrations: { a, b } }) => {
      await weir.sync(a, { full: true });
      await weir.sync(b, { full: true });
    },
  ],
  [
    "the other tenant first",
    async ({ weir, integrations: { a, b } }) => {
      await weir.sync(b, { full: true });
      await weir.sync(a, { full: true });
    },
  ],
  [
    "both at once",
    ({ weir, integrations: { a, b } }) => Promise.all([weir.sync(a, { full: true }), weir.sync(b, { full: true })]),
  ],
];

test.each(orders)("Q-28 Q-29: the assets are exactly the machines that there are: %s", async (_, load) => {
  await load(world);
  await expectTruth();
  await world.change();
  const { weir, integrations } = world;
  await Promise.all([weir.sync(integrations.a), weir.sync(integrations.b)]);
  await expectTruth();
  // Now also with what was deleted before anything was known of it.
  await Promise.all([weir.sync(integrations.a, { full: true }), weir.sync(integrations.b, { full: true })]);
  await expectTruth();
});
