import type { Page } from "@playwright/test";
import { expect, type Loaded, test } from "./fixtures.ts";
import { grouped, listOn, tally } from "./list-page.ts";

const region = (page: Page, name: string) => page.getByRole("region", { name, exact: true });

/** The links of a part, each with the number that stands at its end. */
async function numbersOf(page: Page, part: string): Promise<{ href: string; number: string }[]> {
  const links = region(page, part).getByRole("link");
  await expect(links.first()).toBeVisible();
  return await Promise.all(
    (await links.all()).map(async (link) => ({
      href: (await link.getAttribute("href")) ?? "",
      number: /[\d,]+$/.exec((await link.innerText()).trim())?.[0] ?? "",
    })),
  );
}

async function totalOf({ client }: Loaded, href: string): Promise<string> {
  const { pathname, searchParams } = new URL(href, "http://weir.test");
  const thing = pathname.startsWith("/findings") ? "findings" : "assets";
  const { total } = await client.request<{ total: { value: number; capped: boolean } }>(
    "GET",
    `/${thing}?limit=1&q=${encodeURIComponent(searchParams.get("q") ?? "")}`,
  );
  return `${grouped(total.value)}${total.capped ? "+" : ""}`;
}

test("the five numbers of the morning are the tenant's, and each leads to the list that it counts", async ({
  page,
  loaded,
}) => {
  const kinds = ["vulnerability", "misconfiguration", "issue", "threat"];
  const all = (await Promise.all(kinds.map((kind) => loaded.tenant.truth(kind)))).flat();
  const open = all.filter(({ status }) => status === null || status === "OPEN" || status === "IN_PROGRESS");
  const critical = open.filter(({ severity }) => severity === "CRITICAL");
  const labels = {
    "Open findings": grouped(open.length),
    "Open and critical": grouped(critical.length),
    "New critical in 24 hours": /^\d+$/,
    "Known exploited": /^\d+$/,
    "Exposed assets with critical findings": /^\d+$/,
  };
  const list = listOn(page);
  await page.goto("/");
  for (const [label, wanted] of Object.entries(labels)) {
    const link = page.getByRole("link", { name: new RegExp(`^${label} [\\d,]+ `) });
    const number = link.locator("span").nth(1);
    await expect(number).toHaveText(wanted);
    const text = (await number.textContent()) ?? "";
    await link.click();
    await expect(list.total).toHaveText(new RegExp(`^${text} (findings?|assets?)$`));
    await page.goBack();
    await expect(page.getByRole("heading", { level: 1, name: "Dashboard" })).toBeVisible();
  }
});

test("every other number is what its query finds, and what is open is what the tenant has open", async ({
  page,
  loaded,
}) => {
  await page.goto("/");
  const matrix = page.getByRole("table", { name: "Open findings by kind and severity" });
  const open = (await loaded.tenant.truth("vulnerability")).filter(
    ({ status }) => status === "OPEN" || status === "IN_PROGRESS",
  );
  const bySeverity = tally(open, ({ severity }) => String(severity));
  const words = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL"];
  await expect(matrix.getByRole("row", { name: /^Vulnerabilities/ }).getByRole("cell")).toHaveText([
    ...words.map((word) => grouped(bySeverity.get(word) ?? 0)),
    grouped(open.length),
  ]);
  for (const part of ["Open now", "CVEs to look at first", "Accounts", "Used by attackers", "Age of open criticals"]) {
    const numbers = (await numbersOf(page, part)).filter(({ number }) => number !== "");
    expect(numbers.length).toBeGreaterThan(3);
    for (const { href, number } of numbers)
      expect([part, href, number]).toEqual([part, href, await totalOf(loaded, href)]);
  }
  await region(page, "CVEs to look at first").getByRole("link").first().click();
  await expect(listOn(page).bar).toHaveValue(/^cve:CVE-\d+-\d+ AND status:/);
});

test("a chart shows its numbers as a table, filters by its legend and looks back as far as one likes", async ({
  page,
}) => {
  await page.goto("/");
  const part = region(page, "Open findings");
  const areas = part.locator("path.recharts-area-area");
  await expect(areas).toHaveCount(5);
  await part.getByRole("checkbox", { name: "Critical" }).uncheck();
  await expect(areas).toHaveCount(4);
  await part.getByRole("button", { name: "show the numbers" }).click();
  const table = part.getByRole("table", { name: "Open findings" });
  await expect(table.getByRole("columnheader")).toHaveText(["Day", "Info", "Low", "Medium", "High", "Critical"]);
  const today = await table.getByRole("row").nth(1).getByRole("cell").allTextContents();
  const now = page.getByRole("table", { name: "Open findings by kind and severity" });
  await expect(now.getByRole("row", { name: /^All/ }).getByRole("cell")).toHaveText([
    ...today.slice(1).reverse(),
    /^[\d,]+$/,
  ]);
  for (const [span, days] of Object.entries({ "7 days": 7, "90 days": 90, "A year": 365 })) {
    await page.getByRole("radiogroup", { name: "Look back" }).getByText(span).click();
    await expect(page).toHaveURL(new RegExp(`days=${days}$`));
    await expect(table.getByRole("row")).toHaveCount(days + 1);
  }
  await part.getByText("Kind", { exact: true }).click();
  await expect(table.getByRole("columnheader").nth(1)).toHaveText("Vulnerabilities");
  await page.reload();
  await expect(page.getByRole("radio", { name: "A year" })).toBeChecked();
});

test("the coverage says of each stream how many Wiz has and how many are here", async ({ page, loaded }) => {
  await page.goto("/");
  const coverage = region(page, "Coverage");
  await expect(coverage.getByRole("link", { name: "prod" })).toBeVisible();
  const streams = {
    issues: "issue",
    vulnerabilities: "vulnerability",
    misconfigurations: "misconfiguration",
    detections: "threat",
    assets: "asset",
  };
  for (const [stream, kind] of Object.entries(streams)) {
    const count = grouped((await loaded.tenant.truth(kind)).length);
    const line = coverage.getByRole("listitem").filter({ hasText: new RegExp(`^${stream}`) });
    await expect(line).toContainText("complete");
    await expect(line).toContainText(`Wiz ${count} · Weir ${count}`);
  }
});
