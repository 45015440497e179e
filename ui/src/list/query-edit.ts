import type { ScalarNode } from "../../../src/query/ast.ts";
import { both, term, valueText } from "../query/terms.ts";
import { choiceNode, exclusionNode, type FieldChoice, noChoice, readChoice, readExclusion } from "./field-choice.ts";
import { joinParts, newPart, partsOf, type QueryPart } from "./query-parts.ts";

/** A field by its name; with its other names those count as well, in whatever form they stand in the query. */
export type FieldName = string | { name: string; aliases: readonly string[] };
export type TermValue = string | number | boolean | null;
/** Asked for, or kept out. */
export type TermState = "in" | "out";

/** Asks for the value. Where others of its field are asked for, any of them will do: `severity:[critical, high]`. */
export function withTerm(query: string, field: FieldName, value: TermValue): string {
  return setTerm(query, { field, value }, "in");
}

/** Keeps the value out. */
export function withoutTerm(query: string, field: FieldName, value: TermValue): string {
  return setTerm(query, { field, value }, "out");
}

/** Says nothing of the value any more. */
export function clearTerm(query: string, field: FieldName, value: TermValue): string {
  const parts = partsOf(query);
  return parts === null ? query : joinParts(cleared(cleared(parts, { field, value }, "in"), { field, value }, "out"));
}

/** A click on a value: asks for it (or, `out`, keeps it out), and takes that back when it is so already. */
export function toggleTerm(query: string, field: FieldName, value: TermValue, to: TermState = "in"): string {
  return termState(query, field, value) === to ? clearTerm(query, field, value) : setTerm(query, { field, value }, to);
}

/** What the conditions that stand side by side say of the value. */
export function termState(query: string, field: FieldName, value: TermValue): TermState | null {
  return stateOf(partsOf(query) ?? [], { field, value });
}

/** The same for many values: the query is read once. */
export function termStates(query: string): (field: FieldName, value: TermValue) => TermState | null {
  const parts = partsOf(query) ?? [];
  return (field, value) => stateOf(parts, { field, value });
}

interface Term {
  field: FieldName;
  value: TermValue;
}

const readers = { in: readChoice, out: readExclusion };
const writers = { in: choiceNode, out: exclusionNode };

function setTerm(query: string, wanted: Term, to: TermState): string {
  const parts = partsOf(query);
  if (parts === null) return appended(query, wanted, to);
  const rest = cleared(parts, wanted, to === "in" ? "out" : "in");
  return joinParts(stateOf(rest, wanted) === to ? rest : added(rest, wanted, to));
}

/** A query that cannot be read stays as it is, so that what is wrong in it can still be seen. */
function appended(query: string, { field, value }: Term, to: TermState): string {
  const condition = term(mainName(field), value);
  return both(query, to === "in" ? condition : `NOT ${condition}`);
}

function stateOf(parts: readonly QueryPart[], wanted: Term): TermState | null {
  const says = (to: TermState) => parts.some((part) => holds(choiceOf(part, wanted, to), wanted.value));
  return says("in") ? "in" : says("out") ? "out" : null;
}

/** What a part says of the field, if that is all it says. */
function choiceOf({ node }: QueryPart, { field }: Term, to: TermState): FieldChoice | null {
  const choice = readers[to](node);
  return choice !== null && isNamed(choice.name, field) ? choice : null;
}

function added(parts: readonly QueryPart[], wanted: Term, to: TermState): QueryPart[] {
  const at = parts.findLastIndex((part) => choiceOf(part, wanted, to) !== null);
  const before = at === -1 ? noChoice(mainName(wanted.field)) : choiceOf(parts[at]!, wanted, to)!;
  const part = newPart(writers[to](withValue(before, wanted)));
  return at === -1 ? [...parts, part] : parts.with(at, { ...part, glue: parts[at]!.glue });
}

function cleared(parts: readonly QueryPart[], wanted: Term, from: TermState): QueryPart[] {
  return parts.flatMap((part) => {
    const choice = choiceOf(part, wanted, from);
    if (choice === null || !holds(choice, wanted.value)) return [part];
    const rest = withoutValue(choice, wanted.value);
    if (rest.values.length === 0 && !rest.hasNull) return [];
    return [{ ...newPart(writers[from](rest)), glue: part.glue }];
  });
}

function holds(choice: FieldChoice | null, value: TermValue): boolean {
  if (choice === null) return false;
  return value === null ? choice.hasNull : choice.values.some((scalar) => isValue(scalar, value));
}

function withValue(choice: FieldChoice, { field, value }: Term): FieldChoice {
  if (value === null) return { ...choice, hasNull: true };
  return { ...choice, values: [...choice.values, scalarOf(mainName(field), value)] };
}

function withoutValue(choice: FieldChoice, value: TermValue): FieldChoice {
  if (value === null) return { ...choice, hasNull: false };
  return { ...choice, values: choice.values.filter((scalar) => !isValue(scalar, value)) };
}

/** Of these fields a bare word would also find longer texts with it in them. */
const textFields = ["rule", "os", "asset"];

function scalarOf(field: string, value: string | number | boolean): ScalarNode {
  const isWhole = valueText(value).startsWith("`") || textFields.includes(field);
  return { type: "scalar", text: String(value), quote: isWhole ? "backtick" : "none", position: 0 };
}

/** A bare or quoted text means the value in any case, and `Container Image` means `container_image`. */
function isValue({ text, quote }: ScalarNode, value: string | number | boolean): boolean {
  const wanted = String(value);
  if (quote === "backtick" || text === wanted) return text === wanted;
  const isWord = /^[a-z]+(_[a-z]+)*$/.test(wanted);
  return (
    text.toLowerCase() === wanted.toLowerCase() || (isWord && text.toLowerCase().replaceAll(/[\s-]/g, "_") === wanted)
  );
}

const ownPrefix = /^(findings?|assets?|signals?|vulnerabilities(\.vulnerability)?)\./;

function isNamed(written: string, field: FieldName): boolean {
  const names = typeof field === "string" ? [field] : [field.name, ...field.aliases];
  const name = written.toLowerCase();
  const forms = [name, name.replace(ownPrefix, "")];
  return names.some((one) => forms.includes(one.toLowerCase()));
}

function mainName(field: FieldName): string {
  return typeof field === "string" ? field : field.name;
}
