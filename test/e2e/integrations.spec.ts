import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";

const integrations = "/admin/settings/integrations";

/** Fills in the first step of the wizard. */
async function fillIn(page: Page, form: { name: string; endpoint: string; secret: string }): Promise<void> {
  await page.getByLabel(/^Name/).fill(form.name);
  await page.getByLabel(/^Wiz API Endpoint URL/).fill(form.endpoint);
  await page.getByLabel(/^Client ID/).fill("emulator");
  await page.getByRole("textbox", { name: /^Client Secret/ }).fill(form.secret);
}

test("W-01 W-06 W-07 W-08 W-12 W-13 Q-12 Q-22 the catalogue has a card for Wiz", async ({ page }) => {
  await page.goto("/admin/settings/connectors?tag=cloud");
  const card = page.getByRole("article", { name: "Wiz" });
  for (const text of ["Cloud Security", "Wiz CNAPP", "signal-client.wiz", "OAuth2 client credentials", "1 integration"])
    await expect(card).toContainText(text);
  await expect(card.getByRole("link", { name: "Wiz API documentation" })).toHaveAttribute("href", /docs\.wiz\.io/);
  await card.getByRole("checkbox", { name: "An active Wiz subscription" }).check();
  await page.reload();
  await expect(card.getByRole("checkbox", { name: "An active Wiz subscription" })).toBeChecked();
  await expect(card.getByRole("row", { name: /Vulnerabilities/ })).toContainText("read:vulnerabilities");
  await page.getByLabel("Search connectors").fill("nothing like it");
  await expect(card).toBeHidden();
  await page.getByLabel("Search connectors").fill("wiz");
  await card.getByRole("button", { name: /^Manage/ }).click();
  await expect(page).toHaveURL(new RegExp(integrations));
});

test("W-14 the network path is tried before there are credentials", async ({ page, loaded }) => {
  await page.goto("/admin/settings/connectors");
  await page.getByRole("combobox", { name: "Test the network path to" }).fill(loaded.tenant.url);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Test the network path" }).click();
  await expect(page.getByText(`${loaded.tenant.host} answer`)).toBeVisible();
  await expect(page.getByRole("checkbox", { name: /network path/ })).toBeChecked();
});

test("W-15 W-17 W-20 W-21 W-29 W-30 Q-20 Q-23 Q-28 Q-30 Q-31 Q-35 from Add Integration to a green tile", async ({
  page,
  loaded,
}) => {
  await page.goto(integrations);
  await page.getByRole("button", { name: "Add Integration" }).click();
  await page.getByRole("menuitem", { name: /^Wiz/ }).click();
  await expect(page.getByText("Settings → Service Accounts → Add Service Account.")).toBeVisible();
  await expect(page.getByText("user icon → Tenant Info → Data Center and Regions")).toBeVisible();
  await fillIn(page, { name: "prod", endpoint: loaded.tenant.url, secret: "emulator-secret" });
  await page.getByRole("button", { name: "Next" }).click();
  await expect(page.getByText("An integration named “prod” exists already")).toBeVisible();
  await page.getByLabel(/^Name/).fill("wizard");
  await page.getByRole("button", { name: "Test connection" }).click();
  await expect(page.getByText("Everything that is wanted can be read.")).toBeVisible();
  await page.getByRole("button", { name: "Next" }).click();
  await expect(page.getByRole("textbox", { name: "Minutes between two polls of issues" })).toHaveValue("5");
  await expect(page.getByRole("textbox", { name: "Minutes between two polls of vulnerabilities" })).toHaveValue("30");
  await expect(page.getByText("granted")).toHaveCount(5);
  await page.getByRole("button", { name: "Next" }).click();
  const rules = page.getByRole("region", { name: "Identification rules" });
  await expect(rules.getByRole("listitem")).toHaveCount(10);
  await expect(rules).toContainText("compute only");
  await expect(rules).toContainText("These are the defaults");
  await rules.getByRole("switch", { name: /Fully qualified/ }).click({ force: true });
  await expect(rules).toContainText("Not the defaults.");
  await rules.getByRole("button", { name: "Take the defaults" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { name: "wizard", level: 1 })).toBeVisible();
  await expect(page.getByText("Healthy")).toBeVisible({ timeout: 60_000 });
  await expect(page.locator("body")).not.toContainText("emulator-secret");
  await page.getByRole("tab", { name: "Runs" }).click();
  await expect(page.getByRole("button", { name: /First run: everything/ })).toContainText("Complete");
  await page.getByRole("tab", { name: "Settings" }).click();
  await page.getByRole("button", { name: "Remove wizard" }).click();
  await page.getByLabel("Type wizard to confirm").fill("wizard");
  await page.getByRole("button", { name: "Remove", exact: true }).click();
  await expect(page.getByRole("article", { name: "prod" })).toBeVisible();
  await expect(page.getByRole("article", { name: "wizard" })).toBeHidden();
});

test("W-18 W-38 Q-14 Q-15 Q-21 whatever is pasted is understood, or it is said what it is", async ({ page }) => {
  await page.goto(`${integrations}/new?connector=wiz`);
  const endpoint = page.getByLabel(/^Wiz API Endpoint URL/);
  await endpoint.fill("https://app.wiz.io/graph");
  await expect(page.getByText("app.wiz.io is the address of the Wiz console")).toBeVisible();
  await page.getByText("EU", { exact: true }).click();
  await expect(endpoint).toHaveValue("https://api.eu1.app.wiz.io");
  await expect(page.getByLabel("Token URL")).toHaveValue("https://auth.app.wiz.io/oauth/token");
  await page.getByText("Data centre", { exact: true }).click();
  await page.getByLabel("Tenant data centre").fill("us17");
  await page.getByRole("combobox", { name: "Environment" }).click();
  await page.getByRole("option", { name: /gov\.wiz\.io/ }).click();
  await expect(page.getByText("https://api.us17.gov.wiz.io/graphql")).toBeVisible();
  await expect(page.getByLabel("Token URL")).toHaveValue("https://auth.gov.wiz.io/oauth/token");
});

test("W-35 a wrong secret is understood, and saved only knowingly", async ({ page, loaded }) => {
  await page.goto(`${integrations}/new?connector=wiz`);
  await fillIn(page, { name: "wrong", endpoint: loaded.tenant.url, secret: "not-it" });
  await page.getByRole("button", { name: "Test connection" }).click();
  await expect(page.getByText("The test stopped at: credentials.")).toBeVisible();
  await expect(page.getByText(/refused the credentials \(401/)).toBeVisible();
  await page.getByRole("button", { name: "Next" }).click();
  await expect(page.getByRole("button", { name: "Back" })).toBeHidden();
  await page.getByLabel("Save without a passing test").check();
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText(/Authorization failed/)).toBeVisible();
  await page.getByRole("link", { name: "Check the credentials" }).click();
  await page.getByRole("textbox", { name: "New client secret" }).fill("emulator-secret");
  await page.getByRole("button", { name: "Rotate the secret" }).click();
  await expect(page.getByText("It works and took over.")).toBeVisible();
  const { id } = await loaded.client.request<{ id: string }>("GET", "/integrations/wrong");
  await loaded.client.request("DELETE", `/integrations/${id}?confirm=wrong`);
});

test("W-36 W-41 Q-12 a missing scope is seen in the wizard, on the tile and at its stream", async ({
  page,
  loaded,
}) => {
  await loaded.tenant.control("accounts", {
    clientId: "narrow",
    clientSecret: "emulator-secret",
    scopes: ["read:issues", "read:resources", "read:cloud_configuration", "read:detections"],
  });
  await page.goto(`${integrations}/new?connector=wiz`);
  await fillIn(page, { name: "narrow", endpoint: loaded.tenant.url, secret: "emulator-secret" });
  await page.getByLabel(/^Client ID/).fill("narrow");
  await page.getByRole("button", { name: "Test connection" }).click();
  await expect(page.getByText("Vulnerabilities cannot be read; the rest can.")).toBeVisible();
  await page.getByRole("button", { name: "Next" }).click();
  await expect(page.getByText("missing: add it in Wiz or switch this off")).toBeVisible();
  await page.getByRole("button", { name: "Next" }).click();
  await expect(page.getByRole("button", { name: "Save" })).toBeDisabled();
  await page.getByLabel("Save although not everything can be read").check();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText(/it needs read:vulnerabilities/).first()).toBeVisible({ timeout: 60_000 });
  await page.goto(integrations);
  const tile = page.getByRole("article", { name: "narrow" });
  await expect(tile).toContainText("Needs attention");
  await expect(tile).toContainText("unavailable");
  await expect(tile).toContainText("Processed");
  const { id } = await loaded.client.request<{ id: string }>("GET", "/integrations/narrow");
  await loaded.client.request("DELETE", `/integrations/${id}?confirm=narrow`);
});

for (const colorScheme of ["light", "dark"] as const)
  test(`the pages about integrations have no barrier that axe knows of, ${colorScheme}`, async ({ page, loaded }) => {
    await page.emulateMedia({ colorScheme });
    const { integrationId } = loaded;
    const tabs = ["overview", "runs", "held", "rejected", "governor", "log", "settings"];
    const paths = ["", "/new?connector=wiz", ...tabs.map((tab) => `/${integrationId}?tab=${tab}`)];
    for (const path of [...paths.map((one) => integrations + one), "/admin/settings/connectors"]) {
      await page.goto(path);
      await page.getByRole("heading", { level: 1 }).waitFor();
      await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${path} ${id} ${nodes[0]?.html}`)).toEqual([]);
    }
  });
