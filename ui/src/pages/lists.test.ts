import { expect, test } from "vitest";
import { facetFieldNames } from "../../../src/query/facet-fields.ts";
import { sorts } from "../../../src/query/keyset.ts";
import { parseQuery } from "../../../src/query/parser.ts";
import { findingList, firstFindingColumns } from "./findings/findings-list.tsx";
import { firstAssetColumns } from "./inventory/assets-columns.tsx";
import { assetList } from "./inventory/assets-list.tsx";
import { firstSignalColumns } from "./signals/signals-columns.tsx";
import { signalList } from "./signals/signals-list.tsx";

const lists = [findingList, assetList, signalList];

test.each(lists)("the orders of $thing are those of the API, with the directions they have there", (list) => {
  const ours = list.sorts.map(({ name, direction }) => [name, direction]);
  expect(ours).toEqual(Object.entries(sorts[list.thing]).map(([name, keys]) => [name, keys[0].direction]));
});

test.each(lists)("every title of $thing that sorts names an order of the API", (list) => {
  const names = list.sorts.map(({ name }) => name);
  for (const { sort } of list.columns) if (sort !== undefined) expect(names).toContain(sort);
});

test.each(lists)("every facet of $thing is one that the API counts, and none is left out", (list) => {
  expect(list.facets.map(({ by }) => by).toSorted()).toEqual(facetFieldNames(list.thing).toSorted());
});

test.each(lists)("$thing begin with a query that can be understood", ({ first }) => {
  expect(() => parseQuery(first.q)).not.toThrow();
});

test("the first columns exist", () => {
  const known = (list: { columns: readonly { id: string }[] }) => list.columns.map(({ id }) => id);
  for (const columns of Object.values(firstFindingColumns))
    expect(known(findingList)).toEqual(expect.arrayContaining([...columns]));
  expect(known(assetList)).toEqual(expect.arrayContaining([...firstAssetColumns]));
  expect(known(signalList)).toEqual(expect.arrayContaining([...firstSignalColumns]));
});
