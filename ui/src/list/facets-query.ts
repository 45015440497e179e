import type { QueryNode } from "../../../src/query/ast.ts";
import type { FacetDescription, FacetValue } from "./explorer-types.ts";
import { type FieldChoice, readChoice, readExclusion } from "./field-choice.ts";
import { joinParts, partsOf } from "./query-parts.ts";

/** The names under which a query may speak of a facet's field. */
export interface FieldNames {
  name: string;
  aliases: readonly string[];
}

const ownPrefix = /^(findings?|assets?|signals?)\./;

/**
 * What a facet counts: everything but the choice that was made in it, so that the other values can still be seen and
 * chosen beside it. What was excluded stays excluded.
 */
export function withoutChoice(query: string, names: FieldNames): string {
  const parts = partsOf(query);
  if (parts === null) return query;
  const others = parts.filter(({ node }) => choiceOf(node, names) === null);
  return others.length === parts.length ? query : joinParts(others);
}

/** The values that a query asks for or keeps out, as they stand in it. */
export function chosenValues(query: string, names: FieldNames): FacetValue[] {
  return (partsOf(query) ?? []).flatMap(({ node }) => {
    const choice = choiceOf(node, names) ?? choiceOf(node, names, readExclusion);
    return choice === null ? [] : [...choice.values.map(({ text }) => text), ...(choice.hasNull ? [null] : [])];
  });
}

function choiceOf(node: QueryNode, { name, aliases }: FieldNames, read = readChoice): FieldChoice | null {
  const choice = read(node);
  const written = choice?.name.toLowerCase() ?? "";
  const forms = [written, written.replace(ownPrefix, "")];
  return [name, ...aliases].some((one) => forms.includes(one.toLowerCase())) ? choice : null;
}

interface Counted {
  value: FacetValue;
  /** `null`: nobody counted it. */
  count: number | null;
}

/** The values as they are listed: in the order of the field where it has one, what was chosen always among them. */
export function listedValues(
  counted: readonly Counted[],
  { order }: FacetDescription,
  chosen: readonly FacetValue[],
): Counted[] {
  const same = (a: FacetValue, b: FacetValue) => String(a).toLowerCase() === String(b).toLowerCase();
  const missing = chosen.filter((value) => !counted.some((one) => same(one.value, value)));
  const all = [...counted, ...missing.map((value) => ({ value, count: null }))];
  if (order === undefined) return all;
  const rank = ({ value }: Counted) => (order.includes(value) ? order.indexOf(value) : order.length);
  return all.toSorted((a, b) => rank(a) - rank(b));
}

/** Those whose words have the text in them. */
export function matching(values: readonly Counted[], text: string): Counted[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return [...values];
  return values.filter(({ value }) =>
    String(value ?? "none")
      .toLowerCase()
      .includes(wanted),
  );
}
