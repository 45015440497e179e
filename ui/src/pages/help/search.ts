import type { Token, Tokens } from "marked";
import type { HelpSource } from "../../../help-pages.ts";
import { anchorOf, plain } from "./anchors.ts";

export interface Section {
  slug: string;
  page: string;
  heading: string;
  anchor: string;
  text: string;
}

/** What stands under each heading, as text. */
export function sectionsOf(sources: readonly HelpSource[]): Section[] {
  return sources.flatMap(({ slug, tokens }) => {
    const page = titleOf(tokens);
    const sections: Section[] = [];
    for (const token of tokens as Tokens.Generic[]) {
      if (token.type === "heading")
        sections.push({ slug, page, heading: plain(token.text), anchor: anchorOf(token.text), text: "" });
      else {
        const last = sections.at(-1);
        if (last !== undefined) last.text += ` ${plain(token.raw).replace(/\s+/g, " ")}`;
      }
    }
    return sections;
  });
}

export function titleOf(tokens: readonly Token[]): string {
  const first = tokens[0] as Tokens.Heading | undefined;
  return plain(first?.text ?? "");
}

export interface Hit {
  section: Section;
  /** What stands around the place. */
  excerpt: string;
}

/** Sections that hold every word, those with the words in their heading first. */
export function searchHelp(sections: readonly Section[], query: string): Hit[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  return sections
    .map((section) => ({ section, heading: section.heading.toLowerCase(), text: section.text.toLowerCase() }))
    .filter(({ heading, text }) => words.every((word) => heading.includes(word) || text.includes(word)))
    .sort((a, b) => Number(hasAll(b.heading, words)) - Number(hasAll(a.heading, words)))
    .map(({ section }) => ({ section, excerpt: excerptOf(section.text, words[0]!) }));
}

function hasAll(text: string, words: readonly string[]): boolean {
  return words.every((word) => text.includes(word));
}

const around = 90;

function excerptOf(text: string, word: string): string {
  const at = Math.max(0, text.toLowerCase().indexOf(word));
  const from = Math.max(0, at - around);
  const to = Math.min(text.length, at + around);
  return `${from > 0 ? "…" : ""}${text.slice(from, to).trim()}${to < text.length ? "…" : ""}`;
}
