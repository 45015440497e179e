import { type FieldNode, Kind } from "graphql";
import type { CheckedDocument, CheckedOperation } from "../graphql/documents.ts";
import { rootNames } from "../graphql/execute.ts";
import type { Asked } from "./faults.ts";

/** The body of a GraphQL request. */
export interface GraphqlRequest {
  query: string;
  variables: Record<string, unknown>;
  operationName: string | null;
}

/** `null` when the text is not a JSON object. */
export function readRequest(text: string): GraphqlRequest | null {
  try {
    const body = JSON.parse(text) as { query?: unknown; variables?: unknown; operationName?: unknown };
    if (body === null || typeof body !== "object") return null;
    return {
      query: typeof body.query === "string" ? body.query : "",
      variables: (body.variables ?? {}) as Record<string, unknown>,
      operationName: typeof body.operationName === "string" && body.operationName !== "" ? body.operationName : null,
    };
  } catch {
    return null;
  }
}

/** The operation that is meant; `undefined` when there are several and none is named. */
export function chooseOperation({ operations }: CheckedDocument, name: string | null): CheckedOperation | undefined {
  if (name !== null) return operations.get(name);
  return operations.size === 1 ? operations.values().next().value : undefined;
}

export interface AskedPage extends Asked {
  /** The cursor that it asks with. */
  after: string | null;
}

/** What faults need to know of a request; of several root fields the largest page and the first cursor. */
export function askedPage(operation: CheckedOperation, variables: Record<string, unknown>): AskedPage {
  const fields = operation.definition.selectionSet.selections.filter((one) => one.kind === Kind.FIELD);
  const sizes = fields.map((field) => argumentOf(field, "first", variables)).filter((size) => typeof size === "number");
  const cursors = fields.map((field) => argumentOf(field, "after", variables)).filter((one) => typeof one === "string");
  return {
    roots: rootNames(operation),
    first: sizes.length === 0 ? null : Math.max(...sizes),
    after: cursors.find((cursor) => cursor !== "") ?? null,
  };
}

function argumentOf(field: FieldNode, argument: string, variables: Record<string, unknown>): unknown {
  const value = field.arguments?.find((one) => one.name.value === argument)?.value;
  if (value?.kind === Kind.VARIABLE) return variables[value.name.value];
  if (value?.kind === Kind.INT) return Number(value.value);
  return value?.kind === Kind.STRING ? value.value : undefined;
}
