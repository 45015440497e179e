import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { lexer, type TokensList } from "marked";
import type { Plugin } from "vite";

/** The documents of docs/ that are shown in the product as well, in their order. */
export const helpNames = [
  "connect-wiz",
  "integration-catalogue",
  "integration-management",
  "signal-client",
  "sync",
  "identification",
  "query-language",
  "risk-scores",
  "feeds",
  "life-cycle",
  "exports",
  "troubleshooting",
  "access",
  "configuration",
  "database",
] as const;

const name = "virtual:help-pages";
const docs = fileURLToPath(new URL("../docs/", import.meta.url));

/** A document, cut into its parts while the pages are built: the browser needs no reader of Markdown. */
export interface HelpSource {
  slug: string;
  tokens: TokensList;
}

export function readHelp(): HelpSource[] {
  return helpNames.map((slug) => ({ slug, tokens: lexer(readFileSync(`${docs}${slug}.md`, "utf8")) }));
}

export function helpPages(): Plugin {
  return {
    name: "help-pages",
    resolveId: (id) => (id === name ? `\0${name}` : undefined),
    load(id) {
      if (id !== `\0${name}`) return;
      for (const slug of helpNames) this.addWatchFile(`${docs}${slug}.md`);
      return `export const helpSources = ${JSON.stringify(readHelp())};`;
    },
  };
}
