import { describe, expect, test } from "vitest";
import { termState, toggleTerm, withoutTerm, withTerm } from "./query-edit.ts";

describe("a click on a value of a facet", () => {
  test.each([
    ["", "severity", "critical", "severity:critical"],
    ["severity:critical", "severity", "high", "severity:[critical, high]"],
    ["severity:[critical, high]", "severity", "low", "severity:[critical, high, low]"],
    ["severity:(critical OR high)", "severity", "low", "severity:[critical, high, low]"],
    ["openssl  web", "severity", "high", "openssl  web AND severity:high"],
    ["a OR b", "severity", "high", "(a OR b) AND severity:high"],
    ["(a OR b)", "severity", "high", "(a OR b) AND severity:high"],
    ["(cloud:aws  OR cloud:gcp) kev:true", "cloud", "azure", "cloud:[aws, gcp, azure] kev:true"],
    ["NOT severity:high", "severity", "high", "severity:high"],
    ["account:x", "account", null, "(account is null OR account:x)"],
    ["account is null", "account", "x", "(account is null OR account:x)"],
    ["tags.name:Wiz", "tags", "a b", "tags.name:Wiz AND tags:`a b`"],
    ["rule:`x`", "rule", "public", "rule:[`x`, `public`]"],
    ["x:and y:1", "y", "2", "x:and AND y:[1, 2]"],
    ["(a AND b) AND c", "y", "2", "a AND b AND c AND y:2"],
  ])("%j with %s %j is %j", (query, field, value, result) => {
    expect(withTerm(query, field, value)).toBe(result);
  });
});

describe("excluding", () => {
  test.each([
    ["", "severity", "low", "NOT severity:low"],
    ["severity:low", "severity", "low", "NOT severity:low"],
    ["severity:[low, high]", "severity", "low", "severity:high AND NOT severity:low"],
    ["NOT severity:low kev:true", "severity", "medium", "NOT severity:[low, medium] kev:true"],
    ["", "account", null, "account is not null"],
  ])("%j without %s %j is %j", (query, field, value, result) => {
    expect(withoutTerm(query, field, value)).toBe(result);
  });
});

test("a field is known by its other names when these are told", () => {
  const tags = { name: "tags", aliases: ["tags.name"] };
  expect(withTerm('Asset.Tags.Name:"Wiz"', { name: "tags", aliases: ["asset.tags.name"] }, "x")).toBe(
    'Asset.Tags.Name:["Wiz", x]',
  );
  expect(termState('tags.name:"wiz"', tags, "Wiz")).toBe("in");
  expect(toggleTerm('tags.name:"wiz" openssl', tags, "Wiz")).toBe("openssl");
});
