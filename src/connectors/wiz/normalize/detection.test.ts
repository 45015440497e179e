import { expect, test } from "vitest";
import { normalizeDetection } from "./detection.ts";
import { stripMarkup } from "./markup.ts";
import type { Node } from "./read.ts";

function aDetection(changes: Node = {}): Node {
  return {
    id: "det-1",
    type: "GENERATED_THREAT",
    severity: "HIGH",
    description: 'Brute force against :cloud-resource[web-1]{resourceId="vm-1"}.',
    createdAt: "2026-07-01T15:12:18.1559021Z",
    updatedAt: "2026-07-01T15:13:36.3181301Z",
    startedAt: "2026-07-01T15:05:03.533Z",
    endedAt: "2026-07-01T15:10:03.533Z",
    issue: { id: "iss-1" },
    cloudAccounts: [{ externalId: "111122223333", name: "prod", cloudProvider: "AWS" }],
    ruleMatch: { rule: { id: "cer-1", name: "UnauthorizedAccess:EC2/SSHBruteForce", description: "SSH brute force." } },
    primaryResource: {
      id: "event-id",
      name: "i-1",
      type: "VIRTUAL_MACHINE",
      nativeType: "ec2#instance",
      externalId: "i-1",
      providerUniqueId: null,
      region: "us-east-2",
      openToAllInternet: true,
      cloudAccount: null,
      graphEntity: { id: "vm-1", name: "web-1", type: "VIRTUAL_MACHINE", providerUniqueId: "arn:1" },
    },
    ...changes,
  };
}

const findingOf = (changes: Node = {}) => normalizeDetection(aDetection(changes)).finding!;

test("W-04: a detection is an open threat with the name of the rule that matched", () => {
  expect(findingOf()).toMatchObject({
    kind: "threat",
    externalId: "det-1",
    title: "UnauthorizedAccess:EC2/SSHBruteForce",
    severity: "high",
    status: "open",
    firstFoundAt: "2026-07-01T15:05:03.533Z",
    lastFoundAt: "2026-07-01T15:10:03.533Z",
    updatedAt: "2026-07-01T15:13:36.3181301Z",
    definition: { kind: "rule", externalId: "cer-1", description: "SSH brute force." },
  });
});

test("its asset is the graph entity, with the account of the detection where the resource has none", () => {
  expect(findingOf().asset).toMatchObject({
    externalId: "vm-1",
    name: "web-1",
    providerUniqueId: "arn:1",
    class: "compute",
    cloud: "aws",
    accountId: "111122223333",
    region: "us-east-2",
    internetExposed: true,
  });
});

test("without a graph entity the resource stands for itself; without both there is no asset", () => {
  expect(findingOf({ primaryResource: { id: "r", name: "n", type: "BUCKET", graphEntity: null } }).asset).toMatchObject(
    {
      externalId: "r",
      class: "storage",
    },
  );
  expect(findingOf({ primaryResource: null, resources: null }).asset).toBeNull();
});

test("a rule without a description borrows the detection's, without its markup", () => {
  const rule = { id: "cer-1", name: "Rule" };
  expect(findingOf({ ruleMatch: { rule } }).definition?.description).toBe("Brute force against web-1.");
});

test.each([
  ['a :cloud-resource[web-1]{resourceId="x"} b', "a web-1 b"],
  [':principal[me]{id="1" type="USER"} and :cloud-resource[y]{}', "me and y"],
  ["[a link](https://example.com) {stays}", "[a link](https://example.com) {stays}"],
  ["10:30 [x]{y", "10:30 [x]{y"],
])("of %j the text %j is left", (text, plain) => {
  expect(stripMarkup(text)).toBe(plain);
});

test("a detection with nothing but its id is still a finding", () => {
  expect(normalizeDetection({ id: "x" }).finding).toMatchObject({ title: "x", definition: null, asset: null });
});

test("an unreadable start is refused by name", () => {
  expect(() => findingOf({ startedAt: "yesterday" })).toThrow(/startedAt/);
});
