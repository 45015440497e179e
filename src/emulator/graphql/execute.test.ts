import {
  executeSync,
  type GraphQLObjectType,
  type GraphQLOutputType,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isLeafType,
  isObjectType,
} from "graphql";
import { describe, expect, it } from "vitest";
import { createTenant } from "../tenant/create-tenant.ts";
import { createLife } from "../tenant/life.ts";
import { hour } from "../tenant/micros.ts";
import { checkDocument } from "./documents.ts";
import { executeOperation, resolveRoot } from "./execute.ts";
import { resolverOf, typeNameOf } from "./fields.ts";
import { createSortedCache } from "./listing.ts";
import type { Asking } from "./roots.ts";
import { wizSchema } from "./schema.ts";

const schema = wizSchema();
const start = Date.parse("2026-08-03T00:00:00Z") * 1000;

function anAsking(): Asking {
  const tenant = createTenant({ seed: 7, findings: 3000, start });
  createLife(tenant, { changesPerHour: 200, hasRedetections: true, hasSilentEdits: true, hasVanishing: false }).run(
    start,
    start + 24 * hour,
  );
  const account = {
    id: "1",
    name: "emulator",
    clientId: "emulator",
    clientSecret: "",
    email: "e@example.com",
    scopes: ["read:issues"],
    type: "THIRD_PARTY",
    authenticationSource: "MODERN",
    assignedProjects: null,
    createdAt: "2026-08-03T00:00:00Z",
    lastRotatedAt: "2026-08-03T00:00:00Z",
  };
  return {
    tenant,
    now: start + 24 * hour,
    cache: createSortedCache(() => tenant.revision),
    projectScope: null,
    unfiltered: "refuse",
    maxPage: "error",
    countCap: Number.POSITIVE_INFINITY,
    serviceAccounts: () => [account],
  };
}

/** Everything that the schema has under a type, down to a depth. */
function selectAll(type: GraphQLOutputType, depth: number): string {
  const named = getNamedType(type);
  if (isLeafType(named)) return "";
  const parts: string[] = ["__typename"];
  if (isAbstractType(named)) {
    if (isInterfaceType(named)) parts.push(...fieldsOf(named as never, depth));
    for (const member of schema.getPossibleTypes(named))
      parts.push(`... on ${member.name} { ${fieldsOf(member, depth, `${member.name}_`).join(" ")} }`);
  } else if (isObjectType(named)) parts.push(...fieldsOf(named, depth));
  return `{ ${parts.join(" ")} }`;
}

// Members of a union may give one name different types: an alias keeps them apart.
function fieldsOf(type: GraphQLObjectType, depth: number, prefix?: string): string[] {
  return Object.values(type.getFields()).flatMap((field) => {
    const name = prefix === undefined ? field.name : `${prefix}${field.name}: ${field.name}`;
    if (isLeafType(getNamedType(field.type))) return [name];
    return depth === 0 ? [] : [`${name} ${selectAll(field.type, depth - 1)}`];
  });
}

/** What graphql-js answers with the same resolvers: it also checks every value against the schema. */
function reference(query: string, variables: Record<string, unknown>, asking: Asking): unknown {
  const checked = checkDocument(query);
  if ("errors" in checked) throw new Error(JSON.stringify(checked.errors));
  return JSON.parse(
    JSON.stringify(
      executeSync({
        schema,
        document: checked.document,
        variableValues: variables,
        fieldResolver: (source, args, _context, info) =>
          info.parentType.name === "Query"
            ? resolveRoot(asking, info.fieldName, args)
            : resolverOf(info.parentType.name, info.fieldName)(source, args),
        typeResolver: (source, _context, _info, abstract) => typeNameOf(abstract.name, source),
      }),
    ),
  );
}

function ours(query: string, variables: Record<string, unknown>, asking: Asking): unknown {
  const checked = checkDocument(query);
  if ("errors" in checked) throw new Error(JSON.stringify(checked.errors));
  const operation = checked.operations.values().next().value!;
  return JSON.parse(
    executeOperation(checked, operation, variables, asking, { schema, refusalStatus: 400 }, () => {}).body,
  );
}

const listNames = [
  "issuesV2",
  "issues",
  "vulnerabilityFindings",
  "configurationFindings",
  "detections",
  "cloudResourcesV2",
  "projects",
  "cloudAccounts",
  "serviceAccounts",
];

describe("executeOperation", () => {
  const asking = anAsking();

  it.each(listNames)("answers every field of %s as graphql-js does, and true to the schema", (name) => {
    const field = schema.getQueryType()!.getFields()[name]!;
    const query = `query ($first: Int) { ${name}(first: $first) ${selectAll(field.type, 4)} }`;
    const expected = reference(query, { first: 120 }, asking) as {
      errors?: unknown;
      data: Record<string, { nodes: unknown[] }>;
    };
    expect(expected.errors).toBeUndefined();
    expect(expected.data[name]!.nodes.length).toBeGreaterThan(0);
    expect(ours(query, { first: 120 }, asking)).toEqual(expected);
  });

  it("understands aliases, fragments, fields selected twice, @include, @skip and arguments below the root", () => {
    const query = `
      query Q($with: Boolean!, $without: Boolean = true, $n: Int) {
        total: issuesV2(first: 0) { totalCount }
        threats: issuesV2(first: 5, filterBy: { type: [THREAT_DETECTION] }) {
          nodes { ...Base ... on Node { id } sourceRules { ... on IssueSourceRule { name } ... on CloudEventRule { type } } sourceRules { id }
            threatDetectionDetails @include(if: $with) { detections(first: $n) { totalCount nodes { id description(format: MARKDOWN) } } } }
        }
      }
      fragment Base on Issue { key: id severity @skip(if: $without) snapshot: entitySnapshot { name } ...More }
      fragment More on Issue { snapshot: entitySnapshot { type } }`;
    for (const variables of [
      { with: true, n: 1 },
      { with: false, without: false, n: 0 },
      { with: true, n: 0 },
    ]) {
      const expected = reference(query, variables, asking) as { errors?: unknown };
      expect(expected.errors).toBeUndefined();
      expect(ours(query, variables, asking)).toEqual(expected);
    }
  });

  it("answers introspection", () => {
    expect(ours('{ __type(name: "Issue") { name } __typename }', {}, asking)).toEqual({
      data: { __type: { name: "Issue" }, __typename: "Query" },
    });
  });
});
