import type { Operator, Quote } from "./lexer.ts";

/** A query as written, before any name in it has been looked up. `position` counts characters from 0. */
export type QueryNode =
  | { type: "all" }
  | { type: "and" | "or"; nodes: QueryNode[] }
  | { type: "not"; node: QueryNode }
  | { type: "compare"; name: string; operator: Operator; value: ValueNode; position: number }
  | { type: "null"; name: string; isNegated: boolean; position: number }
  | { type: "nested"; name: string; node: QueryNode; position: number }
  | { type: "text"; value: ScalarNode };

export type ValueNode = ScalarNode | ListNode | RangeNode;

export interface ScalarNode {
  type: "scalar";
  text: string;
  quote: Quote;
  position: number;
}

export interface ListNode {
  type: "list";
  values: ScalarNode[];
  position: number;
}

/** A bound of `null` (written `*`) is open. */
export interface RangeNode {
  type: "range";
  from: ScalarNode | null;
  to: ScalarNode | null;
  isFromIncluded: boolean;
  isToIncluded: boolean;
  position: number;
}
