import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";
import packageJson from "../package.json" with { type: "json" };

const root = join(import.meta.dirname, "..");

/** Every document for people: those in the root and those under docs/. */
const documents = [root, join(root, "docs")]
  .flatMap((folder) =>
    readdirSync(folder, { recursive: folder !== root, encoding: "utf8" }).map((n) => join(folder, n)),
  )
  .filter((file) => file.endsWith(".md"))
  .map((file) => ({ file, name: relative(root, file), text: readFileSync(file, "utf8") }));

const text = (name: string) => documents.find((document) => document.name === name)?.text ?? "";

test("every package that Weir depends on has a line in docs/dependencies.md, and no other has", () => {
  const { dependencies, devDependencies, optionalDependencies } = packageJson;
  const used = [dependencies, devDependencies, optionalDependencies].flatMap((group) => Object.keys(group));
  const described = [...text("docs/dependencies.md").matchAll(/^\| `([^`]+)` \|/gm)].map((line) => line[1]);
  expect(described.sort()).toEqual(used.sort());
});

test("every link between the documents leads to a file, and to a heading where it names one", () => {
  const broken = documents.flatMap(({ file, name, text: markdown }) =>
    linksIn(markdown)
      .filter((link) => !isGood(file, link))
      .map((link) => `${name}: ${link}`),
  );
  expect(broken).toEqual([]);
});

test("every document under docs/ is listed in docs/README.md", () => {
  const index = linksIn(text("docs/README.md")).map((link) => link.split("#")[0]);
  const others = documents
    .filter(({ name }) => name.startsWith("docs/") && name !== "docs/README.md")
    .map(({ name }) => name.slice("docs/".length));
  expect(others.filter((name) => !index.includes(name))).toEqual([]);
});

test("every npm script that a document tells to run exists", () => {
  const named = documents.flatMap(({ text: markdown }) =>
    [...markdown.matchAll(/npm run (?:-s |--silent )?([a-z][a-z0-9:-]*)/g)].map((found) => found[1]!),
  );
  expect(named.length).toBeGreaterThan(0);
  expect([...new Set(named)].filter((script) => !Object.hasOwn(packageJson.scripts, script))).toEqual([]);
});

test("every file and folder that a document names exists", () => {
  const named = documents.flatMap(({ text: markdown }) =>
    [...markdown.matchAll(/`((?:src|docs|test|bench|migrations|\.ci)\/[\w./-]*)`/g)].map((found) => found[1]!),
  );
  expect(named.length).toBeGreaterThan(20);
  expect([...new Set(named)].filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test("every message that docs/troubleshooting.md explains is one that Weir says", () => {
  const source = sourceTexts(join(root, "src")).join("\n");
  const messages = [...text("docs/troubleshooting.md").matchAll(/^\| `([^`]+)`(?: or `([^`]+)`)? /gm)].flatMap((row) =>
    row.slice(1).filter((message) => message !== undefined),
  );
  const parts = messages.filter((message) => !notOurs.includes(message)).flatMap((message) => message.split(" … "));
  expect(parts.length).toBeGreaterThan(20);
  expect(parts.filter((part) => !source.includes(part))).toEqual([]);
});

/** What Node says, and a number. */
const notOurs = ['Unknown file extension ".ts"', "10,000+"];

function sourceTexts(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .map((name) => readFileSync(join(folder, name), "utf8"));
}

/** Links to files of this repository; those into the web are not ours to keep alive. */
function linksIn(markdown: string): string[] {
  const prose = markdown.replace(/^```[\s\S]*?^```/gm, "");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map((found) => found[1]!).filter((link) => !/^[a-z]+:/.test(link));
}

function isGood(from: string, link: string): boolean {
  const [path = "", heading] = link.split("#");
  const target = path === "" ? from : join(dirname(from), path);
  if (!existsSync(target)) return false;
  return heading === undefined || headingsIn(readFileSync(target, "utf8")).includes(heading);
}

/** Headings as GitHub names their anchors. */
function headingsIn(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ +(.*)$/gm)].map((found) =>
    found[1]!
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}
