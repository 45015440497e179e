import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, type Loaded, test } from "./fixtures.ts";

interface Found {
  id: string;
  cve: string | null;
  title: string;
  name: string;
  tags: string[];
  projects: string[];
  riskScore: number;
  externalId: string;
  asset: { id: string; name: string; cloud: string } | null;
}

async function first({ client }: Loaded, thing: "findings" | "assets" | "signals", q: string): Promise<Found> {
  const { items } = await client.request<{ items: Found[] }>("GET", `/${thing}?limit=1&q=${encodeURIComponent(q)}`);
  if (items[0] === undefined) throw new Error(`The tenant has none of ${thing} with ${q}.`);
  return items[0];
}

function section(page: Page, title: string) {
  return page.locator("section").filter({ has: page.getByRole("heading", { name: title, exact: true }) });
}

test("Q-43 a finding opens beside its list, and from there as a page", async ({ page }) => {
  await page.goto("/findings/vulnerabilities?q=kev:true");
  await expect(page.getByRole("row").nth(1).getByRole("link")).toBeVisible();
  await page.getByRole("row").nth(1).click();
  const details = page.getByRole("complementary");
  const title = await details.getByRole("heading", { level: 2 }).textContent();
  await details.getByRole("link", { name: "Open as a page" }).click();
  await expect(page.getByRole("heading", { level: 1, name: title ?? "" })).toBeVisible();
  await expect(page).toHaveURL(/\/findings\/[\da-f-]{36}$/);
});

test("W-05 Q-04 a finding says what it is, on which cloud, and what made its risk score", async ({ page, loaded }) => {
  const finding = await first(loaded, "findings", "kind:vulnerability AND kev:true AND status:open");
  await page.goto(`/findings/${finding.id}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(finding.title);
  for (const [name, host] of Object.entries({
    NVD: "nvd.nist.gov",
    "CISA KEV": "www.cisa.gov",
    EPSS: "api.first.org",
  })) {
    const href = await section(page, "Vulnerability").getByRole("link", { name, exact: true }).getAttribute("href");
    expect(new URL(href ?? "").host).toBe(host);
    expect(href).toContain(finding.cve);
  }
  const score = section(page, "Why this risk score");
  await expect(score.getByRole("row", { name: /In CISA KEV/ })).toContainText("+90");
  await expect(score.getByRole("row", { name: /Risk score/ })).toContainText(String(finding.riskScore));
  const asset = section(page, "Asset");
  await expect(asset.getByRole("link", { name: finding.asset?.name ?? "" }).first()).toBeVisible();
  await asset.getByRole("link", { name: /^(AWS|Azure|GCP|OCI|Kubernetes|github)$/ }).click();
  await expect(page).toHaveURL(new RegExp(`q=cloud%3A${finding.asset?.cloud}`));
});

test("the raw record is what the tenant has, and is not there before it is asked for", async ({ page, loaded }) => {
  const finding = await first(loaded, "findings", "kind:vulnerability");
  await page.goto(`/findings/${finding.id}`);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.locator("pre")).toHaveCount(0);
  await page.getByRole("button", { name: "Show what Wiz sent" }).click();
  const raw = JSON.parse((await page.locator("pre").textContent()) ?? "") as { id: string; name: string };
  expect(raw).toMatchObject({ id: finding.externalId, name: finding.title });
});

test("an asset's numbers lead to the findings that they count", async ({ page, loaded }) => {
  const asset = await first(loaded, "assets", "openFindings.critical > 1");
  await page.goto(`/inventory/assets/${asset.id}`);
  const all = section(page, "Open findings").getByRole("row", { name: /^All/ }).getByRole("link").last();
  const count = (await all.textContent()) ?? "";
  await all.click();
  await expect(page).toHaveURL(/\/findings\/all\?q=asset\.id/);
  await expect(page.getByText(`${count} findings`).first()).toBeVisible();
});

test("a signal says what changed and leads to what it is now", async ({ page, loaded }) => {
  const signal = await first(loaded, "signals", "kind:vulnerability");
  await page.goto(`/signals/${signal.id}`);
  await expect(section(page, "What changed")).toBeVisible();
  await section(page, "The finding now").getByRole("link", { name: signal.title }).click();
  await expect(page).toHaveURL(/\/findings\/[\da-f-]{36}$/);
});

test("text from Wiz is text, and leads to its query as it is", async ({ page, loaded }) => {
  page.on("dialog", () => {
    throw new Error("A script from a record ran.");
  });
  const finding = await first(loaded, "findings", "projects:*<legacy>* AND status:open");
  await page.goto(`/findings/${finding.id}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(finding.title);
  const asset = section(page, "Asset");
  for (const text of [...finding.tags, ...finding.projects])
    await expect(asset.getByRole("link", { name: text, exact: true })).toBeVisible();
  await expect(page.locator("legacy, img[src=x]")).toHaveCount(0);
  await asset.getByRole("link", { name: /<legacy>/ }).click();
  await expect(page.getByRole("row").nth(1)).toBeVisible();
  await expect(page.getByRole("alert")).toHaveCount(0);
});

test("what is not here any more says so, and what to do", async ({ page }) => {
  for (const [path, list] of [
    ["/findings/00000000-0000-4000-8000-000000000000", "Search findings"],
    ["/inventory/assets/00000000-0000-4000-8000-000000000000", "Search assets"],
    ["/signals/00000000-0000-4000-8000-000000000000", "Search signals"],
  ] as const) {
    await page.goto(path);
    await expect(page.getByRole("heading", { name: /is not here any more/ })).toBeVisible();
    await expect(page.getByRole("link", { name: list })).toBeVisible();
  }
});

for (const colorScheme of ["light", "dark"] as const)
  test(`details have no barrier that axe knows of, ${colorScheme}`, async ({ page, loaded }) => {
    await page.emulateMedia({ colorScheme });
    const finding = await first(loaded, "findings", "kind:vulnerability AND kev:true");
    const asset = await first(loaded, "assets", "openFindings.critical > 1");
    const signal = await first(loaded, "signals", "kind:vulnerability");
    for (const path of [`/findings/${finding.id}`, `/inventory/assets/${asset.id}`, `/signals/${signal.id}`]) {
      await page.goto(path);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await expect(page.getByRole("status", { name: "Loading" })).toHaveCount(0);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    }
  });
