import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readQuery } from "./bind.ts";
import { complete } from "./complete.ts";
import { findFacet } from "./facet-fields.ts";
import { type Thing, things } from "./field.ts";
import { fields } from "./fields.ts";
import { mainWords } from "./values.ts";

/** What is offered at the `|`. */
function at(query: string, thing: Thing = "findings") {
  const caret = query.indexOf("|");
  const text = query.replace("|", "");
  const { from, to, field, suggestions } = complete(text, caret, thing);
  return { replaced: text.slice(from, to), field, offered: suggestions.map((suggestion) => suggestion.text) };
}

const severities = ["critical", "high", "medium", "low", "informational"];
const nextWords = ["AND", "OR", "NOT"];

describe("a term", () => {
  test("in an empty query: every field with its description, and NOT", () => {
    const { suggestions, from, to } = complete("", 0, "findings");
    expect([from, to]).toEqual([0, 0]);
    expect(suggestions.map(({ text }) => text)).toEqual([...fields.findings.map(({ name }) => `${name}:`), "NOT"]);
    for (const { kind, description } of suggestions)
      expect([kind, description.length > 5]).toEqual([expect.any(String), true]);
  });

  test.each<[string, string, string[]]>([
    ["sev|", "sev", ["severity:"]],
    ["SEV|", "SEV", ["severity:"]],
    ["sev|erity", "severity", ["severity:"]],
    ["se|:high", "se", ["severity:"]],
    ["no|", "no", ["NOT"]],
    ["isCisa|", "isCisa", ["kev:"]],
    ["package.v|", "package.v", ["package.version:"]],
    ["fixedV|", "fixedV", ["package.fixedVersion:"]],
    ["findings.sev|", "findings.sev", ["severity:"]],
    ["zzz|", "zzz", []],
    ["kev:true AND sev|", "sev", ["severity:"]],
    ["(kev:true OR (sev|", "sev", ["severity:"]],
    ["NOT sev|", "sev", ["severity:"]],
    ["package:(ver|", "ver", ["version:"]],
    ["package:(name:a AND fi|)", "fi", ["fixedVersion:"]],
  ])("%s: %j may become %j", (query, replaced, offered) => {
    expect(at(query)).toMatchObject({ replaced, offered });
  });

  test("fields whose name begins so come before those with such an alias or part", () => {
    expect(at("ri|").offered[0]).toBe("riskScore:");
    expect(at("name|").offered).toEqual(expect.arrayContaining(["title:", "package.name:", "asset.name:"]));
    expect(at("ass|").offered.slice(0, 2)).toEqual(["asset.name:", "asset.class:"]);
  });

  test("inside a group: what stands below its name", () => {
    expect(at("sources:(|", "assets").offered).toEqual([
      "integration:",
      "externalId:",
      "providerUniqueId:",
      "firstSeen:",
      "lastSeen:",
      "NOT",
    ]);
    expect(at("asset:(ris|", "assets").offered).toEqual(["riskScore:"]);
    expect(at("subject:(|", "signals").offered).toEqual(["kind:", "externalId:", "id:", "NOT"]);
  });

  test("behind a term: AND, OR, NOT, and with a letter more fields, too", () => {
    expect(at("severity:high |").offered).toEqual(nextWords);
    expect(at("(severity:high) |").offered).toEqual(nextWords);
    expect(at("severity:[high] |").offered).toEqual(nextWords);
    expect(at("cloud is not null |").offered).toEqual(nextWords);
    expect(at("openssl |").offered).toEqual(nextWords);
    expect(at('"remote code" |').offered).toEqual(nextWords);
    expect(at("package:(name:a) |").offered).toEqual(nextWords);
    expect(at("severity:high a|").offered[0]).toBe("AND");
    expect(at("severity:high kev|").offered).toEqual(["kev:", "kev.source:", "kev.disputed:"]);
  });
});

describe("an operator", () => {
  test("fits the field: order only where there is one", () => {
    const always = [":", "=", "is null", "is not null"];
    expect(at("cloud |").offered).toEqual(always);
    expect(at("severity |").offered).toEqual([":", "=", ">=", "<=", ">", "<", "is null", "is not null"]);
    expect(at("due |").offered).toContain(">=");
    expect(at("package:(version |").offered).toEqual(always);
    expect(at("nothing |").offered).toEqual(nextWords);
  });

  test.each<[string, string, string[]]>([
    ["cloud is|", "is", ["is null", "is not null"]],
    ["cloud is |", "is ", ["is null", "is not null"]],
    ["cloud is n|", "is n", ["is null", "is not null"].slice(0, 2)],
    ["cloud is  not|", "is  not", ["is not null"]],
    ["cloud is not n|", "is not n", ["is not null"]],
  ])("%s: %j may become %j", (query, replaced, offered) => {
    const answer = at(query);
    expect(answer.replaced).toBe(replaced);
    expect(answer.offered.slice(0, offered.length)).toEqual(offered);
  });
});

describe("a value", () => {
  test.each<[string, string, string, string[]]>([
    ["severity:|", "severity", "", severities],
    ["severity:h|", "severity", "h", ["high"]],
    ["severity >= |", "severity", "", severities],
    ["severity:>=|", "severity", "", severities],
    ["severity:[high, |", "severity", "", severities],
    ["severity:[high, c|]", "severity", "c", ["critical"]],
    ["severity:(high OR c|)", "severity", "c", ["critical", "cloud:"].slice(0, 1)],
    ["severity:[low .. |", "severity", "", severities],
    ["severity:(low .. h|", "severity", "h", ["high"]],
    ['asset.class:"Container I|', "asset.class", '"Container I', ["container_image", "container_instance"]],
    ['asset.class:"Con|tainer"', "asset.class", '"Container"', ["container_instance", "container_image"]],
    ["asset:(class:ser|", "asset.class", "ser", ["serverless"]],
    ["asset.class:“Con|tainer”", "asset.class", "“Container”", ["container_instance", "container_image"]],
    ["kev:|", "kev", "", ["true", "false"]],
    ["due < |", "due", "", ["now", "now-1d", "now-1w", "now-1M"]],
    ["finding.STATUS:r|", "status", "r", ["resolved", "rejected"]],
    ["cloud:|", "cloud", "", []],
    ["cloud:a|", "cloud", "a", []],
    ["nothing:|", "", "", []],
  ])("%s: of %s, %j may become %j", (query, field, replaced, offered) => {
    const answer = at(query);
    expect(answer.field ?? "").toBe(field);
    expect(answer.replaced).toBe(replaced);
    expect([...answer.offered].sort()).toEqual([...offered].sort());
  });

  test.each<[string, Thing, { by: string; q: string } | null]>([
    ["cloud:|", "findings", { by: "cloud", q: "" }],
    ["cloud:A|", "findings", { by: "cloud", q: "cloud:A*" }],
    ["asset:(cloud:a|", "findings", { by: "cloud", q: "cloud:a*" }],
    ["kev:true AND asset.region:[eu-west-1, us-|", "findings", { by: "region", q: "region:us-*" }],
    ['projects:"Payments te|am"', "findings", { by: "projects", q: "projects:Payments*" }],
    ['tags:"env:pr|"', "assets", { by: "tags", q: "tags:env*" }],
    ["rule:..|", "findings", { by: "rule", q: "" }],
    ["integration:p|", "signals", { by: "integration", q: "integration:p*" }],
    ["severity:h|", "findings", null],
    ["kev:|", "findings", null],
    ["at > |", "signals", null],
    ["title:a|", "findings", null],
    ["nothing:a|", "findings", null],
    ["clo|", "findings", null],
    ["cloud:aws |", "findings", null],
  ])("%s among %s has more values in the facet %j", (query, thing, facet) => {
    expect(complete(query.replace("|", ""), query.indexOf("|"), thing).facet).toEqual(facet);
  });

  test("every enum offers its words, and each is one that the language takes", () => {
    for (const thing of things)
      for (const field of fields[thing].filter(({ type }) => type === "enum"))
        expect(at(`${field.name}:|`, thing).offered).toEqual(mainWords(field));
  });

  test("in a list nothing is offered before the comma", () => {
    expect(at("severity:[high |").offered).toEqual([]);
  });
});

test("in a text that is too long to be a query nothing is offered", () => {
  expect(at(`${"x".repeat(5000)}"|`).offered).toEqual([]);
});

test("for any text and any caret something is answered, within the text", () => {
  const piece = fc.oneof(
    fc.constantFrom(..."( ) [ ] , : >= .. * AND not is null severity asset sources name due cloud now high".split(" ")),
    fc.constantFrom("cloud:a.b..c", "tags:", "region:x!=y", "projects:é", "rule:and"),
    fc.constantFrom('"', "'", "`", "“", " ", "\0", "\ud800"),
    fc.string({ maxLength: 3, unit: "binary" }),
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...things),
      fc.array(piece, { maxLength: 20 }),
      fc.integer({ min: -2, max: 60 }),
      (thing, pieces, caret) => {
        const text = pieces.join(" ");
        const { from, to, facet, suggestions } = complete(text, caret, thing);
        expect(Array.isArray(suggestions)).toBe(true);
        if (facet !== null) {
          expect(findFacet(thing, facet.by).field.name).toBe(facet.by);
          expect(readQuery(facet.q, { thing, now: 0 })).toBeDefined();
        }
        if (suggestions.length > 0) {
          expect(from).toBeGreaterThanOrEqual(0);
          expect(to).toBeGreaterThanOrEqual(from);
          expect(to).toBeLessThanOrEqual(text.length);
        }
      },
    ),
    { numRuns: 5000 },
  );
}, 60_000);
