import { type AddressInfo, createServer } from "node:net";
import { test as base, type Page } from "@playwright/test";
import { type Client, owner, setUp } from "./client.ts";
import { expect, watch } from "./fixtures.ts";
import { startEmptyWeir, startTenant, type Tenant, type Weir } from "./world.ts";

/** Where things go wrong on purpose; each test takes away what it made. */
export interface World {
  /** A tenant where all goes well for whoever has the right credentials. */
  calm: Tenant;
  /** One that fails in every way that it is told to. */
  rough: Tenant;
  /** A host that nobody answers on. */
  silent: string;
  weir: Weir;
  client: Client;
}

export const test = base.extend<{ page: Page }, { world: World }>({
  world: [
    // biome-ignore lint/correctness/noEmptyPattern: playwright reads the names of the fixtures from it
    async ({}, use) => {
      const [calm, rough, silent] = await Promise.all([startTenant(), startTenant(["--seed", "3"]), unusedHost()]);
      const weir = await startEmptyWeir([calm.host, rough.host, silent]);
      await use({ calm, rough, silent, weir, client: await setUp(weir.url, weir.setupToken) });
      await weir.stop();
      await calm.stop();
      await rough.stop();
    },
    { scope: "worker", timeout: 120_000 },
  ],
  baseURL: async ({ world }, use) => use(world.weir.url),
  page: async ({ page, world }, use) => {
    const problems = watch(page);
    const data = { email: owner.email, password: owner.password };
    await page.request.post("/api/v1/auth/login", { data, headers: { origin: world.weir.url } });
    await use(page);
    expect(problems).toEqual([]);
  },
});

async function unusedHost(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `127.0.0.1:${port}`;
}
