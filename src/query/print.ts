import type { QueryNode, ScalarNode, ValueNode } from "./ast.ts";
import type { Quote } from "./lexer.ts";

/** The query as text again, in one canonical form: parsing it gives the same tree. */
export function printQuery(node: QueryNode): string {
  switch (node.type) {
    case "all":
      return "";
    case "and":
      return node.nodes.map((child) => (child.type === "or" ? group(child) : printQuery(child))).join(" AND ");
    case "or":
      return node.nodes.map(printQuery).join(" OR ");
    case "not":
      return `NOT ${node.node.type === "and" || node.node.type === "or" ? group(node.node) : printQuery(node.node)}`;
    case "compare":
      return node.operator === ":"
        ? `${node.name}:${printValue(node.value)}`
        : `${node.name} ${node.operator} ${printValue(node.value)}`;
    case "null":
      return `${node.name} is ${node.isNegated ? "not " : ""}null`;
    case "nested":
      return `${node.name}:${group(node.node)}`;
    case "text":
      return printScalar(node.value);
  }
}

function group(node: QueryNode): string {
  return `(${printQuery(node)})`;
}

function printValue(value: ValueNode): string {
  if (value.type === "scalar") return printScalar(value);
  if (value.type === "list") return `[${value.values.map(printScalar).join(", ")}]`;
  const [open, close] = [value.isFromIncluded ? "[" : "(", value.isToIncluded ? "]" : ")"];
  return `${open}${printBound(value.from)} .. ${printBound(value.to)}${close}`;
}

function printBound(bound: ScalarNode | null): string {
  return bound === null ? "*" : printScalar(bound);
}

const marks: Record<Quote, string> = { none: "", double: '"', single: "'", backtick: "`" };

function printScalar({ text, quote }: ScalarNode): string {
  const mark = marks[quote];
  if (mark === "") return text;
  return mark + text.replaceAll("\\", "\\\\").replaceAll(mark, `\\${mark}`) + mark;
}
