import type { Child, Field, Place } from "./field.ts";

/** A query whose names and values are understood: what SQL is made of. */
export type Condition =
  | { type: "all" }
  | { type: "and" | "or"; conditions: Condition[] }
  | { type: "not"; condition: Condition }
  /** One and the same child has all of it; places in it are those of the child's table. */
  | { type: "child"; child: Child; condition: Condition }
  | Match;

export interface Match {
  type: "match";
  valueType: Field["type"];
  place: Place;
  test: Test;
}

/** What a value must be. */
export type Test =
  | { type: "oneOf"; values: readonly (string | number | boolean)[] }
  | { type: "range"; from: Bound | null; to: Bound | null }
  /** An ILIKE pattern. */
  | { type: "like"; pattern: string }
  /** A LIKE pattern, case respected, so that an index on the beginning serves. */
  | { type: "prefix"; pattern: string }
  /** A text search query of PostgreSQL. */
  | { type: "words"; query: string }
  | { type: "present" };

export interface Bound {
  value: string | number;
  isIncluded: boolean;
}
