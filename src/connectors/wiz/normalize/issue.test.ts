import { describe, expect, test } from "vitest";
import { normalizeIssue } from "./issue.ts";
import type { Node } from "./read.ts";

function anIssue(changes: Node = {}): Node {
  return {
    id: "iss-1",
    type: "TOXIC_COMBINATION",
    status: "OPEN",
    severity: "CRITICAL",
    createdAt: "2026-03-25T05:46:26.681576Z",
    updatedAt: "2026-03-26T05:46:26.681576Z",
    statusChangedAt: "2026-03-25T05:46:26.681576Z",
    resolvedAt: null,
    dueAt: "2026-04-25T00:00:00Z",
    resolutionReason: null,
    url: "https://app.wiz.io/issues#~(issue~'iss-1)",
    projects: [
      { id: "p2", name: "Zeta" },
      { id: "p1", name: "Alpha" },
    ],
    serviceTickets: null,
    notes: null,
    sourceRules: [
      {
        __typename: "Control",
        id: "wc-id-1",
        name: "Exposed VM with a critical vulnerability",
        description: "A machine can be reached.",
        resolutionRecommendation: "### Patch it",
        securitySubCategories: [
          { title: "SC-8", category: { name: "SC", framework: { name: "NIST" } } },
          { title: "SC-13", category: { name: "SC", framework: { name: "NIST" } } },
          { title: "A", category: { name: "Impact", framework: { name: "ATT&CK" } } },
        ],
      },
    ],
    entitySnapshot: {
      id: "ent-1",
      type: "VIRTUAL_MACHINE",
      nativeType: "ec2#instance",
      name: "web-1",
      status: "Active",
      cloudPlatform: "AWS",
      providerId: "arn:aws:ec2:us-east-1:1:instance/i-1",
      externalId: "i-1",
      region: "us-east-1",
      subscriptionExternalId: "111122223333",
      subscriptionName: "prod",
      tags: { env: "prod", Owner: "team a", empty: "" },
    },
    ...changes,
  };
}

const findingOf = (changes: Node = {}) => normalizeIssue(anIssue(changes)).finding!;

test("an issue becomes a finding with the name of its rule as title", () => {
  expect(findingOf()).toMatchObject({
    kind: "issue",
    externalId: "iss-1",
    title: "Exposed VM with a critical vulnerability",
    severity: "critical",
    status: "open",
    rule: "Exposed VM with a critical vulnerability",
    projects: ["Alpha", "Zeta"],
    url: "https://app.wiz.io/issues#~(issue~'iss-1)",
    firstFoundAt: "2026-03-25T05:46:26.681576Z",
    statusChangedAt: "2026-03-25T05:46:26.681576Z",
    updatedAt: "2026-03-26T05:46:26.681576Z",
    dueAt: "2026-04-25T00:00:00Z",
    resolvedAt: null,
  });
});

test("its definition is the rule, with each framework category once", () => {
  expect(findingOf().definition).toMatchObject({
    kind: "rule",
    externalId: "wc-id-1",
    description: "A machine can be reached.",
    remediation: "### Patch it",
    frameworks: ["ATT&CK / Impact", "NIST / SC"],
  });
});

test("W-05: its entity becomes a placeholder asset with cloud, account and tags", () => {
  expect(findingOf().asset).toMatchObject({
    externalId: "ent-1",
    providerUniqueId: "arn:aws:ec2:us-east-1:1:instance/i-1",
    name: "web-1",
    class: "compute",
    type: "VIRTUAL_MACHINE",
    status: "active",
    cloud: "aws",
    accountId: "111122223333",
    accountName: "prod",
    region: "us-east-1",
    tags: ["Owner:team a", "empty", "env:prod"],
    isPlaceholder: true,
  });
});

test("W-02: a rejected configuration issue keeps its reason and the rule's remediation", () => {
  const finding = findingOf({
    type: "CLOUD_CONFIGURATION",
    status: "REJECTED",
    resolutionReason: "EXCEPTION",
    sourceRules: [{ id: "ccr", name: "Bucket is public", description: "d", remediationInstructions: "aws s3api …" }],
  });
  expect(finding).toMatchObject({ status: "rejected", statusReason: "EXCEPTION", title: "Bucket is public" });
  expect(finding.definition?.remediation).toBe("aws s3api …");
});

test("W-04: a threat issue is resolved with its time and reason", () => {
  expect(
    findingOf({
      type: "THREAT_DETECTION",
      status: "RESOLVED",
      resolvedAt: "2026-05-01T00:00:00Z",
      resolutionReason: "NOT_MALICIOUS_THREAT",
    }),
  ).toMatchObject({
    kind: "issue",
    status: "resolved",
    resolvedAt: "2026-05-01T00:00:00Z",
    statusReason: "NOT_MALICIOUS_THREAT",
  });
});

test("an answer to an older query, with the deprecated single rule and its aliased description, is read the same", () => {
  const finding = findingOf({
    sourceRules: undefined,
    sourceRule: { id: "wc", name: "Old", controlDescription: "text" },
  });
  expect(finding.title).toBe("Old");
  expect(finding.definition?.description).toBe("text");
});

describe("tolerance", () => {
  test("an issue with nothing but its id and status is still a finding", () => {
    const { finding } = normalizeIssue({ id: "x", status: "OPEN" });
    expect(finding).toMatchObject({
      externalId: "x",
      title: "x",
      status: "open",
      asset: null,
      definition: null,
      projects: [],
    });
  });

  test.each(["projects", "sourceRules", "entitySnapshot", "serviceTickets", "notes"])(
    "null for %s is normal",
    (key) => {
      expect(() => findingOf({ [key]: null })).not.toThrow();
    },
  );

  test("an unknown severity, status, type and platform do not stop it", () => {
    const finding = findingOf({
      severity: "SEVERE",
      status: "SNOOZED",
      type: "SOMETHING_NEW",
      entitySnapshot: { id: "e", type: "QUANTUM_COMPUTER", cloudPlatform: "MoonCloud", status: "Frozen" },
    });
    expect(finding).toMatchObject({ severity: "medium", status: "open" });
    expect(finding.asset).toMatchObject({
      class: "other",
      type: "QUANTUM_COMPUTER",
      cloud: "mooncloud",
      status: "unknown",
    });
  });

  test.each([[{ id: null }], [{ id: "" }], [{ id: undefined }]])("without an id it is refused: %j", (changes) => {
    expect(() => findingOf(changes)).toThrow(/no id/);
  });

  test.each([null, undefined, "", {}])("with the status %j it is refused, lest it reopen what is closed", (status) => {
    expect(() => findingOf({ status })).toThrow(/no status/);
  });

  test.each(["createdAt", "updatedAt", "statusChangedAt"])("an unreadable %s is refused by name", (key) => {
    expect(() => findingOf({ [key]: "soon" })).toThrow(key);
  });
});

test("the order of its projects is no change, their number is", () => {
  const hash = (projects: unknown) => normalizeIssue(anIssue({ projects })).hash;
  const [a, b] = [
    { id: "p1", name: "A" },
    { id: "p2", name: "B" },
  ];
  expect(hash([a, b])).toBe(hash([b, a]));
  expect(hash([a, b])).not.toBe(hash([a]));
});
