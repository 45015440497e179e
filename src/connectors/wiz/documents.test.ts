import { readFileSync } from "node:fs";
import {
  buildSchema,
  coerceInputValue,
  type GraphQLInputType,
  Kind,
  parse,
  typeFromAST,
  validate,
  visit,
} from "graphql";
import { describe, expect, test } from "vitest";
import type { Lane } from "../../model.ts";
import { pageVariables } from "./paginate.ts";
import { wizStreams } from "./streams/all.ts";

const schema = buildSchema(readFileSync(new URL("schema.graphql", import.meta.url), "utf8"));
const whole = { isUnordered: false, withoutFilters: [], withoutValues: [] };
const lanes: Lane[] = ["delta", "full"];
const cases = Object.values(wizStreams).map((stream) => [stream.info.name, stream] as const);

describe.each(cases)("the document of %s", (name, stream) => {
  const document = parse(stream.document);

  test("is valid against Wiz's schema", () => {
    expect(validate(schema, document).map(String)).toEqual([]);
  });

  test("asks for every field that it calls required", () => {
    const names = new Set<string>();
    visit(document, { Field: (node) => void names.add(node.name.value) });
    expect(stream.requiredFields.filter((field) => !names.has(field))).toEqual([]);
  });

  test("leaves the deprecated sourceRule alone", () => {
    expect(stream.document).not.toMatch(/\bsourceRule\b/);
  });

  test.each(lanes)("has variables of the right types for every %s slice", (lane) => {
    for (const question of stream.questions[lane]) {
      const spec = { stream: name, lane, ...question, after: "2026-01-01T00:00:00Z", before: "2026-02-01T00:00:00Z" };
      const request = { spec, cursor: "c", first: 500, projects: ["p1"], asked: whole };
      const problems = invalidVariables(document, pageVariables(stream, request));
      expect(problems, JSON.stringify(question)).toEqual([]);
    }
  });
});

test.each(cases.filter(([, { typeFilter }]) => typeFilter !== undefined))(
  "Q-26: the filter by type of asset has the shape that %s wants, beside that by project",
  (name, stream) => {
    const { ofTypes, ofNone } = stream.typeFilter!;
    for (const typeFilter of [ofTypes(["VIRTUAL_MACHINE", "CONTAINER_IMAGE"]), ofNone]) {
      const spec = { stream: name, lane: "full", ...stream.questions.full[0]!, after: null, before: null } as const;
      const request = { spec, cursor: null, first: 500, projects: ["p1"], typeFilter, asked: whole };
      const variables = pageVariables(stream, request);
      expect(invalidVariables(parse(stream.document), variables)).toEqual([]);
      const { filterBy } = pageVariables(stream, { ...request, typeFilter: null });
      expect(variables.filterBy).toMatchObject(filterBy as object);
      expect(variables.filterBy).not.toEqual(filterBy);
    }
  },
);

function invalidVariables(document: ReturnType<typeof parse>, values: Record<string, unknown>): string[] {
  const operation = document.definitions[0];
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error("the document is no operation");
  const declared = (operation.variableDefinitions ?? []).map((definition) => {
    const type = typeFromAST(schema, definition.type) as GraphQLInputType;
    return { name: definition.variable.name.value, type };
  });
  const undeclared = Object.keys(values).filter((name) => !declared.some((variable) => variable.name === name));
  const wrong = declared.filter(({ name, type }) => coerceInputValue(values[name], type) === undefined);
  return [...undeclared, ...wrong.map((variable) => variable.name)];
}
