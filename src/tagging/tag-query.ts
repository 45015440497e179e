import { QueryError } from "../errors.ts";
import type { QueryNode } from "../query/ast.ts";
import { readQuery } from "../query/bind.ts";
import { findField } from "../query/names.ts";
import { parseQuery } from "../query/parser.ts";

/** What follows from tags, so that a tag which asks for it could put itself on and take itself off for ever. */
const circular: Readonly<Record<string, string>> = {
  tags: "people's own tags are among them. Ask for the source's tags with sourceTags",
  ownTags: "they are what such a query decides. Ask for the source's tags with sourceTags",
  criticality: "it follows from the tags",
  riskScore: "the criticality that the tags give is in it. Ask for openFindings.critical and the like",
  changed: "putting a tag on is a change. Ask for lastSeen or firstSeen",
};

/**
 * Whether a dynamic tag may have this query.
 * @throws QueryError when it cannot be understood, is empty, or asks for what follows from tags
 */
export function checkTagQuery(text: string, now: number): void {
  readQuery(text, { thing: "assets", now });
  const node = parseQuery(text);
  if (node.type === "all")
    throw new QueryError("A dynamic tag needs a query that says which assets.", 0, { example: "class:storage" });
  for (const { name, position } of namesIn(node, "")) {
    const field = findField("assets", name)?.name;
    const why = field !== undefined && Object.hasOwn(circular, field) ? circular[field] : undefined;
    if (why !== undefined)
      throw new QueryError(`The query of a dynamic tag cannot ask for ${field}: ${why}.`, position);
  }
}

/** Every name that it asks for, with what stands around it: `sources.integration` of `sources:(integration:prod)`. */
function* namesIn(node: QueryNode, prefix: string): Generator<{ name: string; position: number }> {
  switch (node.type) {
    case "and":
    case "or":
      for (const child of node.nodes) yield* namesIn(child, prefix);
      return;
    case "not":
      yield* namesIn(node.node, prefix);
      return;
    case "nested":
      yield { name: prefix + node.name, position: node.position };
      yield* namesIn(node.node, `${prefix}${node.name}.`);
      return;
    case "compare":
    case "null":
      yield { name: prefix + node.name, position: node.position };
  }
}
