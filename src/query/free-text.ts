import type { ScalarNode } from "./ast.ts";
import type { Condition, Match, Test } from "./condition.ts";
import { column, type FieldType, type Place, related, type Thing } from "./field.ts";
import { containsPattern, escapeLike, spellings, wildcardPattern, wordsQuery } from "./patterns.ts";

/** A trigram index cannot help with fewer characters, and nearly everything would match. */
const shortestPart = 3;

/** A word or phrase without a field: where it is looked for. Each place has an index. */
export function freeTextCondition(thing: Thing, scalar: ScalarNode): Condition {
  if (scalar.text === "" || (scalar.quote === "none" && /^\*+$/.test(scalar.text))) return { type: "all" };
  const conditions = byThing[thing](scalar);
  return { type: "or", conditions };
}

const byThing: Record<Thing, (scalar: ScalarNode) => Condition[]> = { findings, assets, signals };

const definition = (place: Place): Place => related("definition", "definitionId", "id", place);

const cveId = /^CVE-\d{4}-\d{4,}$/i;

function findings(scalar: ScalarNode): Condition[] {
  if (cveId.test(scalar.text)) return findingsOfCve(scalar);
  const part = partOf(scalar);
  const isShort = scalar.text.length < shortestPart;
  return [
    matchOf("words", definition(column("words")), wordsOf(scalar)),
    ...(isShort ? [] : [matchOf("text", definition(column("title")), part)]),
    matchOf("text", { at: "own", column: "title", unless: "definitionId" }, part),
    matchOf("text", related("asset", "assetId", "id", column("name")), part),
    matchOf("keyword", column("packageName"), packageOf(scalar)),
    matchOf("keyword", column("cve"), { type: "oneOf", values: [scalar.text.toUpperCase()] }),
  ];
}

/**
 * A whole CVE id: findings of the CVE have it in a column, and only what else speaks of it is to be looked for in texts.
 * Then a CVE with a hundred thousand findings is found as quickly as by its field.
 */
function findingsOfCve(scalar: ScalarNode): Condition[] {
  const id = scalar.text.toUpperCase();
  const others = { ...definition(column("words")), except: id } as Place;
  return [
    matchOf("keyword", column("cve"), { type: "oneOf", values: [id] }),
    matchOf("words", others, { type: "words", query: wordsQuery(id, false) }),
    matchOf("text", { at: "own", column: "title", unless: "definitionId" }, partOf(scalar)),
    matchOf("text", related("asset", "assetId", "id", column("name")), partOf(scalar)),
  ];
}

function assets(scalar: ScalarNode): Condition[] {
  const exact: Test = { type: "oneOf", values: spellings(scalar.text) };
  const source = (place: Place): Place => related("assetSource", "id", "assetId", place);
  return [
    matchOf("text", column("name"), partOf(scalar)),
    matchOf("keyword", source(column("externalId")), exact),
    matchOf("keyword", source(column("providerUniqueId")), exact),
  ];
}

function signals(scalar: ScalarNode): Condition[] {
  return [
    matchOf("text", column("title", "assetName"), partOf(scalar)),
    matchOf("keyword", column("externalId"), { type: "oneOf", values: [scalar.text] }),
  ];
}

function matchOf(valueType: FieldType, place: Place, test: Test): Match {
  return { type: "match", valueType, place, test };
}

function partOf(scalar: ScalarNode): Test {
  if (isWild(scalar)) return { type: "like", pattern: wildcardPattern(scalar.text) };
  return {
    type: "like",
    pattern: scalar.quote === "backtick" ? escapeLike(scalar.text) : containsPattern(scalar.text),
  };
}

/** A bare word also finds what begins with it; in quotes it is whole words. */
function wordsOf(scalar: ScalarNode): Test {
  return { type: "words", query: wordsQuery(scalar.text.replaceAll("*", " "), scalar.quote === "none") };
}

/** Package names are lower-case nearly everywhere; an index finds them by their beginning. */
function packageOf(scalar: ScalarNode): Test {
  if (isWild(scalar)) return { type: "like", pattern: wildcardPattern(scalar.text) };
  if (scalar.quote !== "none") return { type: "oneOf", values: spellings(scalar.text) };
  return { type: "prefix", pattern: `${escapeLike(scalar.text.toLowerCase())}%` };
}

function isWild(scalar: ScalarNode): boolean {
  return scalar.quote === "none" && scalar.text.includes("*");
}
