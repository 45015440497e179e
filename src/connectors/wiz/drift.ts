import { type DocumentNode, type FieldNode, Kind, parse, print, visit } from "graphql";
import type { GraphqlError } from "./answer.ts";

/** A query that Wiz refused in parts, without those parts. */
export interface Trimmed {
  document: string;
  dropped: string[];
}

/** Without the count a pass is not cut and not compared, but it is complete. */
const structural = ["page", "nodes", "pageInfo", "hasNextPage", "endCursor"];

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
  return { document: print(withoutIdleVariables(trimmed)), dropped };
}

/** A variable that nothing uses any more would refuse the query in its turn. */
function withoutIdleVariables(document: DocumentNode): DocumentNode {
  const used = new Set<string>();
  visit(document, { VariableDefinition: () => false, Variable: (node) => void used.add(node.name.value) });
  return visit(document, {
    VariableDefinition: (node) => (used.has(node.variable.name.value) ? undefined : null),
  });
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

/** Whether Wiz objects to one of these keys of the filter. It may not say to which, then it may be this one. */
export function isAboutFilter(errors: readonly GraphqlError[], names: readonly string[]): boolean {
  return errors.some(
    ({ message, extensions }) =>
      names.some((name) => message.includes(`"${name}"`)) ||
      (extensions.name === "filterBy" && !/\bfilterBy\.|Field "/.test(message)),
  );
}

/**
 * Values of lists in the filter that Wiz says it does not know. Leaving one out asks for the same records, as none can
 * have it; the last one of a list is never left out.
 */
export function refusedValues(errors: readonly GraphqlError[], filter: unknown): string[] {
  const isRefused = (value: string) =>
    /^[A-Z][A-Z_]+$/.test(value) &&
    errors.some(({ message }) => /enum|represent|does not exist/i.test(message) && message.includes(`"${value}"`));
  return listsIn(filter).flatMap((list) => {
    const refused = list.filter(isRefused);
    return refused.length < list.length ? refused : [];
  });
}

function listsIn(value: unknown): string[][] {
  if (Array.isArray(value)) return [value.filter((item) => typeof item === "string")];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(listsIn) : [];
}
