import { afterAll, beforeAll, expect, test } from "vitest";
import { testApi } from "../../../test/api.ts";
import { type TestDatabase, testDatabase } from "../../../test/postgres.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

async function read(body: unknown, connector = "wiz") {
  const { as } = testApi(database);
  const answer = await as("admin").send("POST", `/api/v1/connectors/${connector}/endpoint`, body);
  return { status: answer.status, body: await answer.json() };
}

test("Q-14 Q-15 Q-21 what is typed is answered with what would be called", async () => {
  for (const id of ["wiz", "signal-client.wiz"])
    expect(await read({ text: "https://api.us17.app.wiz.us" }, id)).toEqual({
      status: 200,
      body: {
        ok: true,
        apiEndpoint: "https://api.us17.app.wiz.us/graphql",
        tokenUrl: "https://auth.app.wiz.us/oauth/token",
        dataCentre: "us17",
        environment: "app.wiz.us",
        note: expect.stringContaining("FedRAMP"),
      },
    });
});

test("W-38 what is not understood is no error: it says what is wrong, what to do, and what was meant", async () => {
  expect(await read({ text: "https://us17.app.wiz.io/inventory" })).toEqual({
    status: 200,
    body: {
      ok: false,
      field: "text",
      message: "us17.app.wiz.io is the address of the Wiz console, where people sign in.",
      hint: expect.stringContaining("Tenant Info"),
      suggestion: "https://api.us17.app.wiz.io",
    },
  });
  for (const text of ["", " ", "u", "\u0000", "\ud800", "<b>", "a".repeat(400_000), "https://x:y@z"])
    expect(await read({ text })).toMatchObject({ status: 200, body: { ok: false, suggestion: null } });
});

test("a token URL of another environment is named as what is wrong", async () => {
  const { body } = await read({ text: "us17", tokenUrl: "https://auth.app.wiz.us/oauth/token" });
  expect(body).toMatchObject({ ok: false, field: "tokenUrl", suggestion: "https://auth.app.wiz.io/oauth/token" });
  expect((await read({ text: "us17", tokenUrl: null })).body).toMatchObject({ ok: true });
});

test("an unknown connector is one", async () => {
  expect((await read({ text: "us17" }, "other")).status).toBe(404);
});
