import { AddressError } from "../../errors.ts";
import { isLoopbackHost, isNamedHost } from "../allowed-host.ts";
import type { HostRules } from "../connector.ts";

/** Which form field is read, in words for its error messages. */
export interface PastedField {
  field: "apiEndpoint" | "tokenUrl";
  title: string;
  /** What would have been right. */
  hint: string;
}

export interface PastedUrl {
  url: URL;
  /** Without trailing slashes; empty for the root. */
  path: string;
  /** The host and port are among the allowed ones: http and any path are fine there. */
  isAllowedByName: boolean;
  refusePortAndQuery(): void;
}

const longest = 2_000;

/**
 * A host or URL as people paste it. User names and passwords in it are refused and never repeated in a message.
 * @throws AddressError naming the field
 */
export function parsePasted(text: string, { field, title, hint }: PastedField, rules: HostRules): PastedUrl {
  const refuse = (problem: string, meant?: string) => new AddressError(problem, { field, hint, meant });
  if (text === "") throw refuse(`The ${title} is empty.`);
  if (text.length > longest) throw refuse(`The ${title} is longer than any address.`);
  if (/[\s\p{Cc}\\]/u.test(text)) throw refuse(`The ${title} has a space or another character that no address has.`);

  const url = toUrl(text, rules);
  if (url === null) throw refuse(`The ${title} is not an address.`);
  if (url.username !== "" || url.password !== "") {
    throw refuse(`The ${title} holds a user name or password. Enter the address alone.`);
  }
  const isAllowedByName = isNamedHost(url, rules.allowedHosts);
  if (url.protocol === "http:" && !isAllowedByName) throw refuse(`The ${title} must start with https://, not http://.`);
  if (url.protocol !== "http:" && url.protocol !== "https:") throw refuse(`The ${title} must start with https://.`);
  const own = `https://${url.hostname}`;
  return {
    url,
    path: url.pathname.replace(/\/+$/, ""),
    isAllowedByName,
    refusePortAndQuery() {
      if (url.port !== "")
        throw refuse(`The ${title} has a port (${url.port}). Wiz answers on 443 alone: leave it out.`, own);
      if (url.search !== "" || url.hash !== "")
        throw refuse(`The ${title} has something after its path. Leave it out.`, own);
    },
  };
}

function toUrl(text: string, rules: HostRules): URL | null {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return URL.parse(text);
  const secure = URL.parse(`https://${text}`);
  const plain = URL.parse(`http://${text}`);
  // What listens on this machine without a scheme written before it is a test tenant on plain http.
  return plain !== null && isNamedHost(plain, rules.allowedHosts) && isLoopbackHost(plain.hostname) ? plain : secure;
}
