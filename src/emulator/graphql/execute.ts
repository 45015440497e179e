import {
  executeSync,
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  getArgumentValues,
  getVariableValues,
  Kind,
  type VariableValues,
} from "graphql";
import { AnswerError } from "./answer-error.ts";
import type { CheckedDocument, CheckedOperation } from "./documents.ts";
import { collectFields, type Project, projectType, type Selecting } from "./project.ts";
import { type Args, type Asking, answerList, answerOne, listRoots } from "./roots.ts";
import { wizSchema } from "./schema.ts";
import { answerShortList } from "./short-lists.ts";

/** The text of a JSON answer and its HTTP status. */
export interface Answer {
  status: number;
  body: string;
}

/** May throw an `AnswerError`: no scope, no licence. */
export type Guard = (root: string) => void;

interface RootField {
  key: string;
  name: string;
  isNullable: boolean;
  nodes: FieldNode[];
  project: Project;
}

/** What Wiz knows at the moment, and how it says that it does not know something. */
export interface SchemaView {
  schema: GraphQLSchema;
  /** Seen with both: 400, and 200 with the error inside. */
  refusalStatus: 400 | 200;
}

/** Answers an operation whose document is valid. */
export function executeOperation(
  { document }: CheckedDocument,
  operation: CheckedOperation,
  inputs: Record<string, unknown>,
  asking: Asking,
  { schema, refusalStatus }: SchemaView,
  guard: Guard,
): Answer {
  const read = getVariableValues(schema, operation.definition.variableDefinitions ?? [], inputs, {
    hideSuggestions: true,
  });
  if (read.errors !== undefined) return { status: refusalStatus, body: variableErrors(read.errors, refusalStatus) };
  const fields = compile(operation, read.variableValues);
  if (fields.some(({ name, nodes }) => name === "__type" && asksByVariable(nodes[0]!)))
    return { status: refusalStatus, body: missingTypeName };
  if (fields.some((field) => field.name.startsWith("__"))) {
    const result = executeSync({
      schema,
      document,
      operationName: operation.definition.name?.value ?? null,
      variableValues: inputs,
    });
    return { status: 200, body: JSON.stringify(result) };
  }
  return { status: 200, body: answerFields(fields, read.variableValues, asking, guard) };
}

// As seen on a real tenant: introspection of one type takes a literal only.
const missingTypeName = JSON.stringify({
  data: null,
  errors: [
    {
      message: "missing value for non-null variable: 'name'",
      extensions: { code: "VALIDATION_INVALID_TYPE_VARIABLE" },
    },
  ],
});

function asksByVariable(field: FieldNode): boolean {
  return field.arguments?.some((argument) => argument.value.kind === Kind.VARIABLE) ?? false;
}

/** The root fields of an operation, with the names they have in the answer. */
export function rootNames(operation: CheckedOperation): string[] {
  return operation.definition.selectionSet.selections.flatMap((one) => (one.kind === "Field" ? [one.name.value] : []));
}

function compile(operation: CheckedOperation, variables: VariableValues): RootField[] {
  const key =
    operation.shapingVariables.length === 0
      ? ""
      : JSON.stringify(operation.shapingVariables.map((name) => variables.coerced[name]));
  const known = operation.compiled.get(key) as RootField[] | undefined;
  if (known !== undefined) return known;
  const schema = wizSchema();
  const selecting: Selecting = { schema, fragments: operation.fragments, variables };
  const type = schema.getQueryType() as GraphQLObjectType;
  const fields = [...collectFields(selecting, type, [operation.definition.selectionSet])].map(
    ([alias, field]): RootField => {
      if (field.name.startsWith("__"))
        return { key: alias, name: field.name, isNullable: true, nodes: field.nodes, project: () => "null" };
      const output = type.getFields()[field.name]!.type;
      const sets = field.nodes.flatMap((node) => (node.selectionSet === undefined ? [] : [node.selectionSet]));
      return {
        key: alias,
        name: field.name,
        isNullable: !String(output).endsWith("!"),
        nodes: field.nodes,
        project: projectType(selecting, output, sets),
      };
    },
  );
  if (operation.compiled.size >= 50) operation.compiled.clear();
  operation.compiled.set(key, fields);
  return fields;
}

function answerFields(fields: RootField[], variables: VariableValues, asking: Asking, guard: Guard): string {
  const type = wizSchema().getQueryType() as GraphQLObjectType;
  const errors: object[] = [];
  const parts: string[] = [];
  let isAllNull = false;
  for (const field of fields) {
    try {
      guard(field.name);
      const args = getArgumentValues(type.getFields()[field.name]!, field.nodes[0]!, variables);
      parts.push(`${JSON.stringify(field.key)}:${field.project(resolveRoot(asking, field.name, args))}`);
    } catch (error) {
      if (!(error instanceof AnswerError)) throw error;
      const { line, column } = field.nodes[0]!.loc?.startToken ?? { line: 1, column: 1 };
      errors.push({
        message: error.message,
        locations: [{ line, column }],
        path: [field.key, ...error.path],
        extensions: error.extensions,
      });
      parts.push(`${JSON.stringify(field.key)}:null`);
      isAllNull ||= !field.isNullable;
    }
  }
  const data = isAllNull ? "null" : `{${parts.join(",")}}`;
  return errors.length === 0 ? `{"data":${data}}` : `{"errors":${JSON.stringify(errors)},"data":${data}}`;
}

/** The source of a root field. */
export function resolveRoot(asking: Asking, name: string, args: Args): object {
  if (listRoots[name] !== undefined) return answerList(asking, name, args);
  if (args.id !== undefined) return answerOne(asking, name, args);
  return answerShortList(asking, name, args);
}

function variableErrors(errors: readonly { message: string }[], refusalStatus: 400 | 200): string {
  const name = /"\$(\w+)"/.exec(errors[0]?.message ?? "")?.[1] ?? "";
  const isEnum = /does not exist in "\w+" enum/.test(errors[0]?.message ?? "");
  if (isEnum && refusalStatus === 200) {
    const message = `failed to parse object type: ${errors[0]!.message}`;
    return JSON.stringify({ errors: [{ message, extensions: { code: "INTERNAL" } }] });
  }
  const message = isEnum ? `cannot represent value: ${errors[0]!.message}` : `invalid type for variable: '${name}'`;
  return JSON.stringify({
    data: null,
    errors: [{ message, extensions: { code: "VALIDATION_INVALID_TYPE_VARIABLE", name } }],
  });
}
