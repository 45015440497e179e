import { test as plain } from "@playwright/test";
import { owner } from "./client.ts";
import { expect, test, watch } from "./fixtures.ts";
import { startEmptyWeir, type Weir } from "./world.ts";

plain.describe("the first start", () => {
  let weir: Weir;
  plain.beforeAll(async () => {
    weir = await startEmptyWeir([]);
  });
  plain.afterAll(() => weir.stop());

  plain(
    "makes the first administrator with the token from the log, and says what is wrong at its field",
    async ({ page }) => {
      const problems = watch(page);
      await page.goto(`${weir.url}/`);
      await expect(page.getByRole("heading", { name: "Make the first administrator" })).toBeVisible();
      await page.getByLabel("Set-up token").fill("not the token");
      await page.getByLabel("Your name").fill(owner.name);
      await page.getByLabel("E-mail address").fill(owner.email);
      await page.getByLabel(/^Password/).fill("short");
      await expect(page.getByText("7 more characters.")).toBeVisible();
      await page.getByRole("button", { name: "Set up Weir" }).click();
      await expect(page.getByRole("alert").or(page.locator("[id$=-error]")).first()).toBeVisible();
      await page.getByLabel(/^Password/).fill(owner.password);
      await page.getByLabel("Set-up token").fill(weir.setupToken);
      await page.getByRole("button", { name: "Set up Weir" }).click();
      await expect(page).toHaveURL(/\/admin\/settings\/integrations$/);
      await expect(page.getByRole("navigation", { name: "Main" })).toBeVisible();
      expect(problems).toEqual([]);
    },
  );
});

test("comes back to where one wanted to go after signing in, and leaves nothing behind after signing out", async ({
  page,
  loaded,
}) => {
  await page.context().clearCookies();
  await page.goto("/help?q=scopes");
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await page.getByLabel("E-mail address").fill(owner.email);
  await page.getByLabel(/^Password/).fill("not the password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toContainText("not signed in");
  await page.getByLabel(/^Password/).fill(owner.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(`${loaded.weir.url}/help?q=scopes`);
  await page.getByRole("button", { name: /Account of/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await page.goto("/findings/all");
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
});
