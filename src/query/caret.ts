import { QueryError } from "../errors.ts";
import type { Field, Thing } from "./field.ts";
import { type Token, tokenize } from "./lexer.ts";
import { limits } from "./limits.ts";
import { findField } from "./names.ts";

/** What can stand where the caret is, in a query that need not be whole yet. */
export interface CaretPlace {
  /** What has been written of it, and where that begins and ends. */
  part: string;
  from: number;
  to: number;
  /**
   * term      a field, a word or NOT
   * next      AND, OR, or another term
   * operator  behind `field`: what compares it
   * value     behind its operator
   * nothing   nothing can be offered
   */
  expects: "term" | "next" | "operator" | "value" | "nothing";
  field: Field | null;
  /** Inside `asset:(…)`: what stands before every name. */
  prefix: string;
}

interface Frame {
  /** What closes it, and whether values stand in it by themselves: `[a, b]`, `severity:(a OR b)`. */
  field: Field | null;
  prefix: string;
  isList: boolean;
}

interface State {
  thing: Thing;
  frames: Frame[];
  expects: CaretPlace["expects"];
  field: Field | null;
  /** The name before the operator that was read last. */
  name: string;
  /** Where an `is` begins that has no `null` yet. */
  is: number | null;
}

/** Where in the query the caret stands, by what comes before it. */
export function findCaret(text: string, caret: number, thing: Thing): CaretPlace {
  const written = splitAt(text, Math.max(0, Math.min(caret, text.length)));
  const state: State = {
    thing,
    frames: [{ field: null, prefix: "", isList: false }],
    expects: "term",
    field: null,
    name: "",
    is: null,
  };
  if (written === null) return { part: "", from: caret, to: caret, expects: "nothing", field: null, prefix: "" };
  const { tokens, part, from, to } = written;
  for (let at = 0; at < tokens.length; ) at += step(state, tokens, at);
  const { expects, field, is } = state;
  const place = is === null ? { part, from } : { part: text.slice(is, caret).replaceAll(/\s+/gu, " "), from: is };
  return { ...place, to, expects, field, prefix: top(state).prefix };
}

interface Written {
  tokens: Token[];
  part: string;
  from: number;
  to: number;
}

const wordSign = /^[^\s"'`()[\],:=<>]*/u;

/** The tokens before the caret, and the word or open quote that it stands in. `null`: a text that is no query. */
function splitAt(text: string, caret: number): Written | null {
  const before = text.slice(0, caret);
  if (before.length > limits.length) return null;
  try {
    const tokens = tokenize(before).slice(0, -1);
    const last = tokens.at(-1);
    const rest = wordSign.exec(text.slice(caret))?.[0].length ?? 0;
    if (last?.type !== "text" || last.quote !== "none" || last.end !== caret)
      return { tokens, part: "", from: caret, to: caret + rest };
    return { tokens: tokens.slice(0, -1), part: last.text, from: last.start, to: caret + rest };
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    return splitAtQuote(text, caret, error.position);
  }
}

/** A quote that is open at the caret is a value that somebody is writing. */
function splitAtQuote(text: string, caret: number, start: number): Written | null {
  const quote = text[start];
  if (quote === undefined || !`"'\`“„`.includes(quote)) return null;
  const closing = "“„".includes(quote) ? /["”“]/g : new RegExp(quote, "g");
  closing.lastIndex = caret;
  const close = closing.exec(text)?.index ?? -1;
  return {
    tokens: tokenize(text.slice(0, start)).slice(0, -1),
    part: text.slice(start + 1, caret),
    from: start,
    to: close === -1 ? caret : close + 1,
  };
}

/** Reads on from a token; answers how many it took. */
function step(state: State, tokens: readonly Token[], at: number): number {
  const token = tokens[at]!;
  if (token.type === "mark") return mark(state, token.text);
  if (token.type === "dots" || token.type === "operator") return value(state, top(state).field ?? state.field);
  if (token.type !== "text") return 1;
  if (state.expects === "value" || top(state).isList) return afterValue(state, tokens, at);
  return word(state, tokens, at);
}

function word(state: State, tokens: readonly Token[], at: number): number {
  const { text, quote } = tokens[at] as Token & { type: "text" };
  if (quote === "none" && /^(and|or|not)$/i.test(text)) return term(state);
  state.name = top(state).prefix + text;
  state.field = quote === "none" ? (findField(state.thing, state.name) ?? null) : null;
  const next = tokens[at + 1];
  if (quote === "none" && next?.type === "operator")
    return 1 + value(state, state.field) + colonAndSign(tokens, at + 1);
  state.expects = state.field !== null && next === undefined ? "operator" : "next";
  return isNullTest(tokens, at + 1) ? afterNullTest(state, tokens, at + 1) : 1;
}

/** `severity:>=high`: two operators are one. */
function colonAndSign(tokens: readonly Token[], at: number): number {
  return tokens[at + 1]?.type === "operator" ? 1 : 0;
}

function isNullTest(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at];
  return token?.type === "text" && token.quote === "none" && /^is$/i.test(token.text);
}

function afterNullTest(state: State, tokens: readonly Token[], at: number): number {
  const words = tokens.slice(at, at + 3).map((token) => (token.type === "text" ? token.text.toLowerCase() : ""));
  const length = words[1] === "not" ? 3 : 2;
  const isOpen = words.length < length;
  state.expects = isOpen ? "operator" : "next";
  state.is = isOpen ? tokens[at]!.start : null;
  return 1 + Math.min(length, words.length);
}

function mark(state: State, sign: string): number {
  if (sign === ",") return value(state, top(state).field ?? state.field);
  if (sign === "[") {
    state.frames.push({ ...top(state), field: state.field, isList: true });
    return 1;
  }
  if (sign === "(") {
    const isNamed = state.expects === "value";
    const prefix = isNamed ? `${state.name}.` : top(state).prefix;
    state.frames.push({ field: isNamed ? state.field : top(state).field, prefix, isList: false });
    return term(state);
  }
  if (state.frames.length > 1) state.frames.pop();
  state.expects = "next";
  state.field = top(state).field;
  return 1;
}

function term(state: State): number {
  state.expects = "term";
  state.field = top(state).field;
  return 1;
}

function value(state: State, field: Field | null): number {
  state.expects = "value";
  state.field = field;
  return 1;
}

/** A value and what is written onto it: `arn:aws:s3`. */
function afterValue(state: State, tokens: readonly Token[], at: number): number {
  let end = at + 1;
  const isGlued = () => tokens[end]?.start === tokens[end - 1]?.end && tokens[end]?.type !== "mark";
  while (end < tokens.length && isGlued() && tokens[end]?.type !== "dots") end++;
  const isInList = top(state).isList;
  state.expects = isInList ? "nothing" : "next";
  if (!isInList) state.field = top(state).field;
  return end - at;
}

function top(state: State): Frame {
  return state.frames.at(-1)!;
}
