import { describe, expect, it } from "vitest";
import { createTestClient } from "../test-client.ts";

const question = "{ vulnerabilityFindings(first: 1) { nodes { id } } }";

describe("the token endpoint", () => {
  it("hands out a bearer token that lives a day", async () => {
    const { status, body } = await createTestClient().token();
    expect(status).toBe(200);
    expect(body).toMatchObject({ expires_in: 86_400, token_type: "Bearer", refresh_token: "" });
  });

  it("hands out tokens that live 15 minutes, as government tenants do, and end with 401 Unauthorized", async () => {
    const client = createTestClient({ tokenLifeSeconds: 900 });
    const { body } = await client.token();
    expect(body.expires_in).toBe(900);
    const ask = () => client.query(question, {}, { headers: { authorization: `Bearer ${body.access_token}` } });
    client.emulator.advance(899);
    expect((await ask()).status).toBe(200);
    client.emulator.advance(1);
    expect(await ask()).toMatchObject({ status: 401, text: "Unauthorized" });
  });

  it("makes a JWT that names the data centre and hides the scopes", async () => {
    const { body } = await createTestClient().token();
    const claims = JSON.parse(Buffer.from(body.access_token.split(".")[1], "base64url").toString());
    expect(claims).toMatchObject({ dc: expect.stringMatching(/^[a-z]+\d+$/), encodedScopes: expect.any(String) });
    expect(JSON.stringify(claims)).not.toContain("read:");
  });

  it("refuses a wrong secret and an unknown client alike", async () => {
    const client = createTestClient();
    expect(await client.token({ client_secret: "wrong" })).toEqual({ status: 401, body: { error: "invalid_client" } });
    expect(await client.token({ client_id: "nobody" })).toEqual({ status: 401, body: { error: "invalid_client" } });
  });

  it("wants a form, the client-credentials grant and both halves of the credentials", async () => {
    const client = createTestClient();
    expect((await client.token({}, { headers: { "content-type": "application/json" } })).status).toBe(400);
    expect(await client.token({ grant_type: "password" })).toEqual({
      status: 400,
      body: { error: "unsupported_grant_type" },
    });
    expect((await client.token({ client_secret: "" })).status).toBe(400);
  });

  it("wants its own audience, in the form or in the query string", async () => {
    const client = createTestClient();
    expect((await client.token({ audience: "beyond-api" })).status).toBe(403);
    const withoutAudience = new URLSearchParams({
      grant_type: "client_credentials",
      client_id: "emulator",
      client_secret: "emulator-secret",
    });
    const post = (path: string) =>
      client.emulator.fetch(`http://wiz.test${path}`, { method: "POST", body: withoutAudience });
    expect((await post("/oauth/token")).status).toBe(403);
    expect((await post("/oauth/token?audience=wiz-api")).status).toBe(200);
  });

  it("speaks as Auth0 did, with its audience, its errors and the scopes in the answer", async () => {
    const client = createTestClient({ authStyle: "auth0" });
    const { status, body } = await client.token({ audience: "beyond-api" });
    expect(status).toBe(200);
    expect(body.scope).toContain("read:issues");
    expect((await client.token({ audience: "wiz-api" })).status).toBe(403);
    expect(await client.token({ client_secret: "wrong" })).toEqual({
      status: 401,
      body: { error: "access_denied", error_description: "Unauthorized" },
    });
  });

  it("wants the new secret after it was rotated, while tokens that were handed out stay good", async () => {
    const client = createTestClient();
    const { body } = await client.token();
    await client.post("/emulator/secret", { secret: "new" });
    expect((await client.token()).status).toBe(401);
    expect((await client.token({ client_secret: "new" })).status).toBe(200);
    const old = { headers: { authorization: `Bearer ${body.access_token}` } };
    expect((await client.query(question, {}, old)).status).toBe(200);
    await client.post("/emulator/revoke", {});
    expect((await client.query(question, {}, old)).status).toBe(401);
  });
});
