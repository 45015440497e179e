import { expect, test } from "vitest";
import { normalizeAsset } from "./asset.ts";
import type { Node } from "./read.ts";

function aResource(changes: Node = {}): Node {
  return {
    id: "vm-1",
    externalId: "i-1",
    providerUniqueId: "arn:aws:ec2:us-east-1:1:instance/i-1",
    name: "web-1",
    type: "VIRTUAL_MACHINE",
    nativeType: "ec2#instance",
    status: "Active",
    cloudPlatform: "AWS",
    region: "us-east-1",
    createdAt: "2025-11-03T09:12:44Z",
    updatedAt: "2026-08-02T02:00:00Z",
    deletedAt: null,
    firstSeen: "2025-11-03T10:00:00Z",
    lastSeen: "2026-08-03T01:00:00Z",
    isOpenToAllInternet: false,
    isAccessibleFromInternet: true,
    tags: [{ key: "env", value: "prod" }],
    projects: [{ name: "Payments" }],
    cloudAccount: { externalId: "111122223333", name: "prod", cloudProvider: "AWS" },
    typeFields: { __typename: "CloudResourceV2VirtualMachine", operatingSystem: "LINUX" },
    ...changes,
  };
}

const assetOf = (changes: Node = {}) => normalizeAsset(aResource(changes)).asset!;

test("Q-01 W-05: a cloud resource is an asset with its cloud, account and tags", () => {
  expect(assetOf()).toEqual({
    externalId: "vm-1",
    providerUniqueId: "arn:aws:ec2:us-east-1:1:instance/i-1",
    name: "web-1",
    class: "compute",
    type: "VIRTUAL_MACHINE",
    nativeType: "ec2#instance",
    status: "active",
    cloud: "aws",
    accountId: "111122223333",
    accountName: "prod",
    region: "us-east-1",
    internetExposed: true,
    operatingSystem: "linux",
    projects: ["Payments"],
    tags: ["env:prod"],
    firstSeenAt: "2025-11-03T10:00:00Z",
    lastSeenAt: "2026-08-03T01:00:00Z",
    deletedAt: null,
    updatedAt: "2026-08-02T02:00:00Z",
    isPlaceholder: false,
    machine: expect.objectContaining({ instanceIds: ["i-1"] }),
  });
});

test.each([
  ["BUCKET", "storage"],
  ["STORAGE_ACCOUNT", "storage"],
  ["FILE_SYSTEM_SERVICE", "storage"],
  ["VOLUME", "storage"],
  ["VIRTUAL_MACHINE", "compute"],
  ["CONTAINER", "container_instance"],
  ["CONTAINER_IMAGE", "container_image"],
  ["SERVERLESS", "serverless"],
  ["DATABASE", "database"],
  ["KUBERNETES_CLUSTER", "kubernetes"],
  ["KUBERNETES_SOMETHING_NEW", "kubernetes"],
  ["LOAD_BALANCER", "network"],
  ["USER_ACCOUNT", "identity"],
  ["SECRET", "secret"],
  ["REPOSITORY", "code"],
  ["SUBSCRIPTION", "other"],
])("Q-06: %s is of the class %s", (type, name) => {
  expect(assetOf({ type }).class).toBe(name);
});

test.each([
  ["Active", null, "active"],
  ["Inactive", null, "inactive"],
  ["Error", null, "error"],
  ["Frozen", null, "unknown"],
  [null, null, "unknown"],
  ["Active", "2026-08-01T00:00:00Z", "deleted"],
])("status %s, deleted %s: %s", (status, deletedAt, expected) => {
  expect(assetOf({ status, deletedAt }).status).toBe(expected);
});

test("a resource with nothing but its id is still an asset", () => {
  expect(normalizeAsset({ id: "x" }).asset).toMatchObject({
    externalId: "x",
    name: "x",
    class: "other",
    type: "UNKNOWN",
  });
});

test("to be seen again is no change, and neither is another order of tags", () => {
  const hash = (changes: Node) => normalizeAsset(aResource(changes)).hash;
  const [a, b] = [
    { key: "a", value: "1" },
    { key: "b", value: "2" },
  ];
  expect(hash({ lastSeen: "2026-09-01T00:00:00Z" })).toBe(hash({}));
  expect(hash({ tags: [a, b] })).toBe(hash({ tags: [b, a] }));
  expect(hash({ region: "eu-west-1" })).not.toBe(hash({}));
});

test.each(["firstSeen", "updatedAt"])("an unreadable %s is refused by name", (key) => {
  expect(() => assetOf({ [key]: {} })).toThrow(key);
});
