import fc from "fast-check";
import { hostileText } from "../hostile.ts";
import type { ApiDocument, Schema } from "./document.ts";
import { latin1 } from "./encode.ts";

/** What the fuzzer puts where a secret belongs; no answer may hold it. */
export const secretMark = "hush-hush";

/** A value as the schema wants it, as far as the fuzzer understands the schema. */
export function valueFor(document: ApiDocument, schema: Schema, name: string, depth = 0): fc.Arbitrary<unknown> {
  const inner = (next: Schema) => valueFor(document, next, name, depth + 1);
  if (depth > 12) return fc.constant(null);
  if (schema.$ref !== undefined)
    return inner(document.components?.schemas?.[schema.$ref.split("/").at(-1) ?? ""] ?? {});
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return fc.oneof(...choices.map(inner));
  if (schema.allOf !== undefined)
    return fc.tuple(...schema.allOf.map(inner)).map((all) => Object.assign({}, ...(all as object[])));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (Array.isArray(schema.type)) return fc.oneof(...schema.type.map((type) => inner({ ...schema, type })));
  if (schema.type === "object") return objectOf(document, schema, depth);
  if (schema.type === "array") return fc.array(inner(schema.items ?? {}), { maxLength: 3 });
  return plainValue(schema, name);
}

function objectOf(document: ApiDocument, schema: Schema, depth: number): fc.Arbitrary<unknown> {
  const properties = Object.entries(schema.properties ?? {}).map(
    ([name, property]) => [name, valueFor(document, property, name, depth + 1)] as const,
  );
  // Often all of them, so that what is required is there; now and then one is left out.
  return fc
    .tuple(fc.record(Object.fromEntries(properties)), fc.nat(29))
    .map(([whole, left]) => Object.fromEntries(Object.entries(whole).filter((_, i) => i !== left)));
}

function plainValue(schema: Schema, name: string): fc.Arbitrary<unknown> {
  if (/secret|password/i.test(name)) return fc.nat(99).map((n) => `${secretMark}-${n}-Aa1!aaaaaaaaaaaa`);
  if (name === "email") return fc.nat(50).map((n) => `someone-${n}@weir.test`);
  if (name === "name") return fc.nat(50).map((n) => `name-${n}`);
  const examples = [schema.example, ...(schema.examples ?? [])].filter((example) => example !== undefined);
  const plain = fc.constantFrom(...(examples.length > 0 ? examples : ["prod"]));
  if (schema.type === "integer" || schema.type === "number")
    return fc.integer({ min: schema.minimum ?? 0, max: Math.min(schema.maximum ?? 1000, 10_000) });
  if (schema.type === "boolean") return fc.boolean();
  if (schema.type === "null") return fc.constant(null);
  if (schema.format === "uuid") return fc.uuid();
  if (schema.format === "date-time") return fc.constantFrom("2026-08-01T00:00:00Z", "2099-01-01T00:00:00+02:00");
  return fc.oneof({ weight: 6, arbitrary: plain }, fc.string({ maxLength: 20 }));
}

/** A body that fits, one with something in it replaced, left out or added, or one that is none. */
export function bodyOf(document: ApiDocument, schema: Schema): fc.Arbitrary<string> {
  const good = valueFor(document, schema, "");
  return fc.oneof(
    { weight: 4, arbitrary: good.map((value) => latin1(JSON.stringify(value))) },
    {
      weight: 6,
      arbitrary: fc.tuple(good, fc.nat(1000), anyJson).map(([value, at, put]) => latin1(replaceIn(value, at, put))),
    },
    { weight: 2, arbitrary: anyBody },
  );
}

const wrongKeys = [
  '"__proto__":{"isAdmin":true}',
  '"constructor":{"prototype":{"isAdmin":true}}',
  '"toString":1',
  '"extra":[1]',
  '"id":"x"',
];

const anyJson: fc.Arbitrary<string> = fc.oneof(
  hostileText.map((text) => JSON.stringify(text)),
  fc.json({ maxDepth: 3 }),
  fc.constantFrom(
    "null",
    "true",
    "0",
    "-1",
    "1e999",
    "1e308",
    "[]",
    "{}",
    "[[[]]]",
    '""',
    "123456789012345678901234567890",
    "0.1",
  ),
  fc.constantFrom(
    '"\\ud800"',
    '"\\u0000"',
    '{"__proto__":1}',
    "[null]",
    `"${"x".repeat(70_000)}"`,
    `[${"0,".repeat(5000)}0]`,
  ),
);

/** The value as JSON with its n-th part replaced by another text of JSON, left out, or joined by a wrong key. */
function replaceIn(value: unknown, at: number, put: string): string {
  const text = JSON.stringify(value) ?? "null";
  const parts = [...text.matchAll(/(?<=:)(?:"(?:[^"\\]|\\.)*"|[\w.+-]+|\[\]|\{\})/g)];
  const part = parts[at % (parts.length + 1)];
  if (part === undefined) return text.replace(/^\{/, `{${wrongKeys[at % wrongKeys.length]}${text === "{}" ? "" : ","}`);
  return text.slice(0, part.index) + put + text.slice(part.index + part[0].length);
}

const noJson = [
  ...[
    "",
    " ",
    "{",
    "}",
    '{"a":',
    "{'a':1}",
    "[1,]",
    "nul",
    '"\xff\xfe"',
    '{"a":"\xc3\x28"}',
    "\xef\xbb\xbf{}",
    "\0",
    "a=1&b=2",
  ],
  '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--',
  "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
];

const deep = (open: string, close: string, n: number) => open.repeat(n) + close.repeat(n);

const giants = [`"${"x".repeat(999_000)}"`, `"${"x".repeat(1_200_000)}"`, `{"name":"${"é".repeat(300_000)}"}`].map(
  latin1,
);

/** What is no body of any route. */
export const anyBody: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: anyJson.map(latin1) },
  { weight: 6, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString("latin1")) },
  { weight: 6, arbitrary: fc.constantFrom(...noJson) },
  { weight: 2, arbitrary: fc.constantFrom(deep("[", "]", 5000), deep('{"a":', "1}", 3000), deep("[", "", 100_000)) },
  { weight: 1, arbitrary: fc.constantFrom(...giants, `{${'"a":1,'.repeat(5000)}"a":2}`) },
);
