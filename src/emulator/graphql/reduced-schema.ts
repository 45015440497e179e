import {
  buildASTSchema,
  type DefinitionNode,
  type DocumentNode,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  parse,
} from "graphql";
import { schemaText, wizSchema } from "./schema.ts";

const nodeTypes: Record<string, string> = {
  issues: "Issue",
  vulnerabilities: "VulnerabilityFinding",
  misconfigurations: "ConfigurationFinding",
  detections: "Detection",
  assets: "CloudResourceV2",
};

/**
 * The places in the schema that a name means: `dueAt` is that field of the stream's records (or of all that have it),
 * `Issue.dueAt` a field, an input or a value of an enum, `Query.issuesV2.orderBy` an argument. Unknown ones: none.
 */
export function pathsOf(name: string, stream?: string): string[] {
  if (name.includes(".")) return isKnown(name) ? [name] : [];
  const types =
    stream === undefined || nodeTypes[stream] === undefined ? Object.values(nodeTypes) : [nodeTypes[stream]];
  return types.map((type) => `${type}.${name}`).filter(isKnown);
}

function isKnown(path: string): boolean {
  const [typeName = "", name = "", argument] = path.split(".");
  const type = wizSchema().getType(typeName);
  if (isEnumType(type)) return argument === undefined && type.getValue(name) !== undefined;
  if (isInputObjectType(type)) return argument === undefined && type.getFields()[name] !== undefined;
  if (!isObjectType(type) && !isInterfaceType(type)) return false;
  const field = type.getFields()[name];
  return field !== undefined && (argument === undefined || field.args.some((one) => one.name === argument));
}

const reduced = new Map<string, GraphQLSchema>();
let document: DocumentNode | undefined;

/** The schema as it is after Wiz has taken some things out of it. */
export function schemaWithout(paths: readonly string[]): GraphQLSchema {
  const key = [...new Set(paths)].sort().join();
  if (key === "") return wizSchema();
  const known = reduced.get(key);
  if (known !== undefined) return known;
  document ??= parse(schemaText(), { noLocation: true });
  const definitions = document.definitions.map((definition) => withoutPaths(definition, new Set(paths)));
  // What is left may break a promise to an interface; Wiz would not ask us either.
  const schema = buildASTSchema({ ...document, definitions }, { assumeValid: true, assumeValidSDL: true });
  if (reduced.size >= 20) reduced.delete(reduced.keys().next().value!);
  reduced.set(key, schema);
  return schema;
}

interface Part {
  name: { value: string };
  arguments?: readonly Part[];
}

function withoutPaths(definition: DefinitionNode, paths: ReadonlySet<string>): DefinitionNode {
  if (!("name" in definition) || definition.name === undefined) return definition;
  const owner = definition.name.value;
  if ("fields" in definition) return { ...definition, fields: keep(definition.fields, owner, paths) } as DefinitionNode;
  if ("values" in definition) return { ...definition, values: keep(definition.values, owner, paths) } as DefinitionNode;
  return definition;
}

function keep(parts: readonly object[] | undefined, owner: string, paths: ReadonlySet<string>): Part[] | undefined {
  return (parts as readonly Part[] | undefined)
    ?.filter((part) => !paths.has(`${owner}.${part.name.value}`))
    .map((part) => ({ ...part, arguments: keep(part.arguments, `${owner}.${part.name.value}`, paths) ?? [] }));
}
