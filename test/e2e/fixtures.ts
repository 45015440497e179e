import { test as base, expect, type Page } from "@playwright/test";
import { type Client, owner, setUp } from "./client.ts";
import { startEmptyWeir, startTenant, type Tenant, type Weir } from "./world.ts";

export interface Loaded {
  tenant: Tenant;
  weir: Weir;
  client: Client;
  integrationId: string;
}

/**
 * `loaded`: a Weir with a tenant of 2,000 findings, all fetched, shared by the tests of a worker, so they leave it as it
 * was. `page` is signed in as its administrator and fails its test when a page breaks: an error nobody caught, or
 * something that the policy of the pages refused.
 */
export const test = base.extend<{ page: Page }, { loaded: Loaded }>({
  loaded: [
    // biome-ignore lint/correctness/noEmptyPattern: playwright reads the names of the fixtures from it
    async ({}, use) => {
      const tenant = await startTenant();
      const weir = await startEmptyWeir([tenant.host]);
      const client = await setUp(weir.url, weir.setupToken);
      const { id } = await connect(client, tenant, "prod");
      await firstLoad(client, id);
      await use({ tenant, weir, client, integrationId: id });
      await weir.stop();
      await tenant.stop();
    },
    { scope: "worker", timeout: 120_000 },
  ],
  baseURL: async ({ loaded }, use) => use(loaded.weir.url),
  page: async ({ page, loaded }, use) => {
    const problems = watch(page);
    const answer = await page.request.post("/api/v1/auth/login", {
      data: { email: owner.email, password: owner.password },
      headers: { origin: loaded.weir.url },
    });
    expect(answer.ok()).toBe(true);
    await use(page);
    expect(problems).toEqual([]);
  },
});

/** What goes wrong on a page without anyone seeing it. */
export function watch(page: Page): string[] {
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(`uncaught: ${error.message}`));
  page.on("console", (message) => {
    if (/Content Security Policy|validateDOMNesting|unique "key"|Warning:/i.test(message.text()))
      problems.push(message.text());
  });
  return problems;
}

export async function connect(
  client: Client,
  tenant: Tenant,
  name: string,
  changes: Record<string, unknown> = {},
): Promise<{ id: string }> {
  return await client.request("POST", "/integrations", {
    connector: "wiz",
    name,
    apiEndpoint: `${tenant.url}/graphql`,
    tokenUrl: `${tenant.url}/oauth/token`,
    clientId: "emulator",
    clientSecret: "emulator-secret",
    ...changes,
  });
}

/** Waits until the first run has ended. */
export async function firstLoad(client: Client, id: string): Promise<void> {
  for (;;) {
    const { lastRun } = await client.request<{ lastRun: { result: string | null } | null }>(
      "GET",
      `/integrations/${id}`,
    );
    if (lastRun?.result === "success") return;
    if (lastRun?.result != null) throw new Error(`The first load ended as ${lastRun.result}.`);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

export { expect };
