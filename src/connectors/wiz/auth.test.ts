import { describe, expect, test } from "vitest";
import { errorText, WizAuthError, WizRateLimitError, WizUnavailableError } from "../../errors.ts";
import type { Connection } from "../connector.ts";
import { createTokenSource } from "./auth.ts";

const secret = "s3cr3t-that-nobody-may-see";
const connection: Connection = {
  apiUrl: "https://api.us17.app.wiz.io/graphql",
  tokenUrl: "https://auth.app.wiz.io/oauth/token",
  audience: "wiz-api",
  clientId: "client",
  clientSecret: secret,
  accountKey: "key",
};

const never = new AbortController().signal;

/** A token host that answers what it is told and remembers what it was asked. */
function setUp(answer: (count: number) => Response | Promise<Response>) {
  const requests: { url: string; init: RequestInit }[] = [];
  let time = 0;
  const fetch = (async (url: string, init: RequestInit) => {
    requests.push({ url, init });
    return answer(requests.length);
  }) as unknown as typeof globalThis.fetch;
  const tokens = createTokenSource(connection, { fetch, now: () => time, integrationGuid: "guid" });
  return {
    tokens,
    requests,
    pass: (ms: number) => {
      time += ms;
    },
  };
}

function aToken(text: string, expiresIn: unknown = 86_400): Response {
  return Response.json({ access_token: text, expires_in: expiresIn, token_type: "Bearer" });
}

async function refusal(answer: () => Response | Promise<Response>): Promise<Error> {
  return setUp(answer)
    .tokens.get(never)
    .then(
      () => new Error("a token was given"),
      (error) => error,
    );
}

test("W-08: asks for a token by client credentials, for the audience, as Wiz wants to be asked", async () => {
  const { tokens, requests } = setUp(() => aToken("t1"));
  expect(await tokens.get(never)).toBe("t1");
  expect(requests[0]?.url).toBe("https://auth.app.wiz.io/oauth/token");
  const headers = new Headers(requests[0]?.init.headers);
  expect(headers.get("content-type")).toBe("application/x-www-form-urlencoded");
  expect(headers.get("user-agent")).toMatch(/^guid\/weir\/\d+\.\d+\.\d+$/);
  expect(Object.fromEntries(new URLSearchParams(String(requests[0]?.init.body)))).toEqual({
    grant_type: "client_credentials",
    client_id: "client",
    client_secret: secret,
    audience: "wiz-api",
  });
});

test("many callers at once are one request", async () => {
  const { tokens, requests } = setUp((n) => aToken(`t${n}`));
  const all = await Promise.all(Array.from({ length: 20 }, () => tokens.get(never)));
  expect(new Set(all)).toEqual(new Set(["t1"]));
  expect(requests).toHaveLength(1);
});

describe("a token is renewed before it ends", () => {
  test.each([
    [86_400, 86_099_000, 86_101_000],
    [900, 809_000, 811_000],
    ["900", 809_000, 811_000],
    [10, 8_900, 9_100],
    [null, 809_000, 811_000],
    [-5, 809_000, 811_000],
  ])("with a life of %s seconds: kept at %s ms, another at %s ms", async (life, kept, renewed) => {
    const { tokens, pass } = setUp((n) => aToken(`t${n}`, life));
    await tokens.get(never);
    pass(kept);
    expect(await tokens.get(never)).toBe("t1");
    pass(renewed - kept);
    expect(await tokens.get(never)).toBe("t2");
  });

  test("and when it was refused, once however many say so", async () => {
    const { tokens, requests } = setUp((n) => aToken(`t${n}`));
    await tokens.get(never);
    tokens.refuse("t1");
    expect(await tokens.get(never)).toBe("t2");
    tokens.refuse("t1");
    expect(await tokens.get(never)).toBe("t2");
    expect(requests).toHaveLength(2);
  });
});

describe("W-35: refused credentials", () => {
  test.each([
    [401, '{"error":"access_denied","error_description":"Unauthorized"}', "401 access_denied"],
    [401, '{"error":"invalid_client"}', "401 invalid_client"],
    [400, '{"error":"invalid_client"}', "400 invalid_client"],
    [403, '{"message":"Forbidden"}', "403"],
    [401, "Unauthorized", "401"],
    [401, "", "401"],
    [400, "<html>", "400"],
  ])("with %s %s say what to check", async (status, body, said) => {
    const error = await refusal(() => new Response(body, { status }));
    expect(error).toBeInstanceOf(WizAuthError);
    expect(error.message).toContain(`(${said})`);
    for (const words of ["client ID", "client secret", "still exists", "token URL"])
      expect(error.message).toMatch(words);
  });

  test("never repeat what the host says, for it may be what we sent", async () => {
    const body = JSON.stringify({ error: `bad ${secret}`, error_description: `wrong secret ${secret}` });
    const error = await refusal(() => new Response(body, { status: 401 }));
    expect(errorText(error)).not.toContain(secret);
    expect(JSON.stringify(error)).not.toContain(secret);
  });
});

describe("a wrong token URL", () => {
  test.each([
    [404, "Not found"],
    [405, ""],
    [302, ""],
  ])("that answers %s is said", async (status, body) => {
    const error = await refusal(() => new Response(body, { status }));
    expect(error).toBeInstanceOf(WizAuthError);
    expect(error.message).toMatch(/token URL https:\/\/auth\.app\.wiz\.io\/oauth\/token is wrong/);
  });

  test.each(["{}", '{"access_token":""}', '{"access_token":7}'])("that answers %s is said", async (body) => {
    const error = await refusal(() => new Response(body));
    expect(error).toBeInstanceOf(WizAuthError);
    expect(error.message).toMatch(/no token in it: check the token URL/);
  });
});

describe("trouble that may pass", () => {
  test("is an answer that is no JSON: a page of text, or half of what it was to be", async () => {
    for (const body of ["<html>hello</html>", '{"access_token":"ab']) {
      const error = await refusal(() => new Response(body));
      expect(error).toBeInstanceOf(WizUnavailableError);
      expect(error.message).toMatch(/no JSON: if it goes on, check the token URL/);
    }
  });

  test("429 waits as long as it says", async () => {
    const error = await refusal(() => new Response("", { status: 429, headers: { "retry-after": "3" } }));
    expect(error).toBeInstanceOf(WizRateLimitError);
    expect((error as WizRateLimitError).retryAfterMs).toBe(3000);
  });

  test.each([500, 503])("%s is an outage, not a wrong secret", async (status) => {
    expect(await refusal(() => new Response("", { status }))).toBeInstanceOf(WizUnavailableError);
  });

  test("W-37: no connection is an outage that names the host and the region", async () => {
    const error = await refusal(() => {
      throw Object.assign(new TypeError("fetch failed"), {
        cause: Object.assign(new Error("getaddrinfo ENOTFOUND"), { code: "ENOTFOUND" }),
      });
    });
    expect(error).toBeInstanceOf(WizUnavailableError);
    expect(error.message).toMatch(/auth\.app\.wiz\.io cannot be reached: there is no such host/);
    expect(error.message).toMatch(/region/);
  });

  test("a failure is not remembered", async () => {
    const { tokens } = setUp((n) => (n === 1 ? new Response("", { status: 503 }) : aToken("t2")));
    await expect(tokens.get(never)).rejects.toBeInstanceOf(WizUnavailableError);
    expect(await tokens.get(never)).toBe("t2");
  });
});

test("a caller that gives up does not take the token from the others", async () => {
  let answer = (_: Response) => {};
  const { tokens, requests } = setUp(() => new Promise<Response>((resolve) => (answer = resolve)));
  const controller = new AbortController();
  const first = tokens.get(controller.signal);
  const second = tokens.get(never);
  controller.abort(new Error("cancelled"));
  await expect(first).rejects.toThrow("cancelled");
  answer(aToken("t1"));
  expect(await second).toBe("t1");
  expect(requests).toHaveLength(1);
});
