import { ConfigError } from "../errors.ts";

const maxLength = 254;

/** One address, one spelling: upper and lower case are the same. */
export function normalizeEmail(text: string): string {
  return text.trim().normalize("NFC").toLowerCase();
}

/** Whether a normalized text can be the address of a user at all. */
export function isEmail(email: string): boolean {
  return email.length <= maxLength && /^[^\s@\p{C}]+@[^\s@\p{C}]+$/u.test(email);
}

/** @throws ConfigError when it is no e-mail address */
export function parseEmail(text: string): string {
  const email = normalizeEmail(text);
  if (!isEmail(email))
    throw new ConfigError("This is no e-mail address: write it as name@example.com.", { field: "email" });
  return email;
}

const maxNameLength = 100;

/** A person's or a token's name, as it is shown. @throws ConfigError */
export function parseName(text: string): string {
  const name = text.trim();
  if (name === "" || name.length > maxNameLength || /\p{C}/u.test(name))
    throw new ConfigError(`A name has 1 to ${maxNameLength} characters on one line.`, { field: "name" });
  return name;
}
