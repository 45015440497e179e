import { ConfigError } from "../errors.ts";

export const passwordLength = { min: 12, max: 200 } as const;

/** Long enough, and the first that anyone tries. */
const silly = new Set([
  "123456789abc",
  "1q2w3e4r5t6y",
  "1qaz2wsx3edc",
  "1234567890ab",
  "adminadmin123",
  "administrator",
  "administrator1",
  "changeme1234",
  "correcthorsebatterystaple",
  "iloveyou1234",
  "letmein12345",
  "password1234",
  "password12345",
  "password123456",
  "passw0rd1234",
  "qwerty123456",
  "qwertyuiop12",
  "qwertyuiop123",
  "qwertyuiopasdf",
  "welcome12345",
]);

const rows = ["12345678901234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm"];

/**
 * Length and a few that are refused, no rules about kinds of characters (NIST SP 800-63B-4, section 3.1.1.2).
 * @throws ConfigError that says what to change
 */
export function checkPassword(password: string, email: string, field = "password"): void {
  const problem = problemOf(password, email.toLowerCase());
  if (problem !== null) throw new ConfigError(problem, { field });
}

function problemOf(password: string, email: string): string | null {
  const length = [...password].length;
  if (length < passwordLength.min)
    return `The password is too short: take at least ${passwordLength.min} characters. A few words in a row are fine.`;
  if (length > passwordLength.max) return `The password is too long: take at most ${passwordLength.max} characters.`;
  const plain = password.toLowerCase().trim();
  if (plain === email || plain === email.split("@")[0])
    return "The password is the e-mail address: choose another, which nobody can look up.";
  const letters = plain.replace(/[^\p{L}\p{N}]/gu, "");
  if (silly.has(letters) || isRepeated(plain) || rows.some((row) => row.includes(plain)))
    return "The password is one of the first that anyone tries: choose another. A few words in a row are fine.";
  return null;
}

/** `aaaaaaaaaaaa`, `abcabcabcabc`, `passwordpassword`. */
function isRepeated(text: string): boolean {
  return /^(.{1,8})\1+$/su.test(text);
}
