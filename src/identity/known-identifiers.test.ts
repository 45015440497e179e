import { expect, test } from "vitest";
import { anAsset } from "../../test/builders.ts";
import { identifiersOf } from "./identifiers.ts";
import { identifiersAfter } from "./known-identifiers.ts";

const live = anAsset({
  class: "compute",
  cloud: "aws",
  accountId: "1",
  providerUniqueId: null,
  machine: {
    instanceIds: [],
    hardwareUuids: ["48d369d7-e5b7-588c-992b-1f6fb20b0870"],
    serials: [],
    macs: [],
    hostnames: ["web-1"],
    fqdns: [],
    netbiosNames: [],
    domains: [],
    ips: [],
  },
});
const before = identifiersOf(live);
const silent = { ...live, accountId: null, machine: undefined };

test("a machine that is deleted is still known by what it showed when it lived", () => {
  expect(identifiersAfter({ ...silent, deletedAt: "2026-08-02T00:00:00Z" }, { before })).toEqual(before);
  expect(identifiersAfter(silent, { before, isReduced: true })).toEqual(before);
});

test("one that lives is known by what it shows now", () => {
  const after = identifiersAfter(silent, { before });
  expect(after).not.toHaveProperty("hardwareUuid");
  expect(after).toEqual(identifiersOf(silent));
});

test("what is no machine has nothing that identifies it", () => {
  expect(identifiersAfter({ ...silent, class: "storage", deletedAt: "2026-08-02T00:00:00Z" }, { before })).toBeNull();
});
