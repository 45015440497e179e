import type { Completion, FieldValue, Suggestion } from "../../api/query-language.ts";
import { valueText } from "../../query/terms.ts";
import type { Edit } from "./problems.ts";

/** A text with a caret in it. */
export interface Draft {
  text: string;
  caret: number;
}

/** What was answered, and what was asked. */
export interface Answer extends Completion {
  asked: Draft;
}

export interface Offer extends Suggestion {
  /** How many records have the value; partial: at least so many. */
  count?: number;
  isPartial?: boolean;
}

/**
 * The answer to what was asked a moment ago, for what is written now: a word that is only written on needs no new
 * answer to be shown something. `null`: it says nothing about this place.
 */
export function carriedOver(answer: Answer, now: Draft): Answer | null {
  const { asked, from, to, suggestions } = answer;
  const isSameAround =
    now.text.slice(0, from) === asked.text.slice(0, from) &&
    now.text.slice(now.caret) === asked.text.slice(asked.caret);
  const added = now.text.slice(asked.caret, now.caret);
  if (!isSameAround || now.caret < asked.caret || now.text.slice(0, asked.caret) !== asked.text.slice(0, asked.caret))
    return null;
  if (added === "") return answer;
  if (!/^[^\s"'`“„()[\],:=<>]+$/.test(added)) return null;
  const part = writtenPart(now, from).toLowerCase();
  return {
    ...answer,
    asked: now,
    to: to + added.length,
    suggestions: suggestions.filter(({ text }) => text.toLowerCase().startsWith(part)),
  };
}

/** What is there of the word or the open quote at the caret. */
export function writtenPart({ text, caret }: Draft, from: number): string {
  return text.slice(from, caret).replace(/^["'`“„]/, "");
}

/** What can be taken: the language's own words, and the values that there are, with how often each occurs. */
export function offersOf(answer: Answer, values: readonly FieldValue[]): Offer[] {
  const { asked, from, to, suggestions } = answer;
  const known = new Map(values.map((one) => [String(one.value).toLowerCase(), one]));
  const own = suggestions.map((one) => (one.kind === "value" ? { ...one, ...countOf(known, one.text) } : one));
  const fromData = dataOffers(values, writtenPart(asked, from)).filter(
    ({ text }) => !own.some((one) => one.kind === "value" && one.text.toLowerCase() === text.toLowerCase()),
  );
  const isValue = (one: Offer) => one.kind === "value";
  const isNew = ({ text }: Offer) => text !== asked.text.slice(from, to) && text !== asked.text.slice(from, to + 1);
  return [...own.filter(isValue), ...fromData, ...own.filter((one) => !isValue(one))].filter(isNew);
}

function countOf(known: ReadonlyMap<string, FieldValue>, text: string): Pick<Offer, "count" | "isPartial"> {
  const found = known.get(text.toLowerCase());
  return found === undefined ? {} : { count: found.count, isPartial: found.isPartial };
}

/** Those that begin so, then those with it in them. */
function dataOffers(values: readonly FieldValue[], part: string): Offer[] {
  const wanted = part.toLowerCase();
  const found = values
    .filter(({ value }) => value !== null && value !== "")
    .map(({ value, count, isPartial }) => ({
      value: value as string,
      count,
      isPartial,
      at: String(value).toLowerCase().indexOf(wanted),
    }))
    .filter(({ at }) => at >= 0);
  return [...found.filter(({ at }) => at === 0), ...found.filter(({ at }) => at > 0)].map(
    ({ value, count, isPartial }) => ({
      kind: "value",
      text: valueText(value),
      description: "",
      count,
      isPartial,
    }),
  );
}

/** What taking an offer does to the text: with the blanks that keep words apart, and no second colon. */
export function insertion(offer: Offer, { from, to, asked: { text } }: Answer): Edit {
  const rest = text.slice(to);
  if (offer.kind === "operator" && offer.text === ":")
    return { from: text.slice(0, from).trimEnd().length, to, text: offer.text };
  const before = from === 0 || /[\s([,:=<>]/.test(text[from - 1]!) ? "" : " ";
  if (offer.kind === "field" && rest.startsWith(":")) return { from, to, text: before + offer.text.slice(0, -1) };
  const isFollowed = offer.kind === "word" || (offer.kind === "operator" && !offer.text.startsWith("is "));
  return { from, to, text: before + offer.text + (isFollowed && !/^\s/.test(rest) ? " " : "") };
}

/** Whether something can be written on right after it, so that more is offered. */
export function leadsOn({ kind, text }: Offer): boolean {
  return kind === "field" || kind === "word" || (kind === "operator" && !text.startsWith("is "));
}
