import fc from "fast-check";
import { fields } from "../../src/query/fields.ts";
import { hostileText, mutated } from "../hostile.ts";
import { valueFor } from "./body.ts";
import type { ApiDocument, Parameter } from "./document.ts";
import { encoded, percent } from "./encode.ts";

const goodQueries = ["", ...Object.values(fields).flatMap((all) => all.map((field) => field.example))];

/** Ids of what exists, by the name that its routes begin with; may grow while requests are made. */
export type KnownIds = Map<string, string[]>;

/** `findings` of `/api/v1/findings/…`. */
export function resourceOf(path: string): string {
  return /^\/api\/v1\/([\w-]+)/.exec(path)?.[1] ?? "";
}

const oddIds = ["facets", "test", "..", ".", "%2e%2e", "%2F", "%00", "%zz", "%ff%fe", "%u0041", "*", "prod"];

function idOf(resource: string, ids: KnownIds): fc.Arbitrary<string> {
  const from = (list: () => string[]) => fc.nat(99_999).map((n) => list()[n % Math.max(1, list().length)] ?? "none");
  return fc.oneof(
    { weight: 12, arbitrary: from(() => ids.get(resource) ?? []) },
    { weight: 1, arbitrary: from(() => [...ids.values()].flat()) },
    { weight: 1, arbitrary: fc.uuid() },
    { weight: 2, arbitrary: fc.constantFrom(...oddIds) },
    { weight: 2, arbitrary: encoded(hostileText) },
  );
}

const pathTricks = [
  "/",
  "//",
  "/.",
  "/..",
  "/../../../etc/passwd",
  "/%2e%2e/%2e%2e/",
  ";x=1",
  "%20",
  "%00",
  "?",
  "#x",
  "\\..\\..\\",
  "/~",
  "%",
];

export function pathOf(path: string, parameters: Parameter[], ids: KnownIds) {
  const parts = path.split(/(\{\w+\})/).map((part) => {
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name === undefined) return fc.constant(part);
    const words = parameters.find((parameter) => parameter.name === name)?.schema?.enum as string[] | undefined;
    return words === undefined
      ? idOf(resourceOf(path), ids)
      : fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...words) }, idOf(resourceOf(path), ids));
  });
  const right = fc.tuple(...parts).map((all) => all.join(""));
  return fc.oneof(
    { weight: 14, arbitrary: right },
    { weight: 1, arbitrary: fc.tuple(right, fc.constantFrom(...pathTricks)).map((all) => all.join("")) },
    { weight: 1, arbitrary: right.map((text) => text.replaceAll(/[a-z]/g, (letter) => letter.toUpperCase())) },
    { weight: 1, arbitrary: fc.tuple(right, fc.nat(60)).map(([text, at]) => `${text.slice(0, at)}/${text.slice(at)}`) },
  );
}

export function queryOf(document: ApiDocument, parameters: Parameter[]): fc.Arbitrary<string> {
  const one = fc.oneof(
    ...parameters.map((parameter) => argument(document, parameter)),
    ...parameters.map((parameter) => argument(document, parameter)),
    ...parameters.map(({ name }) => encoded(hostileText).map((value) => `${name}=${value.replaceAll("&", "")}`)),
    fc.constantFrom(
      "x=1",
      "",
      "=",
      "&",
      "q",
      "q[]=a",
      "q[a]=b",
      "limit=",
      "limit=1e3",
      "limit=-1",
      "limit=0x10",
      "limit=99999999999999999999",
    ),
    fc.constantFrom(
      `cursor=${"A".repeat(3000)}`,
      "cursor=%00",
      "cursor=eyJ9",
      "__proto__=1",
      "constructor[prototype][a]=1",
      `q=${"(".repeat(3000)}`,
    ),
  );
  // In half of the cases each parameter once, as it should be, so that the route gets to its work.
  const right = fc.tuple(...parameters.map((parameter) => fc.option(good(document, parameter))));
  return fc
    .oneof(right, fc.array(one, { maxLength: 5 }))
    .map((pairs) => pairs.filter((pair) => pair !== null).join("&"))
    .map((text) => (text === "" ? "" : `?${text}`));
}

function good(document: ApiDocument, { name, schema = {} }: Parameter): fc.Arbitrary<string> {
  const value =
    name === "q" ? fc.oneof(fc.constantFrom(...goodQueries), mutated(goodQueries)) : valueFor(document, schema, name);
  return value.map((one) => `${name}=${percent(asText(one))}`);
}

function argument(document: ApiDocument, parameter: Parameter): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 2, arbitrary: good(document, parameter) },
    { weight: 1, arbitrary: hostileText.map((text) => `${parameter.name}=${percent(text)}`) },
  );
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}
