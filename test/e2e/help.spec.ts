import { expect, test } from "./fixtures.ts";

test("W-42 the four help pages are in the product, link to each other and can be searched", async ({ page }) => {
  await page.goto("/help");
  const pages = page.getByRole("navigation", { name: "Help pages" });
  for (const title of [
    "The integration catalogue",
    "Managing integrations",
    "The signal client: how polling works",
    "Troubleshooting",
    "The query language",
  ]) {
    await pages.getByRole("link", { name: title }).click();
    await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();
  }
  await page.goto("/help/signal-client");
  await page.getByRole("article").getByRole("link", { name: "how Weir keeps up with Wiz" }).first().click();
  await expect(page).toHaveURL(/\/help\/sync$/);
});

test("W-35 W-36 W-37 W-38 W-39 W-40 W-41 the help says what to do about each", async ({ page }) => {
  await page.goto("/help/troubleshooting");
  const text = page.getByRole("article");
  await expect(text).toContainText("Compare the client ID and paste the client secret again");
  await expect(text).toContainText("At least read:resources and read:issues");
  await expect(text).toContainText("the region may be wrong");
  await expect(text).toContainText("is the address of the Wiz console, where people sign in");
  await expect(text).toContainText("--interval issues=15");
  await expect(text).toContainText("backs off exponentially");
  await expect(text).toContainText("Settings → Cloud Accounts");
  await page.getByRole("searchbox", { name: "Search the help" }).fill("429");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("429");
  await page.getByRole("article").getByRole("link").first().click();
  await expect(page.getByRole("article")).toContainText("429");
});
