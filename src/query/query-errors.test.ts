import { expect, test } from "vitest";
import { QueryError } from "../errors.ts";
import { readQuery } from "./bind.ts";
import { type Thing, things } from "./field.ts";
import { fields } from "./fields.ts";

const now = Date.parse("2026-03-31T12:34:56Z");

function errorOf(query: string, thing: Thing = "findings"): QueryError {
  try {
    readQuery(query, { thing, now });
  } catch (error) {
    if (error instanceof QueryError) return error;
    throw error;
  }
  throw new Error(`${query} was read without an error`);
}

/** Every way to be wrong: the query, where, what was probably meant, what the example shows. */
test.each<[string, number, string | undefined, string]>([
  // Signs and words.
  ['title:"remote', 6, undefined, 'title:"remote code"'],
  ["title:`remote", 6, undefined, "title:`remote code`"],
  ["title:'remote", 6, undefined, "title:'remote code'"],
  ["severity:“high", 9, undefined, 'title:"remote code"'],
  ["a\0b", 1, undefined, "severity:high"],
  ["severity:high AND", 17, undefined, "severity:high AND status:open"],
  ["AND severity:high", 0, undefined, "severity:high AND status:open"],
  ["severity:high OR OR kev:true", 17, undefined, "severity:high AND status:open"],
  ["severity:", 9, undefined, "severity:high AND status:open"],
  [": high", 0, undefined, "severity:high AND status:open"],
  ['"severity":high', 10, undefined, "severity:high AND status:open"],
  ["(cloud:aws", 0, undefined, "(cloud:aws OR cloud:azure)"],
  ["cloud:aws)", 9, undefined, "(cloud:aws OR cloud:azure) AND severity:high"],
  ["cloud:[aws, azure", 6, undefined, "cloud:[aws, azure]"],
  ["cloud:[aws azure]", 11, undefined, 'title:"remote code"'],
  ["cloud:[]", 7, undefined, "severity:[critical, high]"],
  ["cloud:aws, azure", 9, undefined, "severity:[critical, high]"],
  ["severity > [high]", 11, undefined, "severity:[critical, high]"],
  ["1 .. 2", 2, undefined, "firstFound:[2026-01-01 .. 2026-01-31]"],
  ["cvss:[1 .. 2 .. 3]", 13, undefined, "firstFound:[2026-01-01 .. 2026-01-31]"],
  ["kev:true && fix:true", 9, "AND", "severity:high AND status:open"],
  ["kev:true || fix:true", 9, "OR", "severity:high OR status:open"],
  ["!kev:true", 0, "NOT", "NOT status:open"],
  ["status != open", 7, "NOT", "NOT status:open"],
  ["status!=open", 6, "NOT", "NOT status:open"],
  // Names.
  ["sevrity:high", 0, "severity", "severity >= high"],
  ["sev:high", 0, "severity", "severity >= high"],
  ["findings.sevrity:high", 0, "severity", "severity >= high"],
  ["asset.nmae:web", 0, "asset.name", "asset.name:web-*"],
  ["tagz is null", 0, "tags", 'tags.name:"Wiz"'],
  ["nativeType:x", 0, undefined, "kind:vulnerability"],
  ["openPorts.port:22", 0, undefined, "kind:vulnerability"],
  ["https://example.com", 0, undefined, "kind:vulnerability"],
  ["asset:(nmae:web)", 7, "asset.name", "asset.name:web-*"],
  ["finding:(openssl)", 9, undefined, "finding:(kind:vulnerability)"],
  ["package:(name:a AND nmae:b)", 20, "package.name", "package.name:openssl"],
  // Values.
  ["severity:hihg", 9, "high", "severity >= high"],
  ["severity:zz*", 9, undefined, "severity >= high"],
  ["status:[open, resolvd]", 14, "resolved", "status:[open, in_progress]"],
  ["riskScore:high", 10, undefined, "riskScore >= 90"],
  ["riskScore:9*", 10, undefined, "riskScore >= 90"],
  ["riskScore > 12345678901", 12, undefined, "riskScore >= 90"],
  ["kev:maybe", 4, undefined, "kev:true"],
  ["asset.id:1", 9, undefined, "asset.id:0b9f1c1e-8a55-5f0e-9a43-6a1f4f0a7d11"],
  ["due:tomorrow", 4, undefined, "due < now"],
  ["due < 2026-02-30", 6, undefined, "due < now"],
  ["due:[now .. 0000]", 12, undefined, "due < now"],
  ["due > now-999999999y", 6, undefined, "due < now"],
  ["title >= a", 9, undefined, 'title:"remote code"'],
  ["cloud:[a .. b]", 7, undefined, "cloud:[aws, azure]"],
])("%j is refused at %i, meant was %s, and an example is %s", (query, position, suggestion, example) => {
  const error = errorOf(query);
  expect([error.position, error.suggestion, error.example]).toEqual([position, suggestion, example]);
  if (suggestion !== undefined) expect(error.message).toContain(` Did you mean ${suggestion}?`);
  expect(error.message).toMatch(/[.?] For example [^\n]+\.$/);
  expect(error.message).not.toMatch(/undefined|\.\.\./);
});

test.each(things)("the examples in the errors of %s are queries that work", (thing) => {
  for (const { name } of fields[thing])
    for (const query of [`${name}x:y`, `${name}:"\ud800"`, `${name} > ?`, `${name}:[* .. ?]`]) {
      const example = exampleOf(query, thing);
      if (example !== undefined) expect(() => readQuery(example, { thing, now })).not.toThrow();
    }
});

function exampleOf(query: string, thing: Thing): string | undefined {
  try {
    readQuery(query, { thing, now });
    return undefined;
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    return error.example ?? "an error without an example:";
  }
}

test("a long value or name is not repeated whole", () => {
  expect(errorOf(`severity:${"x".repeat(4000)}`).message.length).toBeLessThan(300);
  expect(errorOf(`${"x".repeat(4000)}:1`).message.length).toBeLessThan(300);
});
