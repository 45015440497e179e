import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { facetFieldNames } from "./facet-fields.ts";
import { things } from "./field.ts";
import { sorts } from "./keyset.ts";

const path = fileURLToPath(new URL("../../docs/query-language.md", import.meta.url));

test("docs/query-language.md lists orders and facets as they are (`npx vitest run src/query/order-docs -u` writes it)", async () => {
  const written = readFileSync(path, "utf8").replace(
    /(<!-- orders and facets: .*? -->\n).*?(<!-- end -->)/s,
    (_, start: string, end: string) => `${start}${table()}${end}`,
  );
  expect(written).toContain("| findings | ");
  await expect(written).toMatchFileSnapshot(path);
});

function table(): string {
  const codes = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(", ");
  const rows = things.map((thing) => `| ${thing} | ${codes(ordersOf(thing))} | ${codes(facetFieldNames(thing))} |`);
  return ["| Of | Orders, the default first | Facets |", "|---|---|---|", ...rows, ""].join("\n");
}

function ordersOf(thing: keyof typeof sorts): string[] {
  return Object.entries(sorts[thing]).map(([name, keys]) => `${name}:${keys[0].direction}`);
}
