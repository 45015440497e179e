import { owner } from "./client.ts";
import { expect, test } from "./fixtures.ts";

test("an administrator adds a user, who may only read, and removes them again", async ({ page, browser, loaded }) => {
  await page.goto("/admin/settings/users");
  await page.getByRole("button", { name: "Add user" }).click();
  const form = page.getByRole("dialog");
  await form.getByLabel(/^E-mail address/).fill(owner.email);
  await form.getByLabel(/^Password/).fill("another few words");
  await form.getByRole("button", { name: "Add user" }).click();
  await expect(form).toContainText(/already/);
  await form.getByLabel(/^E-mail address/).fill("vic@example.com");
  await form.getByRole("button", { name: "Add user" }).click();
  await expect(page.getByRole("row", { name: /vic@example.com/ })).toContainText("viewer");

  const other = await browser.newContext({ baseURL: loaded.weir.url });
  const theirs = await other.newPage();
  await theirs.goto("/admin/settings/integrations");
  await theirs.getByLabel(/^E-mail address/).fill("vic@example.com");
  await theirs.getByLabel(/^Password/).fill("another few words");
  await theirs.getByRole("button", { name: "Sign in" }).click();
  await expect(theirs.getByRole("link", { name: "API tokens" })).toBeVisible();
  await expect(theirs.getByRole("link", { name: "Users" })).toBeHidden();

  await page.getByRole("button", { name: "Change vic@example.com" }).click();
  await page.getByRole("button", { name: "Remove …" }).click();
  await page.getByRole("button", { name: "Remove", exact: true }).click();
  await expect(page.getByRole("row", { name: /vic@example.com/ })).toBeHidden();
  await theirs.reload();
  await expect(theirs.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await other.close();
});

test("a token is shown once, works, and does not after it was revoked", async ({ page, loaded, playwright }) => {
  await page.goto("/admin/settings/tokens");
  await page.getByRole("button", { name: "Make a token" }).first().click();
  await page.getByLabel(/^Name/).fill("nightly export");
  await page.getByRole("button", { name: "Make the token" }).click();
  const secret = (await page.getByRole("dialog").locator("pre").textContent()) ?? "";
  await page.getByRole("button", { name: "Done" }).click();
  await expect(page.locator("body")).not.toContainText(secret);
  const program = await playwright.request.newContext({
    baseURL: loaded.weir.url,
    extraHTTPHeaders: { authorization: `Bearer ${secret}` },
  });
  expect((await program.get("/api/v1/findings?limit=1")).status()).toBe(200);
  await page.getByRole("button", { name: "Revoke nightly export" }).click();
  await page.getByRole("button", { name: "Revoke", exact: true }).click();
  await expect(page.getByRole("row", { name: /nightly export/ })).toBeHidden();
  expect((await program.get("/api/v1/findings?limit=1")).status()).toBe(401);
});

test("the audit log tells of it, and can be narrowed", async ({ page }) => {
  await page.goto("/admin/settings/audit");
  await page.getByLabel("Action").fill("integration");
  await page.getByRole("button", { name: "Filter" }).click();
  await expect(page).toHaveURL(/action=integration/);
  await expect(
    page
      .getByRole("row", { name: /integration.create/ })
      .filter({ hasText: "prod" })
      .first(),
  ).toBeVisible();
  await expect(page.getByRole("row", { name: /session.login/ })).toHaveCount(0);
});

test("one changes one's own password, and another session can be ended", async ({ page }) => {
  await page.goto("/account");
  await expect(page.getByRole("heading", { name: "Ann" })).toBeVisible();
  await page.getByLabel(/^Present password/).fill("wrong");
  await page.getByLabel(/^New password/).fill("yet another few words");
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(
    page
      .getByRole("alert")
      .or(page.getByText(/present password/i).nth(1))
      .first(),
  ).toBeVisible();
  await page.getByLabel(/^Present password/).fill(owner.password);
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByText("The password is changed")).toBeVisible();
  await page.getByLabel(/^Present password/).fill("yet another few words");
  await page.getByLabel(/^New password/).fill(owner.password);
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByRole("row", { name: /this one/ })).toBeVisible();
});
