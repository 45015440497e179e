import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";

const tags = "/admin/settings/tags";

async function deleteTag(page: Page, name: string): Promise<void> {
  await page.goto(tags);
  await page.getByRole("button", { name: `Delete ${name}` }).click();
  await expect(page.getByRole("dialog")).toContainText("Tags from Wiz stay");
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(page.getByRole("row", { name })).toBeHidden();
}

test("a tag is made and put on an asset, which is as critical as it says and names it, and goes again", async ({
  page,
  loaded,
}) => {
  const { items } = await loaded.client.request<{ items: { id: string; name: string }[] }>(
    "GET",
    "/assets?q=openFindings.critical%20%3E%200&limit=1",
  );
  const [asset] = items;
  await page.goto(tags);
  await expect(page.getByText("No tags of your own yet")).toBeVisible();
  await page.getByRole("button", { name: "New tag" }).first().click();
  await page.getByLabel(/^Name/).fill("Crown jewels");
  await page.getByLabel("How much its assets matter").first().click();
  await page.getByRole("option", { name: /^5 of 5/ }).click();
  await page.getByRole("button", { name: "Make the tag" }).click();
  await expect(page.getByRole("row", { name: /Crown jewels/ })).toContainText("5 of 5");

  await page.goto(`/inventory/assets/${asset!.id}`);
  await expect(page.getByText("2 of 5, no tag says otherwise")).toBeVisible();
  await page.getByRole("button", { name: "Add a tag" }).click();
  await page.getByRole("option", { name: /Crown jewels/ }).click();
  await expect(page.getByText("5 of 5, as Crown jewels says")).toBeVisible();
  await expect(page.getByText(/Everything counts .* criticality 5 of 5 \(tag Crown jewels\)/)).toBeVisible();
  await page.goto("/inventory/assets?q=tags:%22Crown%20jewels%22");
  await expect(page.getByText("1 asset", { exact: true })).toBeVisible();

  await page.goto(`/inventory/assets/${asset!.id}`);
  await page.getByRole("button", { name: "Take Crown jewels away" }).click();
  await expect(page.getByText("2 of 5, no tag says otherwise")).toBeVisible();
  await deleteTag(page, "Crown jewels");
});

test("a dynamic tag shows what its query finds before it is saved, and is refused what follows from tags", async ({
  page,
  loaded,
}) => {
  const { value } = await loaded.client.request<{ value: number }>("GET", "/assets/count?q=class:storage");
  await page.goto(`${tags}?edit=new`);
  await page.getByLabel(/^Name/).fill("Stores");
  await page.getByText("All that a query finds", { exact: true }).click();
  const query = page
    .getByRole("combobox", { name: "Query" })
    .or(page.getByLabel("Query", { exact: true }))
    .first();
  await query.fill("class:storage AND tags:Wiz");
  await expect(page.getByRole("alert").filter({ hasText: "cannot ask for tags" })).toBeVisible();
  await query.fill("class:storage");
  await page.getByLabel(/^Name/).click();
  const preview = page.getByRole("region", { name: "What the query finds" });
  await expect(preview).toContainText(`Finds ${value} assets`);
  await expect(preview.getByRole("listitem")).toHaveCount(5);
  await page.getByRole("button", { name: "Make the tag" }).click();
  const row = page.getByRole("row", { name: /Stores/ });
  await expect(row).toContainText(String(value));
  await expect(row).toContainText("all assets looked at");
  await row.getByRole("link", { name: String(value) }).click();
  await expect(page).toHaveURL(/ownTags/);
  await expect(page.getByText(`${value} assets`, { exact: true })).toBeVisible();
  await deleteTag(page, "Stores");
});

test("all that a query finds in the inventory is tagged at once, with the number before and after", async ({
  page,
  loaded,
}) => {
  const { id } = await loaded.client.request<{ id: string }>("POST", "/tags", { name: "Serverless", kind: "static" });
  const { value } = await loaded.client.request<{ value: number }>("GET", "/assets/count?q=class:serverless");
  await page.goto("/inventory/assets?q=class:serverless");
  await page.getByRole("button", { name: "Tag the assets" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText(`${value} assets, as of now`);
  await dialog.getByPlaceholder("Choose a tag").click();
  await page.getByRole("option", { name: "Serverless" }).click();
  await dialog.getByRole("button", { name: "Tag them" }).click();
  await expect(dialog).toContainText(`Done: ${value} assets have it now`);
  await dialog.getByRole("button", { name: "Show its assets" }).click();
  await expect(page.getByText(`${value} assets`, { exact: true })).toBeVisible();
  await loaded.client.request("DELETE", `/tags/${id}`);
});
