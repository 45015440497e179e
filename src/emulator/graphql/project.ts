import {
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  isAbstractType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  type SelectionSetNode,
  type VariableValues,
} from "graphql";
import { constantTypes, type Resolve, resolverOf, typeNameOf } from "./fields.ts";

/** Writes the JSON of a source. */
export type Project = (source: unknown) => string;

export interface Selecting {
  schema: GraphQLSchema;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  variables: VariableValues;
}

interface CollectedField {
  name: string;
  nodes: FieldNode[];
}

/**
 * Turns what is selected of a type into one function that writes JSON text. graphql-js walks the document again for
 * every node; a page has thousands of nodes and always the same selection.
 */
export function projectType(selecting: Selecting, type: GraphQLOutputType, sets: SelectionSetNode[]): Project {
  const nullable = isNonNullType(type) ? type.ofType : type;
  if (isListType(nullable)) return projectList(selecting, nullable.ofType, sets);
  if (isLeafType(nullable)) return projectLeaf(nullable.name, isEnumType(nullable));
  const project = isAbstractType(nullable)
    ? projectAbstract(selecting, nullable.name, sets)
    : projectObject(selecting, nullable as GraphQLObjectType, sets);
  return constantTypes.has(getNamedType(nullable).name) ? remember(project) : nullSafe(project);
}

function nullSafe(project: Project): Project {
  return (source) => (source === null || source === undefined ? "null" : project(source));
}

function remember(project: Project): Project {
  const texts = new WeakMap<object, string>();
  return (source) => {
    if (source === null || source === undefined) return "null";
    const known = texts.get(source as object);
    if (known !== undefined) return known;
    const text = project(source);
    texts.set(source as object, text);
    return text;
  };
}

function projectList(selecting: Selecting, itemType: GraphQLOutputType, sets: SelectionSetNode[]): Project {
  const project = projectType(selecting, itemType, sets);
  const write = (source: unknown) => {
    let text = "[";
    for (const item of source as unknown[]) text += (text.length === 1 ? "" : ",") + project(item);
    return `${text}]`;
  };
  return constantTypes.has(getNamedType(itemType).name) ? remember(write) : nullSafe(write);
}

const numbers = new Set(["Int", "Float", "Boolean"]);

function projectLeaf(typeName: string, isEnum: boolean): Project {
  if (numbers.has(typeName)) return (source) => (source === null || source === undefined ? "null" : String(source));
  // These are ours, made of letters and digits: nothing to escape.
  if (isEnum || typeName === "DateTime" || typeName === "GraphEntityTypeValue") {
    return (source) => (source === null || source === undefined ? "null" : `"${source as string}"`);
  }
  return (source) => (source === null || source === undefined ? "null" : JSON.stringify(source));
}

function projectAbstract(selecting: Selecting, abstractName: string, sets: SelectionSetNode[]): Project {
  const byType = new Map<string, Project>();
  return (source) => {
    const name = typeNameOf(abstractName, source);
    let project = byType.get(name);
    if (project === undefined) {
      project = projectObject(selecting, selecting.schema.getType(name) as GraphQLObjectType, sets);
      byType.set(name, project);
    }
    return project(source);
  };
}

function projectObject(selecting: Selecting, type: GraphQLObjectType, sets: SelectionSetNode[]): Project {
  const fields = [...collectFields(selecting, type, sets)].map(([key, field]) =>
    compileField(selecting, type, key, field),
  );
  const heads = fields.map((field, i) => `${i === 0 ? "{" : ","}${JSON.stringify(field.key)}:`);
  const count = fields.length;
  if (count === 0) return () => "{}";
  return (source) => {
    let text = "";
    for (let i = 0; i < count; i++) {
      const field = fields[i]!;
      text += heads[i]! + field.project(field.resolve(source, field.args));
    }
    return `${text}}`;
  };
}

interface CompiledField {
  key: string;
  resolve: Resolve;
  args: Record<string, unknown>;
  project: Project;
}

function compileField(
  selecting: Selecting,
  type: GraphQLObjectType,
  key: string,
  field: CollectedField,
): CompiledField {
  if (field.name === "__typename") {
    const text = JSON.stringify(type.name);
    return { key, resolve: () => null, args: {}, project: () => text };
  }
  const definition = type.getFields()[field.name]!;
  const sets = field.nodes.flatMap((node) => (node.selectionSet === undefined ? [] : [node.selectionSet]));
  return {
    key,
    resolve: resolverOf(type.name, field.name),
    args: definition.args.length === 0 ? {} : getArgumentValues(definition, field.nodes[0]!, selecting.variables),
    project: projectType(selecting, definition.type, sets),
  };
}

/** Fields by the name they get in the answer; the same field selected twice is one field with both selections. */
export function collectFields(
  selecting: Selecting,
  type: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
  into: Map<string, CollectedField> = new Map(),
): Map<string, CollectedField> {
  for (const set of sets) {
    for (const selection of set.selections) {
      if (!isIncluded(selecting, selection)) continue;
      if (selection.kind === "Field") {
        const key = selection.alias?.value ?? selection.name.value;
        const known = into.get(key);
        if (known === undefined) into.set(key, { name: selection.name.value, nodes: [selection] });
        else known.nodes.push(selection);
      } else {
        const fragment =
          selection.kind === "FragmentSpread" ? selecting.fragments.get(selection.name.value)! : selection;
        const condition = fragment.typeCondition?.name.value;
        if (condition === undefined || applies(selecting.schema, condition, type)) {
          collectFields(selecting, type, [fragment.selectionSet], into);
        }
      }
    }
  }
  return into;
}

function applies(schema: GraphQLSchema, condition: string, type: GraphQLObjectType): boolean {
  if (condition === type.name) return true;
  const target = schema.getType(condition);
  return isAbstractType(target) && schema.isSubType(target, type);
}

function isIncluded(selecting: Selecting, node: Parameters<typeof getDirectiveValues>[1]): boolean {
  if (node.directives === undefined || node.directives.length === 0) return true;
  if (getDirectiveValues(GraphQLSkipDirective, node, selecting.variables)?.if === true) return false;
  return getDirectiveValues(GraphQLIncludeDirective, node, selecting.variables)?.if !== false;
}
