import { expect, test } from "vitest";
import { normalizeMisconfiguration } from "./misconfiguration.ts";
import type { Node } from "./read.ts";

const resource = {
  id: "res-1",
  type: "BUCKET",
  nativeType: "bucket",
  name: "website",
  status: "Active",
  region: "us-east-1",
  cloudPlatform: "AWS",
  providerId: "arn:aws:s3:::website",
  tags: [
    { key: "env", value: "prod" },
    { key: "bare", value: null },
    { key: "env", value: "prod" },
  ],
  projects: [{ name: "Payments" }],
  subscription: { externalId: "111122223333", name: "prod", cloudProvider: "AWS" },
};

function aConfigurationFinding(changes: Node = {}): Node {
  return {
    id: "cf-1",
    name: "Bucket is public",
    status: "OPEN",
    severity: "HIGH",
    result: "FAIL",
    deleted: false,
    remediation: "for this bucket: …",
    firstSeenAt: "2026-01-01T00:00:00Z",
    analyzedAt: "2026-08-03T01:30:00Z",
    updatedAt: "2026-08-02T01:30:00Z",
    statusChangedAt: "2026-01-01T00:00:00Z",
    rule: {
      id: "rule-1",
      shortId: "S3-001",
      name: "Buckets should not be public",
      description: "Checks the bucket.",
      remediationInstructions: "aws s3api …",
      securitySubCategories: [{ category: { name: "AC", framework: { name: "NIST" } } }],
    },
    resource,
    ...changes,
  };
}

const findingOf = (changes: Node = {}) => normalizeMisconfiguration(aConfigurationFinding(changes))?.finding;

test("W-02: a configuration finding has its own name, its rule and the resource's facts", () => {
  expect(findingOf()).toMatchObject({
    kind: "misconfiguration",
    externalId: "cf-1",
    title: "Bucket is public",
    rule: "Buckets should not be public",
    severity: "high",
    status: "open",
    projects: ["Payments"],
    firstFoundAt: "2026-01-01T00:00:00Z",
    lastFoundAt: "2026-08-03T01:30:00Z",
    updatedAt: "2026-08-02T01:30:00Z",
    resolvedAt: null,
    definition: { externalId: "rule-1", remediation: "aws s3api …", frameworks: ["NIST / AC"] },
    asset: {
      externalId: "res-1",
      providerUniqueId: "arn:aws:s3:::website",
      class: "storage",
      status: "active",
      cloud: "aws",
      accountId: "111122223333",
      accountName: "prod",
      tags: ["bare", "env:prod"],
    },
  });
});

test("one that was put right is resolved since its status changed", () => {
  expect(findingOf({ status: "RESOLVED", result: "PASS", statusChangedAt: "2026-05-01T00:00:00Z" })).toMatchObject({
    status: "resolved",
    resolvedAt: "2026-05-01T00:00:00Z",
  });
});

test("one of a deleted resource is resolved, a rejected one stays rejected", () => {
  expect(findingOf({ deleted: true })?.status).toBe("resolved");
  expect(findingOf({ deleted: true, status: "REJECTED" })?.status).toBe("rejected");
});

test("an assessment that always passed is nothing for an inventory", () => {
  expect(findingOf({ status: "RESOLVED", result: "PASS" })).toBeUndefined();
  expect(findingOf({ status: "RESOLVED", result: "PASS", statusChangedAt: null })).toBeUndefined();
});

test("severity NONE is informational, and an unknown result is no reason to lose it", () => {
  expect(findingOf({ severity: "NONE", result: "MAYBE" })).toMatchObject({ severity: "informational", status: "open" });
});

test("the cloud and the account come from the subscription when the resource says nothing", () => {
  const bare = { ...resource, cloudPlatform: null, subscription: null };
  const subscription = { externalId: "sub", name: "s", cloudProvider: "Azure" };
  expect(findingOf({ resource: bare, subscription })?.asset).toMatchObject({ cloud: "azure", accountId: "sub" });
});

test("without resource, rule and lists it is still a finding", () => {
  expect(findingOf({ resource: null, rule: null, securitySubCategories: null })).toMatchObject({
    title: "Bucket is public",
    asset: null,
    definition: null,
    projects: [],
  });
});

test("a new analysis and another order of tags are no change, another tag is", () => {
  const hash = (changes: Node) => normalizeMisconfiguration(aConfigurationFinding(changes))?.hash;
  const turned = { ...resource, tags: [...resource.tags].reverse() };
  expect(hash({ analyzedAt: "2026-09-01T00:00:00Z" })).toBe(hash({}));
  expect(hash({ resource: turned })).toBe(hash({}));
  expect(hash({ resource: { ...resource, tags: [] } })).not.toBe(hash({}));
});

test("an unreadable clock is refused by name", () => {
  expect(() => findingOf({ updatedAt: 7 })).toThrow(/updatedAt/);
});
