import { findCaret } from "./caret.ts";
import { facetFieldNames } from "./facet-fields.ts";
import type { Field, Thing } from "./field.ts";
import { fields } from "./fields.ts";
import { plainName } from "./names.ts";
import { mainWords } from "./values.ts";

interface Suggestion {
  kind: "field" | "operator" | "value" | "word";
  /** What goes in the place of `from` to `to`. */
  text: string;
  description: string;
}

export interface Completion {
  from: number;
  to: number;
  /** The field whose value stands here, by its main name. */
  field: string | null;
  /** Where its values are to be had: the facet of this field, of what this query finds. `null`: none beside the suggestions. */
  facet: { by: string; q: string } | null;
  /** Nearest first. */
  suggestions: Suggestion[];
}

/** What can stand at the caret of a query that is being written. Never throws: where nothing fits, nothing is offered. */
export function complete(text: string, caret: number, thing: Thing): Completion {
  const { from, to, part, expects, field, prefix } = findCaret(text, caret, thing);
  const offers = {
    term: () => [...valuesOf(field, part), ...fieldsFor(thing, prefix, part), ...words(["NOT"], part)],
    next: () => [...words(["AND", "OR", "NOT"], part), ...(part === "" ? [] : fieldsFor(thing, prefix, part))],
    operator: () => [...(field === null ? [] : operatorsOf(field, part)), ...(part === "" ? [] : offers.next())],
    value: () => valuesOf(field, part),
    nothing: () => [],
  };
  const valued = expects === "value" || expects === "term" ? field : null;
  const facet = valued === null ? null : facetOf(thing, valued, part);
  return { from, to, field: valued?.name ?? null, facet, suggestions: offers[expects]() };
}

/** As much of what was written as needs no quotes, which would take the wildcard for a star. */
const plainStart = /^[\p{L}\p{N}_@/+-]+(?:\.[\p{L}\p{N}_@/+-]+)*/u;

/** A field of few words, true and false, or dates has them all at hand. */
function facetOf(thing: Thing, { name, type }: Field, part: string): Completion["facet"] {
  if (type === "enum" || type === "boolean" || type === "date" || !facetFieldNames(thing).includes(name)) return null;
  const begun = plainStart.exec(part)?.[0];
  return { by: name, q: begun === undefined ? "" : `${name}:${begun}*` };
}

const wordMeanings: Record<string, string> = {
  AND: "Both must hold.",
  OR: "One of both must hold.",
  NOT: "The contrary of what follows.",
};

function words(offered: readonly string[], part: string): Suggestion[] {
  return offered
    .filter((word) => begins(word, part))
    .map((word) => ({ kind: "word", text: word, description: wordMeanings[word] ?? "" }));
}

/** Fields whose name begins so, then those with such an alias, then those with such a part of the name. */
function fieldsFor(thing: Thing, prefix: string, part: string): Suggestion[] {
  const plain = plainName(thing, prefix + part).slice(plainName(thing, prefix).length);
  return fields[thing]
    .map((field) => offer(field, plainName(thing, prefix), plain))
    .filter((offered) => offered !== null)
    .sort((a, b) => a.rank - b.rank)
    .map(({ suggestion }) => suggestion);
}

function offer(field: Field, prefix: string, part: string): { rank: number; suggestion: Suggestion } | null {
  const inside = [field.name, ...field.aliases]
    .filter((name) => begins(name, prefix))
    .map((n) => n.slice(prefix.length));
  const [name] = inside;
  if (name === undefined) return null;
  const rank = rankOf(inside, part);
  if (rank === null) return null;
  return { rank, suggestion: { kind: "field", text: `${name}:`, description: field.description } };
}

function rankOf([name, ...aliases]: string[], part: string): number | null {
  if (begins(name ?? "", part)) return 0;
  if (aliases.some((alias) => begins(alias, part))) return 1;
  return [name ?? "", ...aliases].some((n) => n.toLowerCase().includes(`.${part.toLowerCase()}`)) ? 2 : null;
}

const comparisons: [string, string][] = [
  [">=", "At least."],
  ["<=", "At most."],
  [">", "More than."],
  ["<", "Less than."],
];

function operatorsOf(field: Field, part: string): Suggestion[] {
  const isOrdered = ["integer", "number", "date"].includes(field.type) || field.isOrdered === true;
  const offered: [string, string][] = [
    [":", field.type === "text" ? "Holds it." : "Is it."],
    ["=", field.type === "date" ? "Is it." : "Is exactly this."],
    ...(isOrdered ? comparisons : []),
    ["is null", "There is no value."],
    ["is not null", "There is a value."],
  ];
  return offered
    .filter(([text]) => begins(text, part) || begins(text.replace("is ", ""), part))
    .map(([text, description]) => ({ kind: "operator", text, description }));
}

const datesOffered: [string, string][] = [
  ["now", 'This moment; with ":" today.'],
  ["now-1d", "A day ago."],
  ["now-1w", "A week ago."],
  ["now-1M", "A month ago; M is a month, m a minute."],
];

function valuesOf(field: Field | null, part: string): Suggestion[] {
  return offeredValues(field)
    .filter(([text]) => begins(text, part.replaceAll(/[\s-]+/g, "_")) || begins(text, part))
    .map(([text, description]) => ({ kind: "value", text, description }));
}

function offeredValues(field: Field | null): [string, string][] {
  if (field === null) return [];
  if (field.type === "enum") return mainWords(field).map((word) => [word, ""]);
  if (field.type === "boolean")
    return [
      ["true", "It is so."],
      ["false", "It is known not to be so."],
    ];
  return field.type === "date" ? datesOffered : [];
}

function begins(text: string, part: string): boolean {
  return text.toLowerCase().startsWith(part.toLowerCase());
}
