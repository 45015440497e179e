import { test as base, type Page } from "@playwright/test";
import { type Client, owner, setUp } from "./client.ts";
import { connect, expect, firstLoad, watch } from "./fixtures.ts";
import { startEmptyWeir, startTenant, type Tenant, type Weir } from "./world.ts";

/** Two tenants that see the same machines, loaded; the tests of a file leave it as it was. */
export interface Estate {
  a: Tenant;
  b: Tenant;
  weir: Weir;
  client: Client;
  integrations: { a: string; b: string };
}

export const test = base.extend<{ page: Page }, { estate: Estate }>({
  estate: [
    // biome-ignore lint/correctness/noEmptyPattern: playwright reads the names of the fixtures from it
    async ({}, use) => {
      const [a, b] = await Promise.all(["a", "b"].map(startView));
      if (a === undefined || b === undefined) throw new Error("An estate has two views.");
      const weir = await startEmptyWeir([a.host, b.host]);
      const client = await setUp(weir.url, weir.setupToken);
      const first = await connect(client, a, "tenant a");
      const second = await connect(client, b, "tenant b");
      await firstLoad(client, first.id);
      await firstLoad(client, second.id);
      await use({ a, b, weir, client, integrations: { a: first.id, b: second.id } });
      await weir.stop();
      await a.stop();
      await b.stop();
    },
    { scope: "worker", timeout: 120_000 },
  ],
  baseURL: async ({ estate }, use) => use(estate.weir.url),
  page: async ({ page, estate }, use) => {
    const problems = watch(page);
    const data = { email: owner.email, password: owner.password };
    await page.request.post("/api/v1/auth/login", { data, headers: { origin: estate.weir.url } });
    await use(page);
    expect(problems).toEqual([]);
  },
});

function startView(view: string): Promise<Tenant> {
  return startTenant(["--findings", "400", "--estate", view, "--estate-machines", "300"]);
}
