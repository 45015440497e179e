import { expect, test } from "vitest";
import { AddressError } from "../../errors.ts";
import { readEndpoint } from "./read-endpoint.ts";

const rules = { allowedHosts: ["127.0.0.1:4400", "wiz-mirror.example.com"] };
const read = (apiEndpoint: string, tokenUrl?: string) => readEndpoint({ apiEndpoint, tokenUrl }, rules);

function refusal(apiEndpoint: string, tokenUrl?: string): AddressError {
  try {
    read(apiEndpoint, tokenUrl);
  } catch (error) {
    if (error instanceof AddressError) return error;
    throw error;
  }
  throw new Error(`was understood: ${apiEndpoint}`);
}

test("Q-14 C-2 a whole address needs no remark", () => {
  for (const text of ["api.us17.app.wiz.io", "https://api.us17.app.wiz.io/graphql", " https://API.us17.app.wiz.io/ "])
    expect(read(text)).toEqual({
      apiEndpoint: "https://api.us17.app.wiz.io/graphql",
      tokenUrl: "https://auth.app.wiz.io/oauth/token",
      dataCentre: "us17",
      environment: "app.wiz.io",
      note: null,
    });
});

test("W-18 Q-15 C-4 what was guessed is said: the region's data centre, the environment of a data centre alone", () => {
  expect(read("us 2")).toMatchObject({ dataCentre: "us2", note: expect.stringMatching(/^The region US 2 is .* us2 /) });
  expect(read("us17")).toMatchObject({ dataCentre: "us17", note: expect.stringContaining("us17.app.wiz.us") });
  expect(read("us17.app.wiz.io").note).toBeNull();
});

test("Q-16 Q-21 an environment beside the commercial one is named with where its tokens come from", () => {
  expect(read("us2.app.wiz.us")).toMatchObject({
    tokenUrl: "https://auth.app.wiz.us/oauth/token",
    environment: "app.wiz.us",
    note: expect.stringContaining("auth.app.wiz.us"),
  });
  expect(read("https://api.gov1.gov.wiz.io").environment).toBe("gov.wiz.io");
});

test("a host that is not the vendor's says why it is called, and that plain http can be read", () => {
  expect(read("127.0.0.1:4400")).toMatchObject({
    apiEndpoint: "http://127.0.0.1:4400/graphql",
    dataCentre: null,
    environment: null,
    note: expect.stringMatching(/WEIR_ALLOWED_HOSTS.*plain http/),
  });
  expect(read("wiz-mirror.example.com").note).not.toMatch(/plain http/);
});

test("W-38 of a console's address, what it is and what to do instead stand apart, with the address that was meant", () => {
  expect(refusal("https://us17.app.wiz.io/inventory#~(x~'1)")).toMatchObject({
    field: "apiEndpoint",
    problem: expect.stringMatching(/^us17\.app\.wiz\.io is the address of the Wiz console/),
    hint: expect.stringContaining("https://api.us17.app.wiz.io"),
    meant: "https://api.us17.app.wiz.io",
  });
  expect(refusal("app.wiz.io").meant).toBeUndefined();
});

test("what was meant is itself understood", () => {
  const typed: [string, string?][] = [
    ["https://us17.app.wiz.io/issues"],
    ["https://api.us17.app.wiz.io/v1"],
    ["https://api.us17.app.wiz.io:8443"],
    ["https://api.us17.app.wiz.io/graphql?a=b"],
    ["us17", "https://auth.app.wiz.us/oauth/token"],
    ["us17", "https://auth.app.wiz.io/token"],
  ];
  for (const [text, tokenUrl] of typed) {
    const { field, meant = "" } = refusal(text, tokenUrl);
    expect(meant).not.toBe("");
    if (field === "apiEndpoint") expect(read(meant).dataCentre).toBe("us17");
    else expect(read(text, meant).tokenUrl).toBe("https://auth.app.wiz.io/oauth/token");
  }
});

test("a text of any length is answered, and not repeated", () => {
  expect(refusal("a".repeat(500_000)).message.length).toBeLessThan(500);
  expect(refusal("https://me:hunter2@api.us1.app.wiz.io").message).not.toContain("hunter2");
});
