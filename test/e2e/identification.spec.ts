import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { type Estate, test } from "./estate-world.ts";
import { expect } from "./fixtures.ts";

interface Asset {
  id: string;
  name: string;
  sources: { id: string; integration: string; externalId: string }[];
}

/** An asset that both tenants see. */
async function shared({ client }: Estate): Promise<Asset> {
  const found = await client.request<{ items: Asset[] }>("GET", "/assets?limit=200&q=class%3Acompute");
  const asset = found.items.find(({ sources }) => new Set(sources.map(({ integration }) => integration)).size > 1);
  if (asset === undefined) throw new Error("Nothing was merged.");
  return asset;
}

async function machines({ client }: Estate): Promise<number> {
  const { total } = await client.request<{ total: { value: number } }>("GET", "/assets?limit=1&q=class%3Acompute");
  return total.value;
}

async function openRules(page: Page, integrationId: string) {
  await page.goto(`/admin/settings/integrations/${integrationId}?tab=settings`);
  return page.getByRole("region", { name: "Identification rules" });
}

/** A change of rules goes through the inventory in the background. */
async function settled({ client, integrations }: Estate): Promise<void> {
  await expect
    .poll(async () => {
      const answers = await Promise.all(
        Object.values(integrations).map((id) =>
          client.request<{ identification: unknown }>("GET", `/integrations/${id}`),
        ),
      );
      return answers.every(({ identification }) => identification === null);
    })
    .toBe(true);
}

test("Q-28 Q-29 Q-30 the settings show the rules in their order, for compute only, the weak one with its warning", async ({
  page,
  estate,
}) => {
  const rules = await openRules(page, estate.integrations.a);
  const list = rules.getByRole("list", { name: "Identification rules" });
  const items = list.getByRole("listitem");
  await expect(items).toHaveCount(10);
  for (const [place, title] of [
    "Source's native key",
    "Cloud instance",
    "Provider's unique id",
    "Hardware UUID",
  ].entries())
    await expect(items.nth(place)).toContainText(title);
  await expect(items.first()).toContainText("Always on");
  await expect(rules).toContainText("compute only");
  await expect(list.getByRole("switch", { name: "Cloud instance" })).toBeChecked();
  await expect(list.getByRole("switch", { name: "Host name", exact: true })).not.toBeChecked();
  await expect(items.last()).toContainText("Weak.");
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join()}`)).toEqual([]);
});

test("Q-28 one rule at least stays on", async ({ page, estate }) => {
  const rules = await openRules(page, estate.integrations.a);
  const on = rules.getByRole("switch", { checked: true });
  await expect(on.first()).toBeVisible();
  for (let left = await on.count(); left > 1; left--) await on.first().click({ force: true });
  await expect(on).toHaveCount(1);
  await expect(on).toBeDisabled();
  await expect(rules).toContainText("At least one rule stays on");
  await rules.getByRole("button", { name: "Take the defaults" }).click();
  await expect(on).toHaveCount(8);
});

test("Q-29 a change of rules is tried before it is saved, does what was said, and turning it back undoes it", async ({
  page,
  estate,
}) => {
  const before = await machines(estate);
  const rules = await openRules(page, estate.integrations.b);
  await rules.getByRole("switch", { name: "Cloud instance" }).click({ force: true });
  await rules.getByRole("switch", { name: "Provider's unique id" }).click({ force: true });
  await expect(rules.getByRole("button", { name: "Save" })).toBeHidden();
  await rules.getByRole("button", { name: "See what would change" }).click();
  const trial = rules.getByRole("region", { name: "What would change" });
  await expect(trial).toContainText(/would become several/);
  await expect(trial).toContainText("Cloud instance");
  expect(await machines(estate)).toBe(before);
  const [, , after] = /([\d,]+) machines would be ([\d,]+)/.exec((await trial.textContent()) ?? "") ?? [];
  await rules.getByRole("button", { name: "Save" }).click();
  await expect(rules).toContainText("Saved.");
  await settled(estate);
  expect(await machines(estate)).toBe(Number(after?.replaceAll(",", "")));
  await rules.getByRole("button", { name: "Take the defaults" }).click();
  await rules.getByRole("button", { name: "See what would change" }).click();
  await expect(trial).toContainText(/would be made of several/);
  await rules.getByRole("button", { name: "Save" }).click();
  await expect(rules).toContainText("Saved.");
  await settled(estate);
  expect(await machines(estate)).toBe(before);
});

test("Q-29 an asset says by what its records are one, is split, and that is undone", async ({ page, estate }) => {
  const asset = await shared(estate);
  await page.goto(`/inventory/assets/${asset.id}`);
  const log = page.getByRole("list", { name: "Identity log" });
  await expect(log).toContainText(/Merged with .*: the same/);
  await expect(page.getByText("Instance id").or(page.getByText("Hardware UUID")).first()).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join()}`)).toEqual([]);
  await page.getByRole("button", { name: "Split" }).click();
  const dialog = page.getByRole("dialog", { name: "Split this asset" });
  const confirm = dialog.getByRole("button", { name: "Split" });
  await expect(confirm).toBeDisabled();
  for (const { externalId } of asset.sources) await dialog.getByRole("checkbox", { name: externalId }).check();
  await expect(confirm).toBeDisabled();
  await expect(dialog).toContainText("Leave at least one");
  const moved = asset.sources.filter(({ integration }) => integration === "tenant b");
  for (const { externalId, integration } of asset.sources)
    if (integration !== "tenant b") await dialog.getByRole("checkbox", { name: externalId }).uncheck();
  await confirm.click();
  await expect(dialog).toBeHidden();
  const apart = page.getByRole("list", { name: "Never merged with" });
  await expect(apart).toContainText("Separated by ann@example.com");
  await expect(page.getByRole("cell", { name: moved[0]!.externalId })).toHaveCount(0);
  await apart.getByRole("button", { name: "Undo" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Undo" }).click();
  await expect(page.getByRole("list", { name: "Never merged with" })).toBeHidden();
  await expect(page.getByText(moved[0]!.externalId).first()).toBeVisible();
});
