import { safeHref } from "../kit/link.tsx";

export interface TextPart {
  text: string;
  href?: string;
}

/** Stops at blanks, quotes and brackets, and at signs that turn the direction of writing: an address shows as it is. */
const address = /https?:\/\/[^\s<>"'`)\]}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/giu;

/** A text from elsewhere with the web addresses in it as links. Nothing else in it means anything. */
export function textParts(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let at = 0;
  for (const match of text.matchAll(address)) {
    const found = match[0].replace(/[.,;:!?…]+$/u, "");
    const href = safeHref(found);
    if (href === null) continue;
    if (match.index > at) parts.push({ text: text.slice(at, match.index) });
    parts.push({ text: found, href });
    at = match.index + found.length;
  }
  if (at < text.length) parts.push({ text: text.slice(at) });
  return parts;
}

/** The beginning of a long text, ended between words where that is near, never inside a character. */
export function beginning(text: string, limit: { characters: number; lines: number }): string {
  const lines = endOfLine(text, limit.lines);
  // A fifth more is not worth a button.
  const isShort = text.length <= limit.characters * 1.2 && lines >= text.length;
  if (isShort) return text;
  const head = text.slice(0, Math.min(lines, limit.characters));
  if (head.length === lines) return head;
  const blank = head.lastIndexOf(" ");
  const cut = blank > head.length * 0.8 ? head.slice(0, blank) : head;
  return cut.replace(/[\ud800-\udbff]$/u, "");
}

function endOfLine(text: string, lines: number): number {
  let at = -1;
  for (let line = 0; line < lines; line++) {
    at = text.indexOf("\n", at + 1);
    if (at < 0) return text.length;
  }
  return at;
}

/**
 * JSON as people read it. Signs that nobody sees or that turn the direction of writing are written as `\u202e`, which is
 * the same JSON, so that what looks like one record cannot be another.
 */
export function jsonText(value: unknown): string {
  const unseen = /[\u0080-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/gu;
  return JSON.stringify(value, null, 2).replaceAll(
    unseen,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
