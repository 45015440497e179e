import type { QueryNode, ScalarNode, ValueNode } from "../../../src/query/ast.ts";
import type { Operator } from "../../../src/query/lexer.ts";

/** A condition that asks for any one of some values of a field. */
export interface FieldChoice {
  name: string;
  operator: Operator;
  values: ScalarNode[];
  /** Having no value will do, too. */
  hasNull: boolean;
}

/** `severity:high`, `severity:[high, low]`, `severity:(high OR low)`, `account is null`, and these joined by OR. */
export function readChoice(node: QueryNode): FieldChoice | null {
  if (node.type === "compare") return chosen(node.name, scalarsOf(node.value), node.operator);
  if (node.type === "null") return node.isNegated ? null : { ...noChoice(node.name), hasNull: true };
  if (node.type === "nested") return chosen(node.name, textsOf(node.node));
  return node.type === "or" ? anyOf(node.nodes.map(readChoice)) : null;
}

/** The same of what is kept out: `NOT severity:low`, `account is not null`. */
export function readExclusion(node: QueryNode): FieldChoice | null {
  if (node.type === "not") return readChoice(node.node);
  return node.type === "null" && node.isNegated ? { ...noChoice(node.name), hasNull: true } : null;
}

export function choiceNode({ name, operator, values, hasNull }: FieldChoice): QueryNode {
  const value: ValueNode = values.length === 1 ? values[0]! : { type: "list", values, position: 0 };
  const isIn: QueryNode = { type: "compare", name, operator, value, position: 0 };
  const isNull: QueryNode = { type: "null", name, isNegated: false, position: 0 };
  if (!hasNull) return isIn;
  return values.length === 0 ? isNull : { type: "or", nodes: [isNull, isIn] };
}

export function exclusionNode(choice: FieldChoice): QueryNode {
  const node = choiceNode(choice);
  return node.type === "null" ? { ...node, isNegated: true } : { type: "not", node };
}

export function noChoice(name: string): FieldChoice {
  return { name, operator: ":", values: [], hasNull: false };
}

function chosen(name: string, values: ScalarNode[] | null, operator: Operator = ":"): FieldChoice | null {
  if (values === null || (operator !== ":" && operator !== "=")) return null;
  return { name, operator, values, hasNull: false };
}

/** `*` alone asks whether there is a value, which is no choice among them. */
function scalarsOf(value: ValueNode): ScalarNode[] | null {
  if (value.type === "range") return null;
  const values = value.type === "list" ? value.values : [value];
  return values.some(({ text, quote }) => quote === "none" && /^\*+$/.test(text)) ? null : values;
}

function textsOf(node: QueryNode): ScalarNode[] | null {
  if (node.type === "text") return scalarsOf(node.value);
  if (node.type !== "or") return null;
  const texts = node.nodes.map(textsOf);
  return texts.includes(null) ? null : texts.flatMap((one) => one ?? []);
}

function anyOf(choices: (FieldChoice | null)[]): FieldChoice | null {
  const [first] = choices;
  if (first === null || first === undefined) return null;
  const whole = choices.filter((one) => one !== null && one.name.toLowerCase() === first.name.toLowerCase());
  const operators = new Set(whole.flatMap((one) => (one === null || one.values.length === 0 ? [] : [one.operator])));
  if (whole.length < choices.length || operators.size > 1) return null;
  return {
    name: first.name,
    operator: [...operators][0] ?? ":",
    values: whole.flatMap((one) => one?.values ?? []),
    hasNull: whole.some((one) => one?.hasNull),
  };
}
