import { QueryError } from "../errors.ts";
import type { QueryNode, ScalarNode, ValueNode } from "./ast.ts";
import type { Condition, Test } from "./condition.ts";
import type { Field, Thing } from "./field.ts";
import { freeTextCondition } from "./free-text.ts";
import type { Operator } from "./lexer.ts";
import { findField, isGroup, unknownField } from "./names.ts";
import { parseQuery } from "./parser.ts";
import { testsFor } from "./values.ts";

/** What a query is about. `now` (ms) is what `now` means in it. */
export interface BindContext {
  thing: Thing;
  now: number;
}

interface Scope extends BindContext {
  /** Inside `asset:(…)`: what stands before every name. */
  prefix: string;
  /** Inside `severity:(critical OR high)`: the field that bare words are compared with. */
  field: Field | null;
}

/**
 * Reads a query and looks up its names and values.
 * @throws QueryError with the position of what is wrong
 */
export function readQuery(text: string, context: BindContext): Condition {
  return bind(parseQuery(text), { ...context, prefix: "", field: null });
}

function bind(node: QueryNode, scope: Scope): Condition {
  switch (node.type) {
    case "all":
      return node;
    case "and":
    case "or":
      return { type: node.type, conditions: node.nodes.map((child) => bind(child, scope)) };
    case "not":
      return { type: "not", condition: bind(node.node, scope) };
    case "compare":
      return compare(lookUp(scope, node.name, node.position), node.operator, node.value, scope.now);
    case "null": {
      const present = match(lookUp(scope, node.name, node.position), { type: "present" });
      return node.isNegated ? present : { type: "not", condition: present };
    }
    case "nested":
      return bind(node.node, enter(scope, node.name, node.position));
    case "text":
      return text(node.value, scope);
  }
}

function lookUp(scope: Scope, name: string, position: number): Field {
  const field = findField(scope.thing, scope.prefix + name);
  if (field === undefined) throw unknownField(scope.thing, scope.prefix + name, position);
  return field;
}

function enter(scope: Scope, name: string, position: number): Scope {
  const full = scope.prefix + name;
  const field = findField(scope.thing, full) ?? null;
  if (field === null && !isGroup(scope.thing, full)) throw unknownField(scope.thing, full, position);
  return { ...scope, prefix: `${full}.`, field };
}

function text(value: ScalarNode, scope: Scope): Condition {
  if (scope.field !== null) return compare(scope.field, ":", value, scope.now);
  if (scope.prefix !== "")
    throw new QueryError(`Inside ${scope.prefix.slice(0, -1)}:( ) each word needs a field`, value.position);
  return freeTextCondition(scope.thing, value);
}

function compare(field: Field, operator: Operator, value: ValueNode, now: number): Condition {
  return anyOf(testsFor(field, operator, value, now).map((test) => match(field, test)));
}

function match({ type, place }: Field, test: Test): Condition {
  const places = place.at === "either" ? place.places : [place];
  return anyOf(places.map((one) => ({ type: "match", valueType: type, place: one, test })));
}

function anyOf(conditions: Condition[]): Condition {
  return conditions.length === 1 ? conditions[0]! : { type: "or", conditions };
}
