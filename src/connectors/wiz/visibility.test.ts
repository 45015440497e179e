import { readFileSync } from "node:fs";
import { buildSchema, parse, validate } from "graphql";
import { expect, test } from "vitest";
import { question, readVisibility } from "./visibility.ts";

/** Asks pages of service accounts; `account` is the one that is ours. */
function read(account: Record<string, unknown>, isPartial = false) {
  const nodes = [
    { clientId: "other", scopes: [], assignedProjects: null },
    { clientId: "ours", ...account },
  ];
  const data = { serviceAccounts: { nodes, pageInfo: { hasNextPage: false, endCursor: null } } };
  const error = { message: "access denied", code: "UNAUTHORIZED", path: [], locations: [], extensions: {} };
  return readVisibility(async () => ({ data, partial: isPartial ? [error] : [] }), "ours");
}

test("the question is valid against Wiz's schema", () => {
  const schema = buildSchema(readFileSync(new URL("schema.graphql", import.meta.url), "utf8"));
  expect(validate(schema, parse(question.document)).map(String)).toEqual([]);
});

const projects = [
  { id: "p1", name: "Payments" },
  { id: "p2", name: "Retail" },
];

test("an account without a limit sees all projects", async () => {
  expect(await read({ scopes: ["read:issues"], assignedProjects: null })).toEqual({
    isKnown: true,
    projects: null,
    scopes: ["read:issues"],
  });
});

test("an account with a limit sees its projects", async () => {
  expect(await read({ scopes: [], assignedProjects: projects })).toEqual({ isKnown: true, projects, scopes: [] });
});

test.each([
  ["an empty list", { scopes: ["a"], assignedProjects: [] }, false],
  ["a field that is left out", { scopes: ["a"] }, false],
  ["projects that errors took away", { scopes: ["a"], assignedProjects: null }, true],
  ["some projects beside errors", { scopes: ["a"], assignedProjects: projects }, true],
])("%s says nothing about projects", async (_words, account, isPartial) => {
  expect(await read(account, isPartial)).toEqual({ isKnown: false, projects: null, scopes: ["a"] });
});

test("an account that is not in the list, or without scopes, is unknown", async () => {
  expect((await read({ clientId: "someone" })).isKnown).toBe(false);
  expect((await read({ assignedProjects: null })).scopes).toBeNull();
});

test("pages that never end are given up", async () => {
  let asked = 0;
  const data = { serviceAccounts: { nodes: [], pageInfo: { hasNextPage: true, endCursor: "c" } } };
  const ask = async () => {
    asked += 1;
    return { data, partial: [] };
  };
  expect((await readVisibility(ask, "ours")).isKnown).toBe(false);
  expect(asked).toBe(10);
});
