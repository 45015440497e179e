import { expect, test } from "vitest";
import { createEmulator } from "../../emulator/emulator.ts";
import { WizAuthError } from "../../errors.ts";
import type { Connection } from "../connector.ts";
import { createTokenSource } from "./auth.ts";
import { wizConnector } from "./connector.ts";
import { createRotatingTokens } from "./rotating-tokens.ts";

const allowedHosts = ["127.0.0.1:4400"];
const never = new AbortController().signal;

/** Tokens with a secret that the tenant does not know, and one that is stored by now. */
function setUp(stored: string) {
  const emulator = createEmulator({ findings: 20 });
  const asked: string[] = [];
  const fetch = (async (url: string, init: RequestInit) => {
    asked.push(new URLSearchParams(String(init.body)).get("client_secret") ?? "");
    return await emulator.fetch(url, init);
  }) as typeof globalThis.fetch;
  const form = { apiEndpoint: "127.0.0.1:4400", clientId: "emulator", clientSecret: "the-old-one" };
  const connection = wizConnector.parseConnection(form, { allowedHosts });
  const sources = new Map<string, ReturnType<typeof createTokenSource>>();
  const tokensOf = (one: Connection) => {
    const source = sources.get(one.clientSecret) ?? createTokenSource(one, { fetch, now: () => 0 });
    sources.set(one.clientSecret, source);
    return source;
  };
  let looks = 0;
  const tokens = createRotatingTokens(connection, tokensOf, async () => {
    looks += 1;
    return stored;
  });
  return { tokens, asked, looks: () => looks };
}

test("a refused secret is looked up anew, and all who were refused at once go on with one token of the new one", async () => {
  const { tokens, asked } = setUp("emulator-secret");
  const got = await Promise.all(Array.from({ length: 5 }, () => tokens.get(never)));
  expect(new Set(got).size).toBe(1);
  expect(asked).toEqual(["the-old-one", "emulator-secret"]);
});

test("a secret that is still the same is refused for good, and so is a new one that is wrong too", async () => {
  const same = setUp("the-old-one");
  await expect(same.tokens.get(never)).rejects.toBeInstanceOf(WizAuthError);
  expect(same.asked).toEqual(["the-old-one"]);
  const wrong = setUp("wrong-too");
  await expect(wrong.tokens.get(never)).rejects.toBeInstanceOf(WizAuthError);
  expect(wrong.asked).toEqual(["the-old-one", "wrong-too"]);
  expect(wrong.looks()).toBe(2);
});
