import { expect, test } from "vitest";
import { isSameRules, onlyOneLeft, toggled } from "./rules-choice.ts";

test("Q-28 rules stay in their order, whatever order they are turned on in", () => {
  expect(toggled(["hostname", "serial"], "cloud_instance")).toEqual(["cloud_instance", "serial", "hostname"]);
  expect(toggled(["cloud_instance", "serial"], "cloud_instance")).toEqual(["serial"]);
});

test("Q-28 the last rule that is on stays on", () => {
  expect(onlyOneLeft(["serial"])).toBe("serial");
  expect(onlyOneLeft(["serial", "fqdn"])).toBeNull();
  expect(toggled(["serial"], "serial")).toEqual(["serial"]);
});

test("rules are the same in whatever order they are named", () => {
  expect(isSameRules(["serial", "fqdn"], ["fqdn", "serial"])).toBe(true);
  expect(isSameRules(["serial"], ["fqdn"])).toBe(false);
});
