import { test as base, type Page } from "@playwright/test";
import { epssCsv, publishedFile } from "../feeds/files.ts";
import { type Client, owner, setUp } from "./client.ts";
import { connect, expect, firstLoad, watch } from "./fixtures.ts";
import { grouped } from "./list-page.ts";
import { startEmptyWeir, startTenant } from "./world.ts";

interface Own {
  client: Client;
  page: Page;
}

/** A Weir of its own: feeds change the scores of everything in it. */
const test = base.extend<{ own: Own }>({
  own: [
    async ({ browser }, use) => {
      const tenant = await startTenant();
      const weir = await startEmptyWeir([tenant.host]);
      const client = await setUp(weir.url, weir.setupToken);
      await firstLoad(client, (await connect(client, tenant, "prod")).id);
      const context = await browser.newContext({ baseURL: weir.url });
      const page = await context.newPage();
      const problems = watch(page);
      const data = { email: owner.email, password: owner.password };
      await page.request.post("/api/v1/auth/login", { data, headers: { origin: weir.url } });
      await use({ client, page });
      expect(problems).toEqual([]);
      await context.close();
      await weir.stop();
      await tenant.stop();
    },
    { timeout: 120_000 },
  ],
});

const find = async ({ client }: Own, query: string) => {
  type Found = { items: { id: string }[]; total: { value: number } };
  return await client.request<Found>("GET", `/findings?limit=1&q=${encodeURIComponent(query)}`);
};

const file = (name: string, content: string) => ({ name, mimeType: "text/csv", buffer: Buffer.from(content) });

test("feeds are loaded, scores follow and say whose word they go by, and the dashboard says what to fix first", async ({
  own,
}) => {
  const { page } = own;
  await page.goto("/admin/settings/feeds");
  await expect(page.getByText("Not loaded: what Wiz says counts")).toHaveCount(2);
  const chooser = page.locator('input[type="file"]');
  await chooser.setInputFiles([
    file("epss_scores-current.csv", publishedFile("epss_scores-2026-07-30.csv")),
    file("kev.json", publishedFile("known_exploited_vulnerabilities.json")),
  ]);
  await expect(page.getByText(/^EPSS of 30 Jul 2026 is loaded: 18 CVEs/)).toBeVisible();
  await expect(page.getByText(/^CISA KEV of 30 Jul 2026 is loaded: 4 CVEs/)).toBeVisible();
  await expect(page.getByText(/All scores follow the feeds since/)).toBeVisible({ timeout: 40_000 });

  const kev = page.getByRole("region", { name: "CISA KEV" });
  await expect(kev).toContainText("kev.json");
  const disputed = await find(own, "kev.disputed:true AND status:[open, in_progress]");
  await expect(kev.getByRole("link", { name: /^on / })).toHaveText(`on ${grouped(disputed.total.value)} open findings`);

  const [finding] = (await find(own, "cve:CVE-2024-3094 AND kev.source:cisa")).items;
  await page.goto(`/findings/${finding!.id}`);
  const sources = page.getByRole("list", { name: "Where it comes from" });
  await expect(sources).toContainText("86 % from FIRST's file of 30 Jul 2026 counts");
  await expect(sources).toContainText(
    "They disagree. KEV: Wiz says not in KEV, CISA lists it since 21 Jul 2026 (catalogue of 30 Jul 2026).",
  );
  await expect(page.getByText("11 Aug 2026")).toBeVisible();

  await page.goto("/");
  const first = page
    .getByRole("region", { name: "Fix first" })
    .getByRole("link", { name: /finding/ })
    .first();
  const findings = /([\d,]+) findings?/.exec((await first.innerText()).trim())![1]!;
  await first.click();
  await expect(page).toHaveURL(/package\.fixedVersion/);
  await expect(page.getByText(new RegExp(`^${findings} findings?$`))).toBeVisible();
});

test("a file that is older is refused with its reason, and taken all the same when asked; a damaged one is not", async ({
  own: { page },
}) => {
  await page.goto("/admin/settings/feeds");
  const chooser = page.locator('input[type="file"]');
  await chooser.setInputFiles(file("new.csv", epssCsv("2026-07-30", { "CVE-2024-3094": 0.5 })));
  await expect(page.getByText(/^EPSS of 30 Jul 2026 is loaded/)).toBeVisible();
  await chooser.setInputFiles(file("damaged.csv", `${epssCsv("2026-07-31", { "CVE-2024-3094": 0.5 })}CVE-2024`));
  await expect(page.getByRole("alert")).toContainText("damaged.csv is not taken: line 4 should have three values");
  await chooser.setInputFiles(file("old.csv", epssCsv("2026-07-01", { "CVE-2024-3094": 0.4 })));
  await expect(page.getByRole("alert")).toContainText("old.csv is older than what is loaded");
  await page.getByRole("button", { name: "Load it all the same" }).click();
  await expect(page.getByText(/^EPSS of 1 Jul 2026 is loaded/)).toBeVisible();
  await expect(page.getByRole("region", { name: "EPSS" })).toContainText("old.csv");
});
