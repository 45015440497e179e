import { test as base } from "@playwright/test";
import { allPages, settled } from "./all-pages.ts";
import { owner, setUp } from "./client.ts";
import { connect, expect, firstLoad, type Loaded, watch } from "./fixtures.ts";
import { startHostileTenant } from "./hostile-tenant.ts";
import { startEmptyWeir, startTenant } from "./world.ts";

const test = base.extend<object, { hostile: Loaded }>({
  hostile: [
    // biome-ignore lint/correctness/noEmptyPattern: playwright reads the names of the fixtures from it
    async ({}, use) => {
      const tenant = await startTenant(["--findings", "400"]);
      const front = await startHostileTenant(tenant);
      const weir = await startEmptyWeir([front.host]);
      const client = await setUp(weir.url, weir.setupToken);
      const { id } = await connect(client, { ...tenant, ...front }, "prod");
      await firstLoad(client, id);
      await use({ tenant, weir, client, integrationId: id });
      await weir.stop();
      await front.stop();
      await tenant.stop();
    },
    { scope: "worker", timeout: 120_000 },
  ],
  baseURL: async ({ hostile }, use) => use(hostile.weir.url),
});

test("texts and addresses that come from Wiz are only ever text: no page runs, loads or links what an attacker wrote", async ({
  page,
  hostile,
}) => {
  test.setTimeout(180_000);
  const problems = watch(page);
  page.on("dialog", (dialog) => void dialog.dismiss().then(() => problems.push(`dialog: ${dialog.message()}`)));
  page.on("request", (request) => {
    if (new URL(request.url()).host !== new URL(hostile.weir.url).host) problems.push(`left: ${request.url()}`);
  });
  await page.request.post("/api/v1/auth/login", {
    data: { email: owner.email, password: owner.password },
    headers: { origin: hostile.weir.url },
  });
  let shown = 0;
  for (const path of [...(await allPages(hostile)), ...(await oneOfEach(hostile))]) {
    await test.step(path, async () => {
      await page.goto(path);
      await settled(page);
      const raw = page.getByRole("button", { name: "Show what Wiz sent" });
      if (await raw.isVisible()) await raw.click();
      shown += await page.getByText('<img src=x onerror="window.wasTaken=1">', { exact: false }).count();
      expect(await page.evaluate("window.wasTaken"), path).toBeUndefined();
      await expect(page.locator('img[src="x"], a[href^="javascript:" i], [onerror]')).toHaveCount(0);
    });
  }
  expect(shown, "the texts are shown as they are").toBeGreaterThan(20);
  expect(problems).toEqual([]);
});

/** The details of a finding of each kind. */
async function oneOfEach({ client }: Loaded): Promise<string[]> {
  const kinds = ["vulnerability", "misconfiguration", "threat", "issue"];
  const found = await Promise.all(
    kinds.map((kind) =>
      client.request<{ items: { id: string }[] }>("GET", `/findings?limit=1&q=${encodeURIComponent(`kind:${kind}`)}`),
    ),
  );
  return found.map(({ items }) => `/findings/${items[0]!.id}`);
}
