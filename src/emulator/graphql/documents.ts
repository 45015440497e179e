import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  parse,
  validate,
  visit,
} from "graphql";
import { wizSchema } from "./schema.ts";

/** A document that was read and found right, with what its answers depend on. */
export interface CheckedDocument {
  document: DocumentNode;
  operations: Map<string, CheckedOperation>;
}

export interface CheckedOperation {
  definition: OperationDefinitionNode;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Variables used below the root fields' arguments: the compiled selection holds for one set of their values. */
  shapingVariables: string[];
  compiled: Map<string, unknown>;
}

/** A document that cannot be answered, with the body that says why. */
export interface RefusedDocument {
  errors: object[];
}

const checkedBy = new WeakMap<GraphQLSchema, Map<string, CheckedDocument | RefusedDocument>>();

/** Clients send the same few documents again and again: each is parsed and validated once. */
export function checkDocument(source: string, schema = wizSchema()): CheckedDocument | RefusedDocument {
  const checked = checkedBy.get(schema) ?? new Map<string, CheckedDocument | RefusedDocument>();
  checkedBy.set(schema, checked);
  const known = checked.get(source);
  if (known !== undefined) return known;
  const result = check(source, schema);
  if (checked.size >= 500) checked.delete(checked.keys().next().value!);
  checked.set(source, result);
  return result;
}

function check(source: string, schema: GraphQLSchema): CheckedDocument | RefusedDocument {
  let document: DocumentNode;
  try {
    document = parse(source);
  } catch (error) {
    if (error instanceof GraphQLError) return refusal([error], "GRAPHQL_PARSE_FAILED");
    throw error;
  }
  const errors = validate(schema, document, undefined, { hideSuggestions: true });
  if (errors.length > 0) return refusal(errors, "GRAPHQL_VALIDATION_FAILED");
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const one of document.definitions) if (one.kind === Kind.FRAGMENT_DEFINITION) fragments.set(one.name.value, one);
  const operations = new Map<string, CheckedOperation>();
  for (const one of document.definitions) {
    if (one.kind !== Kind.OPERATION_DEFINITION) continue;
    const shapingVariables = findShapingVariables([one, ...fragments.values()]);
    operations.set(one.name?.value ?? "", { definition: one, fragments, shapingVariables, compiled: new Map() });
  }
  return { document, operations };
}

function refusal(errors: readonly GraphQLError[], code: string): RefusedDocument {
  return {
    errors: errors.map((error) => ({ message: error.message, locations: error.locations, extensions: { code } })),
  };
}

function findShapingVariables(definitions: readonly (OperationDefinitionNode | FragmentDefinitionNode)[]): string[] {
  const names = new Set<string>();
  for (const definition of definitions) {
    let depth = 0;
    let inDirective = 0;
    visit(definition, {
      Field: { enter: () => void depth++, leave: () => void depth-- },
      Directive: { enter: () => void inDirective++, leave: () => void inDirective-- },
      Variable: (node, key) => {
        if (key !== "variable" && (inDirective > 0 || depth > 1 || definition.kind === Kind.FRAGMENT_DEFINITION))
          names.add(node.name.value);
      },
    });
  }
  return [...names];
}
