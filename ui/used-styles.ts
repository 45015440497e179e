import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

const mantine = fileURLToPath(new URL("../node_modules/@mantine/", import.meta.url));
const core = join(mantine, "core");
const pages = fileURLToPath(new URL("src", import.meta.url));
/** What of Mantine is made of its core; all that they take counts as used. */
const builtOnCore = ["charts", "dates", "notifications", "spotlight"];
const forAll = ["baseline", "default-css-variables", "global"];

/**
 * Of Mantine's styles those of the components that the pages are made of, in Mantine's order: the rest would be more than
 * half of what everyone waits for. A build that draws with a component whose styles are not among them fails.
 */
export function usedStyles(): Plugin {
  const used = new Set([...forAll, ...styledComponents()]);
  return {
    name: "used-styles",
    apply: "build",
    enforce: "pre",
    load: (id) => (id.endsWith("@mantine/core/styles.css") ? styles(used) : undefined),
    generateBundle(_, bundle) {
      const drawn = Object.values(bundle).flatMap((one) => (one.type === "chunk" ? Object.keys(one.modules) : []));
      const missing = drawn.flatMap((id) => styleOf(id) ?? []).filter((name) => !used.has(name));
      if (missing.length > 0) this.error(`ui/used-styles.ts overlooked the styles of ${missing.join(", ")}.`);
    },
  };
}

function styles(used: ReadonlySet<string>): string {
  const all = readFileSync(join(core, "styles.css"), "utf8");
  const parts = [...used].map((name) => {
    const text = readFileSync(join(core, "styles", `${name}.css`), "utf8").trim();
    const at = all.indexOf(text);
    if (at < 0) throw new Error(`Mantine's styles.css does not hold ${name}.css as it stands by itself.`);
    return { text, at };
  });
  return parts
    .toSorted((a, b) => a.at - b.at)
    .map(({ text }) => text)
    .join("\n");
}

/** The components that somebody imports, and those that these are made of, as far as they have styles. */
function styledComponents(): string[] {
  const index = join(core, "esm/index.mjs");
  const names = new Set([pages, ...builtOnCore.map((one) => join(mantine, one, "esm"))].flatMap(namesFromCore));
  const first = importsOf(index).filter(({ imported }) => imported.some((name) => names.has(name)));
  const files = new Set<string>();
  const visit = (file: string) => {
    if (files.has(file)) return;
    files.add(file);
    for (const { path } of importsOf(file)) visit(path);
  };
  for (const { path } of first) visit(path);
  return [...files].flatMap((file) => styleOf(file) ?? []);
}

function namesFromCore(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(tsx?|mjs)$/.test(name))
    .flatMap((name) => imports(readFileSync(join(folder, name), "utf8")))
    .filter(({ from }) => from === "@mantine/core")
    .flatMap(({ imported }) => imported);
}

function importsOf(file: string): { imported: string[]; path: string }[] {
  return imports(readFileSync(file, "utf8"))
    .filter(({ from }) => from.startsWith("."))
    .map(({ imported, from }) => ({ imported, path: join(dirname(file), from) }));
}

function imports(source: string): { imported: string[]; from: string }[] {
  return [...source.matchAll(/import\s+([^"';]+?)\s+from\s+"([^"]+)"/g)].map(([, names = "", from = ""]) => ({
    imported: names.match(/\w+/g) ?? [],
    from,
  }));
}

/** The file under `styles/` that belongs to a module of class names. */
function styleOf(file: string): string | null {
  if (!file.startsWith(core) && !file.includes("/@mantine/core/")) return null;
  const name = /^(\w+)\.module\.mjs$/.exec(basename(file))?.[1];
  return name !== undefined && existsSync(join(core, "styles", `${name}.css`)) ? name : null;
}
