import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Agent, fetch } from "undici";
import { expect, test } from "vitest";
import { testApi } from "../../test/api.ts";
import { aCertificate } from "../../test/certificate.ts";
import { testDatabase } from "../../test/postgres.ts";
import { addUser } from "../auth/users.ts";
import { listenSecurely } from "./https.ts";

test("W-20 whoever signs in over https has a session that is sent over https alone, and may change things with it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "weir-https-"));
  const tls = { certFile: join(folder, "weir.pem"), keyFile: join(folder, "weir.key") };
  const { cert, key } = aCertificate();
  writeFileSync(tls.certFile, cert);
  writeFileSync(tls.keyFile, key);
  const database = await testDatabase();
  const { api, deps } = testApi(database);
  const user = { email: "ann@weir.test", role: "viewer", password: "a few words in a row" } as const;
  await addUser(deps, user, { actor: { type: "cli", id: null, name: "test" }, address: null });
  const server = await listenSecurely(api, { host: "127.0.0.1", port: 0 }, { ...deps, tls });
  const dispatcher = new Agent({ connect: { ca: cert } });
  try {
    const send = (path: string, headers: Record<string, string>, body?: unknown) =>
      fetch(`${server.url}/api/v1/${path}`, {
        method: body === undefined ? "GET" : "POST",
        headers: { "content-type": "application/json", origin: server.url, ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        dispatcher,
      });
    const { email, password } = user;
    const answer = await send("auth/login", { "x-forwarded-proto": "http" }, { email, password });
    expect(answer.status).toBe(200);
    expect(
      answer.headers.get("strict-transport-security"),
      "whatever else runs on this machine is not Weir's",
    ).toBeNull();
    const named = await api.fetch(new Request("https://weir.test/api/v1/auth/me", { headers: { host: "weir.test" } }));
    expect(named.headers.get("strict-transport-security")).toMatch(/^max-age=\d+$/);
    const [session = ""] = answer.headers.getSetCookie();
    expect(session).toMatch(/^__Host-weir_session=.*; Secure/);
    const cookie = session.split(";")[0] ?? "";
    expect((await send("auth/me", { cookie })).status).toBe(200);
    expect((await send("auth/logout", { cookie }, {})).status).toBeLessThan(300);
    expect((await send("auth/me", { cookie })).status).toBe(401);
  } finally {
    await dispatcher.close();
    await server.close();
    await database.close();
    rmSync(folder, { recursive: true });
  }
});
