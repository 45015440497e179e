import type { Page, Request } from "@playwright/test";
import { owner } from "./client.ts";
import { expect, test } from "./fixtures.ts";

/** What everyone waits for who opens Weir for the first time. Bytes as they come over the wire, compressed, without headers. */
const budget = 300_000;

/** The files that the pages are made of, as the browser fetches them. */
function watchFiles(page: Page): Request[] {
  const files: Request[] = [];
  page.on("requestfinished", (request) => {
    if (!new URL(request.url()).pathname.startsWith("/api/")) files.push(request);
  });
  return files;
}

async function sizesOf(files: readonly Request[]): Promise<{ name: string; bytes: number }[]> {
  return await Promise.all(
    files.map(async (file) => {
      const { responseBodySize } = await file.sizes();
      return { name: new URL(file.url()).pathname, bytes: responseBodySize };
    }),
  );
}

test("signing in and the first list fetch no more than 300 kB, and no chart", async ({ page, context }) => {
  await context.clearCookies();
  const files = watchFiles(page);
  await page.goto("/findings/vulnerabilities");
  await page.getByLabel("E-mail address").fill(owner.email);
  await page.getByLabel(/^Password/).fill(owner.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.locator("[data-row]:not([data-loading])").first()).toBeVisible();
  // With what is fetched ahead when the browser has nothing else to do.
  await page.waitForTimeout(4_000);
  const sizes = await sizesOf(files);
  expect(sizes.map(({ name }) => name)).toContain("/findings/vulnerabilities");
  expect(sizes.filter(({ name }) => name.includes("chart"))).toEqual([]);
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  expect(total, JSON.stringify(sizes.toSorted((a, b) => b.bytes - a.bytes).slice(0, 8))).toBeLessThan(budget);
});

test("a file of the pages is fetched once and then kept", async ({ page }) => {
  const first = watchFiles(page);
  await page.goto("/findings/vulnerabilities");
  await expect(page.locator("[data-row]:not([data-loading])").first()).toBeVisible();
  const known = new Set((await sizesOf(first)).map(({ name }) => name));
  const files = watchFiles(page);
  await page.reload();
  await expect(page.locator("[data-row]:not([data-loading])").first()).toBeVisible();
  const kept = (await sizesOf(files)).filter(({ name }) => name.startsWith("/assets/") && known.has(name));
  expect(kept.length).toBeGreaterThan(3);
  expect(kept.filter(({ bytes }) => bytes > 0)).toEqual([]);
});

test("the list of keys and the jump to a page come when they are asked for", async ({ page }) => {
  await page.goto("/findings/vulnerabilities");
  await expect(page.locator("[data-row]:not([data-loading])").first()).toBeVisible();
  await page.keyboard.press("Shift+?");
  const keys = page.getByRole("dialog", { name: "Keys" });
  await expect(keys.getByText("Write in the query bar")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(keys).toBeHidden();
  await page.locator("[data-query-bar]").focus();
  await page.keyboard.press("Control+k");
  await page.getByRole("textbox", { name: "Go to" }).fill("audit");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/admin\/settings\/audit$/);
  await page.keyboard.press("Control+k");
  await page.getByRole("textbox", { name: "Go to" }).fill("dashb");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Dashboard" })).toBeVisible();
});
