import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ruleInfos } from "./rules.ts";

const page = readFileSync(new URL("../../docs/identification.md", import.meta.url), "utf8");

test("Q-28: docs/identification.md has every rule in its order, with what is on out of the box", () => {
  const written = page.split("<!-- rules -->")[1]!.split("<!-- end -->")[0]!;
  const rows = ruleInfos.map(({ id, position, title, fields, isFixed, isOnByDefault }) => {
    const state = isFixed ? "always on" : isOnByDefault ? "on" : "off";
    return [`| ${position} | ${title} \`${id}\` | ${fields.join(" + ")} | ${state}`];
  });
  const lines = written.trim().split("\n").slice(2);
  expect(lines.map((line) => [line.replace(/( \||: .*)$/, "")])).toEqual(rows);
});
