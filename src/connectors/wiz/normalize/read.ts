import { contentHash } from "../../../content-hash.ts";
import { RecordError } from "../../../errors.ts";
import type { IsoTime } from "../../../model.ts";

/** A node as Wiz sent it. Any key may be absent, any value null, whatever the schema says. */
export type Node = Readonly<Record<string, unknown>>;

/** The value as an object, or `null`: Wiz puts null where objects are declared non-null. */
export function readNode(value: unknown): Node | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Node) : null;
}

/**
 * What is kept of a node beside what was read from it. The hash is that of the node with `stable` in it: `undefined` for
 * the times that move by themselves, and lists in order, since the order of a list is not Wiz's promise, and no change.
 */
export function rawForms(node: Node, stable: Node): { raw: string; hash: string } {
  const raw = JSON.stringify(node);
  const keys = Object.keys(stable);
  if (keys.length === 0) return { raw, hash: contentHash(raw) };
  // A copy would be slower than all else here: V8 keeps a copy of so many keys as a dictionary.
  const sent = keys.map((key) => node[key]);
  assign(node, keys, Object.values(stable));
  const hash = contentHash(JSON.stringify(node));
  assign(node, keys, sent);
  return { raw, hash };
}

function assign(node: Record<string, unknown>, keys: readonly string[], values: readonly unknown[]): void {
  for (const [i, key] of keys.entries()) node[key] = values[i];
}

/** The objects of a list; no list, and anything in it that is no object, counts as nothing. */
export function readNodes(value: unknown): Node[] {
  if (!Array.isArray(value)) return [];
  const nodes: Node[] = [];
  for (const item of value) {
    const node = readNode(item);
    if (node !== null) nodes.push(node);
  }
  return nodes;
}

/** A text that is not empty. PostgreSQL takes neither NUL nor half a surrogate pair, so both are taken out. */
export function readText(value: unknown): string | null {
  if (typeof value === "string") {
    if (value === "") return null;
    const text = value.includes("\0") ? value.replaceAll("\0", "") : value;
    return text.isWellFormed() ? text : text.toWellFormed();
  }
  return typeof value === "number" || typeof value === "bigint" ? String(value) : null;
}

export function readNumber(value: unknown): number | null {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value !== "string" || value.trim() === "") return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

export function readFlag(value: unknown): boolean | null {
  return typeof value === "boolean" ? value : null;
}

/** @throws RecordError without one: nothing can be stored under no name */
export function readId(node: Node): string {
  const id = readText(node.id);
  if (id === null) throw new RecordError("the record has no id");
  return id;
}

/** An optional time: what cannot be read counts as absent. */
export function readTime(value: unknown): IsoTime | null {
  return parseTime(value) ?? null;
}

/** A time that order and life cycle rest on. Absent is fine, unreadable is not. @throws RecordError */
export function readClock(node: Node, key: string): IsoTime | null {
  const time = parseTime(node[key]);
  if (time === undefined) throw new RecordError(`${key} is not a time: ${String(node[key]).slice(0, 40)}`);
  return time;
}

const utcTime = /^(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?Z$/;

/** `null` for absent, `undefined` for unreadable. Kept to the last digit: Wiz counts microseconds, `Date` does not. */
function parseTime(value: unknown): IsoTime | null | undefined {
  if (value === null || value === undefined || value === "") return null;
  if (typeof value !== "string") return undefined;
  // Go's zero time stands for "never".
  if (value.startsWith("0001-01-01")) return null;
  if (utcTime.test(value)) return isRealDay(value) ? value : undefined;
  // Only whole ISO times with an offset: Date.parse alone would take "7" for a month.
  if (!/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(value)) return undefined;
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}

/** 31 February passes every pattern, and then fails a whole page in the database. */
function isRealDay(time: string): boolean {
  const day = Number(time.slice(8, 10));
  if (day <= 28) return true;
  return new Date(Date.UTC(Number(time.slice(0, 4)), Number(time.slice(5, 7)) - 1, day)).getUTCDate() === day;
}

/** Sorted by code unit, without doubles: the order must not depend on anyone's locale. */
export function sortedUnique(texts: string[]): string[] {
  return texts.every((text, i) => i === 0 || texts[i - 1]! < text) ? texts : [...new Set(texts)].sort();
}

/** Names of the projects that a record belongs to. */
export function readProjects(value: unknown): string[] {
  const names: string[] = [];
  for (const project of readNodes(value)) {
    const name = readText(project.name);
    if (name !== null) names.push(name);
  }
  return sortedUnique(names);
}

/** Tags as `key:value` or `key`, from a map (`{env: "prod"}`) or a list (`[{key, value}]`): Wiz has both. */
export function readTags(value: unknown): string[] {
  const tags: string[] = [];
  const add = (key: unknown, content: unknown): void => {
    const name = readText(key);
    if (name === null) return;
    const text = typeof content === "boolean" ? String(content) : readText(content);
    tags.push(text === null ? name : `${name}:${text}`);
  };
  if (Array.isArray(value)) {
    for (const item of value) {
      const tag = readNode(item);
      if (tag === null) add(item, null);
      else add(tag.key, tag.value);
    }
  } else {
    for (const [key, content] of Object.entries(readNode(value) ?? {})) add(key, content);
  }
  return sortedUnique(tags);
}
