import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readQuery } from "./bind.ts";
import { type Field, type Thing, things } from "./field.ts";
import { fields } from "./fields.ts";
import { limits } from "./limits.ts";
import { mainWords } from "./values.ts";

const path = fileURLToPath(new URL("../../docs/query-language.md", import.meta.url));
const page = readFileSync(path, "utf8");

test("docs/query-language.md lists the fields as they are (`npx vitest run src/query/docs -u` writes it)", async () => {
  const written = page.replace(
    /(<!-- fields of (\w+): .*? -->\n).*?(<!-- end -->)/gs,
    (_, start: string, thing: Thing, end: string) => `${start}${table(fields[thing])}${end}`,
  );
  await expect(written).toMatchFileSnapshot(path);
  for (const thing of things) expect(page).toContain(`<!-- fields of ${thing}: `);
});

function table(rows: readonly Field[]): string {
  const lines = rows.map(
    (field) => `| ${[name(field), type(field), field.description, code(field.example)].join(" | ")} |`,
  );
  return ["| Field, also as | Type | What it is | Example |", "|---|---|---|---|", ...lines, ""].join("\n");
}

function name({ name: main, aliases }: Field): string {
  return [`**\`${main}\`**`, ...aliases.map((alias) => code(alias))].join(" ");
}

function type(field: Field): string {
  return field.type === "enum" ? mainWords(field).map(code).join(" ") : field.type;
}

function code(text: string): string {
  return `\`${text}\``;
}

test("every query in docs/query-language.md works", () => {
  const blocks = [...page.matchAll(/```query (\w+)\n(.*?)```/gs)];
  expect(blocks.length).toBeGreaterThan(0);
  for (const [, thing, queries] of blocks)
    for (const query of queries!.trim().split("\n")) readQuery(query, { thing: thing as Thing, now: Date.now() });
});

test("docs/query-language.md shows a mistake as it is answered", () => {
  const [, query = "", position = "", message = ""] =
    /weir search '(.*)'\n +.*\n( +)\^\nweir: (.*)\n```/.exec(page) ?? [];
  const read = () => readQuery(query, { thing: "findings", now: Date.now() });
  expect(read).toThrow(message);
  expect(read).toThrow(expect.objectContaining({ position: position.length - 2 }));
});

test("docs/query-language.md names the limits", () => {
  const text = page.replaceAll(",", "");
  expect(text).toContain(`${limits.length} characters`);
  for (const limit of [`${limits.terms} terms`, `${limits.freeTexts} words`, `${limits.wildcards} wildcards`])
    expect(text).toContain(limit);
  expect(text).toContain(`${limits.depth} levels`);
});
