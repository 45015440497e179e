import { describe, expect, test } from "vitest";
import { ConfigError } from "../../errors.ts";
import type { ConnectionForm, HostRules } from "../connector.ts";
import { dataCentreOf, parseConnection } from "./endpoint.ts";

const none: HostRules = { allowedHosts: [] };
const local: HostRules = { allowedHosts: ["127.0.0.1:4400", "wiz-mirror.example.com"] };

function aForm(changes: Partial<ConnectionForm> = {}): ConnectionForm {
  return { apiEndpoint: "api.us1.app.wiz.io", clientId: "id", clientSecret: "s3cret", ...changes };
}

function refusal(changes: Partial<ConnectionForm>, rules = none): ConfigError {
  try {
    parseConnection(aForm(changes), rules);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error(`was accepted: ${JSON.stringify(changes)}`);
}

describe("the API endpoint", () => {
  test.each([
    ["api.us1.app.wiz.io", "https://api.us1.app.wiz.io/graphql"],
    ["  api.eu1.app.wiz.io/ ", "https://api.eu1.app.wiz.io/graphql"],
    ["https://api.us17.app.wiz.io", "https://api.us17.app.wiz.io/graphql"],
    ["https://api.us17.app.wiz.io/", "https://api.us17.app.wiz.io/graphql"],
    ["https://api.us17.app.wiz.io/graphql", "https://api.us17.app.wiz.io/graphql"],
    ["https://api.us17.app.wiz.io/graphql/", "https://api.us17.app.wiz.io/graphql"],
    ["HTTPS://API.US17.APP.WIZ.IO/graphql", "https://api.us17.app.wiz.io/graphql"],
    ["https://api.us17.app.wiz.io:443/graphql", "https://api.us17.app.wiz.io/graphql"],
    ["api.us2.app.wiz.us", "https://api.us2.app.wiz.us/graphql"],
    ["https://api.gov1.gov.wiz.io", "https://api.gov1.gov.wiz.io/graphql"],
    ["api.zz999.app.wiz.io", "https://api.zz999.app.wiz.io/graphql"],
    ["us17", "https://api.us17.app.wiz.io/graphql"],
    ["us2.app.wiz.us", "https://api.us2.app.wiz.us/graphql"],
  ])("W-23 Q-14 Q-15 Q-16 C-2 C-4: %s is read as %s", (typed, apiUrl) => {
    expect(parseConnection(aForm({ apiEndpoint: typed }), none).apiUrl).toBe(apiUrl);
  });

  test.each([
    ["US", "api.us1.app.wiz.io"],
    ["eu", "api.eu1.app.wiz.io"],
    ["US 2", "api.us2.app.wiz.io"],
  ])("W-18: the preset %s is %s with the token host auth.app.wiz.io", (typed, host) => {
    const connection = parseConnection(aForm({ apiEndpoint: typed }), none);
    expect(connection.apiUrl).toBe(`https://${host}/graphql`);
    expect(connection.tokenUrl).toBe("https://auth.app.wiz.io/oauth/token");
  });

  test.each([
    "app.wiz.io",
    "https://app.wiz.io",
    "https://app.wiz.io/issues#~(issue~'123)",
    "https://app.wiz.us/",
    "https://gov.wiz.io",
    "https://us17.app.wiz.io/inventory",
    "www.wiz.io",
  ])("W-38: the console URL %s is recognised and explained", (typed) => {
    const error = refusal({ apiEndpoint: typed });
    expect(error.field).toBe("apiEndpoint");
    expect(error.message).toMatch(/console/);
    expect(error.message).toMatch(/https:\/\/api\./);
  });

  test.each([
    ["", /empty/],
    ["   ", /empty/],
    ["http://api.us1.app.wiz.io", /https/],
    ["ftp://api.us1.app.wiz.io", /https/],
    ["file:///etc/passwd", /https/],
    ["https://api.us1.app.wiz.io/graphql/graphql", /path/],
    ["https://api.us1.app.wiz.io/v1", /path/],
    ["https://api.us1.app.wiz.io:8443/graphql", /port/],
    ["https://api.us1.app.wiz.io/graphql?x=1", /after its path/],
    ["https://api.us1.app.wiz.io/#top", /after its path/],
    ["https://api.us1.app.wiz.io\\@example.com", /character/],
    ["api.us1.app.wiz.io example.com", /space/],
    ["https://api.us1.app.wiz.io.example.com", /not a host of Wiz/],
    ["https://example.com/api.us1.app.wiz.io", /not a host of Wiz/],
    ["https://xapi.us1.app.wiz.io", /not an API host/],
    ["https://api.us1.app.wiz.io.", /not a host of Wiz/],
    ["https://api..app.wiz.io", /not an API host/],
    ["https://api.us-1.app.wiz.io", /not an API host/],
    ["https://api.us1.evil.app.wiz.io", /not an API host/],
    ["https://api.us1.test.wiz.io", /not an API host in an environment/],
    ["https://api.us1.app.wiz.eu", /not a host of Wiz/],
    ["https://auth.app.wiz.io", /token host/],
    ["https://169.254.169.254/graphql", /not a host of Wiz/],
    ["https://[::1]/graphql", /not a host of Wiz/],
    ["http://127.0.0.1:4400", /https/],
    ["https://", /not an address/],
  ])("C-2: %s is refused", (typed, message) => {
    const error = refusal({ apiEndpoint: typed });
    expect(error.field).toBe("apiEndpoint");
    expect(error.message).toMatch(message);
  });

  test("a password in the address is refused and not repeated", () => {
    const error = refusal({ apiEndpoint: "https://me:hunter2@api.us1.app.wiz.io" });
    expect(error.message).toMatch(/user name or password/);
    expect(error.message).not.toMatch(/hunter2/);
  });

  test("the data centre is known again from the URL", () => {
    expect(dataCentreOf("https://api.us17.app.wiz.io/graphql")).toBe("us17");
    expect(dataCentreOf("http://127.0.0.1:4400/graphql")).toBeNull();
  });
});

describe("the token URL", () => {
  test.each([
    ["api.us1.app.wiz.io", "https://auth.app.wiz.io/oauth/token"],
    ["api.us2.app.wiz.us", "https://auth.app.wiz.us/oauth/token"],
    ["api.gov1.gov.wiz.io", "https://auth.gov.wiz.io/oauth/token"],
  ])("Q-21: follows the environment of %s", (apiEndpoint, tokenUrl) => {
    const connection = parseConnection(aForm({ apiEndpoint }), none);
    expect(connection.tokenUrl).toBe(tokenUrl);
    expect(connection.audience).toBe("wiz-api");
  });

  test.each([
    "auth.app.wiz.io",
    "https://auth.app.wiz.io",
    "https://auth.app.wiz.io/",
    "https://auth.app.wiz.io/oauth/token",
    " https://auth.app.wiz.io/oauth/token/ ",
  ])("W-24 Q-13 Q-20 C-2: %s is read whole", (tokenUrl) => {
    expect(parseConnection(aForm({ tokenUrl }), none).tokenUrl).toBe("https://auth.app.wiz.io/oauth/token");
  });

  test.each([
    ["auth.wiz.io", "api.us1.app.wiz.io"],
    ["https://auth0.gov.wiz.io/oauth/token", "api.us1.gov.wiz.io"],
  ])("the legacy host %s wants the audience beyond-api", (tokenUrl, apiEndpoint) => {
    expect(parseConnection(aForm({ tokenUrl, apiEndpoint }), none).audience).toBe("beyond-api");
  });

  test("another environment than the API's is refused with the right URL", () => {
    const error = refusal({ apiEndpoint: "api.us2.app.wiz.us", tokenUrl: "https://auth.app.wiz.io/oauth/token" });
    expect(error.field).toBe("tokenUrl");
    expect(error.message).toMatch("https://auth.app.wiz.us/oauth/token");
  });

  test.each([
    ["https://example.com/oauth/token", /not a token host/],
    ["https://api.us1.app.wiz.io/oauth/token", /not a token host/],
    ["http://auth.app.wiz.io/oauth/token", /https/],
    ["https://auth.app.wiz.io/token", /path/],
    ["https://auth.app.wiz.io:444/oauth/token", /port/],
    ["https://u:p@auth.app.wiz.io/oauth/token", /user name or password/],
  ])("Q-44: %s is refused", (tokenUrl, message) => {
    const error = refusal({ tokenUrl });
    expect(error.field).toBe("tokenUrl");
    expect(error.message).toMatch(message);
  });
});

describe("hosts allowed by name", () => {
  test.each([
    ["127.0.0.1:4400", "http://127.0.0.1:4400/graphql", "http://127.0.0.1:4400/oauth/token"],
    ["http://127.0.0.1:4400/", "http://127.0.0.1:4400/graphql", "http://127.0.0.1:4400/oauth/token"],
    ["http://127.0.0.1:4400/graphql", "http://127.0.0.1:4400/graphql", "http://127.0.0.1:4400/oauth/token"],
    ["wiz-mirror.example.com", "https://wiz-mirror.example.com/graphql", "https://wiz-mirror.example.com/oauth/token"],
    ["http://wiz-mirror.example.com/a", "http://wiz-mirror.example.com/a", "http://wiz-mirror.example.com/oauth/token"],
  ])("%s is read as %s", (apiEndpoint, apiUrl, tokenUrl) => {
    const connection = parseConnection(aForm({ apiEndpoint }), local);
    expect(connection.apiUrl).toBe(apiUrl);
    expect(connection.tokenUrl).toBe(tokenUrl);
  });

  test("the port is part of the name", () => {
    expect(refusal({ apiEndpoint: "http://127.0.0.1:4401" }, local).message).toMatch(/https/);
    expect(refusal({ apiEndpoint: "https://127.0.0.1:4401" }, local).message).toMatch(/not a host of Wiz/);
  });
});

describe("the credentials", () => {
  test.each(["clientId", "clientSecret"] as const)("W-25 W-26: an empty %s is refused by name", (field) => {
    const error = refusal({ [field]: "  " });
    expect(error.field).toBe(field);
    expect(error.message).toMatch(/empty/);
  });

  test("a secret with a line break inside is refused and not repeated", () => {
    const error = refusal({ clientSecret: "abc\ndef" });
    expect(error.field).toBe("clientSecret");
    expect(error.message).not.toMatch(/abc|def/);
  });

  test("spaces around them are not part of them", () => {
    const connection = parseConnection(aForm({ clientId: " id ", clientSecret: "s\n" }), none);
    expect([connection.clientId, connection.clientSecret]).toEqual(["id", "s"]);
  });
});

test("the account key is the same for one service account however its endpoint was typed, and has no secret in it", () => {
  const a = parseConnection(aForm({ apiEndpoint: "US" }), none);
  const b = parseConnection(aForm({ apiEndpoint: "https://api.us1.app.wiz.io/graphql/", clientSecret: "other" }), none);
  const c = parseConnection(aForm({ clientId: "id2" }), none);
  expect(a.accountKey).toBe(b.accountKey);
  expect(a.accountKey).not.toBe(c.accountKey);
  expect(a.accountKey).toMatch(/^[0-9a-f]{32}$/);
});
