import { readFileSync } from "node:fs";
import { buildSchema, type GraphQLSchema } from "graphql";

let built: GraphQLSchema | undefined;

/** Wiz's schema, the same file that the connector's documents are checked against. */
export function wizSchema(): GraphQLSchema {
  built ??= buildSchema(schemaText());
  return built;
}

export function schemaText(): string {
  return readFileSync(new URL("../../connectors/wiz/schema.graphql", import.meta.url), "utf8");
}
