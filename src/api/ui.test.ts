import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { createRouter } from "./router.ts";
import { securityHeaders } from "./security-headers.ts";
import { servePages } from "./ui.ts";

const directory = mkdtempSync(join(tmpdir(), "weir-pages-"));

mkdirSync(join(directory, "assets"));
writeFileSync(join(directory, "index.html"), "<!doctype html><title>Weir</title>");
writeFileSync(join(directory, "assets/index-abc.js"), "export const here = true;");
writeFileSync(join(directory, "assets/index-abc.js.br"), brotliCompressSync("export const here = true;"));
writeFileSync(join(directory, ".sources"), "not for others");
afterAll(() => rmSync(directory, { recursive: true }));

function appAt(place: string) {
  const app = createRouter();
  app.use(securityHeaders());
  app.use(servePages(place));
  app.get("/api/v1/thing", (c) => c.json({}));
  return app;
}

describe("pages", () => {
  const app = appAt(directory);

  it("answers every address that is no file with the start, never to be kept without asking", async () => {
    for (const path of ["/", "/findings/vulnerabilities", "/admin/settings/integrations/0b9f"]) {
      const answer = await app.request(path);
      expect(answer.status, path).toBe(200);
      expect(await answer.text()).toContain("<title>Weir</title>");
      expect(answer.headers.get("cache-control")).toBe("no-cache");
    }
  });

  it("lets files that are named by their content be kept for ever, packed for whoever takes that", async () => {
    const answer = await app.request("/assets/index-abc.js", { headers: { "accept-encoding": "gzip, br" } });
    expect(answer.headers.get("content-encoding")).toBe("br");
    expect(answer.headers.get("cache-control")).toContain("immutable");
    expect(answer.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    const plain = await app.request("/assets/index-abc.js");
    expect(await plain.text()).toBe("export const here = true;");
  });

  it("has a policy without scripts in pages, and leaves the API its own", async () => {
    const policy = (await app.request("/")).headers.get("content-security-policy") ?? "";
    const scripts = policy.split(";").find((part) => part.trim().startsWith("script-src"));
    expect(scripts?.trim()).toBe("script-src 'self'");
    expect(policy).toContain("default-src 'none'");
    const file = (await app.request("/assets/index-abc.js")).headers;
    expect(file.get("content-security-policy")).toBe("default-src 'none'; frame-ancestors 'none'");
    expect(file.get("x-content-type-options")).toBe("nosniff");
    expect(file.get("cross-origin-resource-policy")).toBe("same-origin");
    const data = (await app.request("/api/v1/thing")).headers.get("content-security-policy");
    expect(data).toBe("default-src 'none'; frame-ancestors 'none'");
  });

  it("does not answer for a script that is gone, for the API, for a change or with what is no page", async () => {
    expect((await app.request("/assets/index-old.js")).status).toBe(404);
    expect((await app.request("/api/v1/nothing")).status).toBe(404);
    expect((await app.request("/metrics")).status).toBe(404);
    expect((await app.request("/", { method: "POST" })).status).toBe(404);
    expect(await (await app.request("/.sources")).text()).not.toContain("not for others");
    expect(await (await app.request("/../package.json")).text()).toContain("<title>Weir</title>");
  });

  it("says what to do when the pages are not built", async () => {
    const answer = await appAt(join(directory, "nowhere")).request("/");
    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain("npm run build");
  });
});
