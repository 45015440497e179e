import { readFileSync } from "node:fs";
import { buildSchema, parse, validate } from "graphql";
import { expect, test } from "vitest";
import type { GraphqlError } from "./answer.ts";
import { dropRefusedFields, isAboutOrder } from "./drift.ts";
import { wizStreams } from "./streams/all.ts";

const sdl = readFileSync(new URL("schema.graphql", import.meta.url), "utf8");

/** The errors of a Wiz that no longer knows a line of the schema. */
function errorsWithout(document: string, type: string, line: RegExp): GraphqlError[] {
  const start = sdl.indexOf(`type ${type} `);
  const end = sdl.indexOf("\n}", start);
  const without = sdl.slice(0, start) + sdl.slice(start, end).replace(line, "") + sdl.slice(end);
  return validate(buildSchema(without), parse(document)).map((error) => ({
    message: error.message,
    code: "GRAPHQL_VALIDATION_FAILED",
    path: [],
    locations: error.locations ?? [],
    extensions: {},
  }));
}

const schema = buildSchema(sdl);
const { issues, vulnerabilities } = wizStreams;

test("an unknown field is taken out, where it is unknown and nowhere else", () => {
  const errors = errorsWithout(issues.document, "ServiceTicket", /\n {2}url: String!/);
  expect(errors).toHaveLength(1);
  const trimmed = dropRefusedFields(issues.document, errors, issues.requiredFields);
  expect(trimmed?.dropped).toEqual(["url"]);
  expect(trimmed?.document.match(/\burl\b/g)).toHaveLength(1);
  expect(validate(schema, parse(trimmed?.document ?? ""))).toEqual([]);
});

test("several at once, with all that hangs on them", () => {
  const errors = [
    ...errorsWithout(vulnerabilities.document, "VulnerabilityFinding", /\n {2}cvssv3: \w+/),
    ...errorsWithout(vulnerabilities.document, "VulnerableAssetServerless", /\n {2}runtime: \w+/),
  ];
  const trimmed = dropRefusedFields(vulnerabilities.document, errors, vulnerabilities.requiredFields);
  expect(trimmed?.dropped.sort()).toEqual(["cvssv3", "runtime"]);
  expect(trimmed?.document).not.toMatch(/attackVector|VulnerableAssetServerless/);
  expect(validate(schema, parse(trimmed?.document ?? ""))).toEqual([]);
});

test("where Wiz does not say where, every field of the name goes", () => {
  const errors = errorsWithout(issues.document, "ServiceTicket", /\n {2}url: String!/).map((error) => ({
    ...error,
    locations: [],
  }));
  const trimmed = dropRefusedFields(issues.document, errors, issues.requiredFields);
  expect(trimmed?.document).not.toMatch(/\burl\b/);
});

test.each(["status", "sourceRules"])("without %s a record means nothing, so nothing is taken out", (field) => {
  const errors = errorsWithout(issues.document, "Issue", new RegExp(`\\n {2}${field}: [^\\n]+`));
  expect(errors.length).toBeGreaterThan(0);
  expect(dropRefusedFields(issues.document, errors, issues.requiredFields)).toBeNull();
});

test("an error about something else takes nothing out", () => {
  const error = {
    message: "invalid type for variable: 'filterBy'",
    code: null,
    path: [],
    locations: [],
    extensions: {},
  };
  expect(dropRefusedFields(issues.document, [error], issues.requiredFields)).toBeNull();
});

test.each([
  ['Unknown argument "orderBy" on field "Query.configurationFindings".', {}, true],
  ["invalid type for variable", { name: "orderBy" }, true],
  ["invalid type for variable", { name: "filterBy" }, false],
])("%s %j is about the order: %s", (message, extensions, expected) => {
  expect(isAboutOrder([{ message, code: null, path: [], locations: [], extensions }])).toBe(expected);
});
