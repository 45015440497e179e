import { type FieldNode, Kind, parse, print, visit } from "graphql";
import type { GraphqlError } from "./answer.ts";

/** A query that Wiz refused in parts, without those parts. */
export interface Trimmed {
  document: string;
  dropped: string[];
}

const structural = ["page", "nodes", "pageInfo", "hasNextPage", "endCursor", "totalCount", "maxCountReached"];

/**
 * Wiz's schema moves, and one unknown field refuses a whole query. Takes the refused fields out of it, unless one is
 * required: then `null`, and the stream fails with Wiz's message.
 */
export function dropRefusedFields(
  document: string,
  errors: readonly GraphqlError[],
  requiredFields: readonly string[],
): Trimmed | null {
  const ast = parse(document);
  const refused = new Set<FieldNode>();
  visit(ast, {
    Field(node) {
      if (errors.some((error) => isAbout(error, node))) refused.add(node);
    },
  });
  const dropped = [...refused].map((node) => node.name.value);
  const isRequired = (name: string) => structural.includes(name) || requiredFields.includes(name);
  if (dropped.length === 0 || dropped.some(isRequired)) return null;
  const trimmed = visit(ast, {
    Field: {
      enter: (node) => (refused.has(node) ? null : undefined),
      leave: (node) => (node.selectionSet?.selections.length === 0 ? null : undefined),
    },
    [Kind.INLINE_FRAGMENT]: { leave: (node) => (node.selectionSet.selections.length === 0 ? null : undefined) },
  });
  return { document: print(trimmed), dropped };
}

/** Located where Wiz says where; by name where it does not. */
function isAbout(error: GraphqlError, node: FieldNode): boolean {
  const name = /^Cannot query field ["'](\w+)["'] on type/.exec(error.message)?.[1];
  if (name === undefined || name !== node.name.value) return false;
  const start = node.loc?.startToken;
  return (
    error.locations.length === 0 ||
    error.locations.some(({ line, column }) => line === start?.line && column === start.column)
  );
}

/** Whether Wiz objects to the order that was asked for, which is a wish and no need. */
export function isAboutOrder(errors: readonly GraphqlError[]): boolean {
  return errors.some((error) => error.extensions.name === "orderBy" || /\borderBy\b/.test(error.message));
}
