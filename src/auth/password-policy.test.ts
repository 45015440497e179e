import { expect, test } from "vitest";
import { ConfigError } from "../errors.ts";
import { checkPassword } from "./password-policy.ts";

const email = "Ann.Example@corp.example";

test.each([
  "correct horse battery",
  "zwölf Zeichen",
  "            spaces are fine",
  "🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑x",
  "x".repeat(3) + "y".repeat(197),
])("%j is a password", (password) => {
  expect(() => checkPassword(password, email)).not.toThrow();
});

test.each([
  ["elevenchars", "too short"],
  ["🔑🔑🔑🔑🔑🔑", "too short"],
  ["xy".repeat(101), "too long"],
  ["ann.example@CORP.example", "is the e-mail address"],
  ["aaaaaaaaaaaa", "first that anyone tries"],
  ["PasswordPassword", "first that anyone tries"],
  ["Password-1234", "first that anyone tries"],
  ["123456789012", "first that anyone tries"],
  ["abcdefghijklm", "first that anyone tries"],
])("%j is refused: %s", (password, words) => {
  const check = () => checkPassword(password, email, "newPassword");
  expect(check).toThrow(ConfigError);
  expect(check).toThrow(words);
  expect(check).toThrow(expect.objectContaining({ field: "newPassword" }));
});

test("the message never repeats the password", () => {
  for (const password of ["hunter2", "123456789012", email])
    expect(() => checkPassword(password, email)).not.toThrow(password);
});
