import { QueryError } from "../errors.ts";
import type { QueryNode, ScalarNode, ValueNode } from "./ast.ts";
import type { Condition, Test } from "./condition.ts";
import { type Child, children, type Field, type Place, type Thing } from "./field.ts";
import { fields } from "./fields.ts";
import { freeTextCondition } from "./free-text.ts";
import type { Operator } from "./lexer.ts";
import { findField, isGroup, plainName, unknownField } from "./names.ts";
import { parseQuery } from "./parser.ts";
import { shown } from "./shown.ts";
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
  /** Inside `sources:(…)`: the children of which one must have it all. */
  child: Child | null;
}

/**
 * Reads a query and looks up its names and values.
 * @throws QueryError with the position of what is wrong
 */
export function readQuery(text: string, context: BindContext): Condition {
  return bind(parseQuery(text), { ...context, prefix: "", field: null, child: null });
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
      return compare(scope, lookUp(scope, node.name, node.position), node.operator, node.value);
    case "null": {
      const present = meaning(scope, lookUp(scope, node.name, node.position), { type: "present" });
      return node.isNegated ? present : { type: "not", condition: present };
    }
    case "nested":
      return nested(node, enter(scope, node.name, node.position), scope);
    case "text":
      return text(node.value, scope);
  }
}

function lookUp(scope: Scope, name: string, position: number): Field {
  const field = findField(scope.thing, scope.prefix + name);
  if (field === undefined) throw unknownField(scope.thing, scope.prefix + name, position);
  return field;
}

function nested(node: QueryNode & { type: "nested" }, inner: Scope, outer: Scope): Condition {
  const condition = bind(node.node, inner);
  return inner.child === null || outer.child !== null ? condition : { type: "child", child: inner.child, condition };
}

function enter(scope: Scope, name: string, position: number): Scope {
  const full = scope.prefix + name;
  const field = findField(scope.thing, full) ?? null;
  if (field === null && !isGroup(scope.thing, full)) throw unknownField(scope.thing, full, position);
  const plain = plainName(scope.thing, full);
  const child = Object.hasOwn(children[scope.thing], plain) ? children[scope.thing][plain] : undefined;
  return { ...scope, prefix: `${full}.`, field, child: child ?? scope.child };
}

function text(value: ScalarNode, scope: Scope): Condition {
  if (scope.field !== null) return compare(scope, scope.field, ":", value);
  if (scope.prefix !== "") {
    const group = scope.prefix.slice(0, -1);
    const example = exampleIn(scope);
    throw new QueryError(`Inside ${shown(group)}:( ) each word needs a field.`, value.position, { example });
  }
  return freeTextCondition(scope.thing, value);
}

/** A group as its fields stand in it: `asset:(name:web-*)`. */
function exampleIn(scope: Scope): string {
  const known = fields[scope.thing].find(({ name }) => findField(scope.thing, scope.prefix + name) !== undefined);
  const inside = fields[scope.thing].find(({ name }) => name.startsWith(scope.prefix.toLowerCase()));
  return `${scope.prefix.slice(0, -1)}:(${known?.example ?? inside?.example.slice(scope.prefix.length) ?? ""})`;
}

function compare(scope: Scope, field: Field, operator: Operator, value: ValueNode): Condition {
  return anyOf(testsFor(field, operator, value, scope.now).map((test) => meaning(scope, field, test)));
}

function meaning(scope: Scope, field: Field, test: Test): Condition {
  return field.derive?.(test, scope.now) ?? match(scope, field, test);
}

function match({ child }: Scope, { type, place }: Field, test: Test): Condition {
  const places = place.at === "either" ? place.places : [place];
  return anyOf(places.map((one) => ({ type: "match", valueType: type, place: inChild(one, child), test })));
}

/** Within a child, its columns are at hand. */
function inChild(place: Place, child: Child | null): Place {
  return child !== null && place.at === "related" && place.table === child.table ? place.place : place;
}

function anyOf(conditions: Condition[]): Condition {
  return conditions.length === 1 ? conditions[0]! : { type: "or", conditions };
}
