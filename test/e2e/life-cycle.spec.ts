import type { Page } from "@playwright/test";
import { expectOpenToAll } from "./axe.ts";
import { expect, type Loaded, test } from "./fixtures.ts";

const reason = "The hosts are isolated and will be retired";

async function countOf({ client }: Loaded, q: string): Promise<number> {
  const path = `/findings/count?q=${encodeURIComponent(q)}`;
  return (await client.request<{ value: number }>("GET", path)).value;
}

async function withdrawAll({ client }: Loaded) {
  const { items } = await client.request<{ items: { id: string; state: string }[] }>("GET", "/risk-acceptances");
  for (const { id, state } of items) if (state === "active") await client.request("DELETE", `/risk-acceptances/${id}`);
}

const form = (page: Page) => page.getByRole("dialog", { name: "Accept a risk" });

test("accepting the risk of what a list finds hides it, says why, and ends when it is withdrawn", async ({
  page,
  loaded,
}) => {
  const before = await countOf(loaded, "status:open AND severity:low");
  expect(before).toBeGreaterThan(0);
  await page.goto("/findings/all?q=status%3Aopen%20AND%20severity%3Alow");
  await page.getByRole("button", { name: "Accept risk of these findings" }).click();
  await expect(form(page).getByLabel("Scope")).toHaveValue("status:open AND severity:low");
  await expect(form(page)).toContainText(`Covers ${before.toLocaleString("en-US")} open findings`);
  const accept = form(page).getByRole("button", { name: /^Accept the risk of/ });
  await expect(accept).toBeDisabled();
  await form(page).getByLabel("Reason").fill(reason);
  await form(page).getByRole("button", { name: "30 days" }).click();
  await expect(accept).toHaveText(`Accept the risk of ${before.toLocaleString("en-US")} findings`);
  await accept.click();
  const done = page.getByRole("dialog", { name: "The risk is accepted" });
  await expect(done).toContainText(`It covers ${before.toLocaleString("en-US")} findings`);
  await done.getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("status").filter({ hasText: "0 findings" })).toBeVisible();
  expect(await countOf(loaded, "status:open AND severity:low")).toBe(0);

  await page.goto("/findings/all?q=status%3Aaccepted");
  await page.getByRole("row").nth(1).getByRole("link").first().click();
  const panel = page.getByRole("complementary", { name: "Details of the finding" });
  await expect(panel.getByRole("heading", { name: "Risk accepted" })).toBeVisible();
  await expect(panel).toContainText(reason);
  await expect(panel.getByRole("link", { name: "Risk accepted" })).toBeVisible();

  await page.goto("/admin/settings/risk-acceptances");
  const row = page.getByRole("row", { name: new RegExp(reason) });
  await expect(row.getByRole("link", { name: String(before) })).toHaveAttribute("href", /acceptance\.id/);
  await page.getByRole("button", { name: `Withdraw: ${reason}` }).click();
  await page.getByRole("button", { name: "Withdraw", exact: true }).click();
  await expect(row).toContainText("Withdrawn");
  await expect.poll(() => countOf(loaded, "status:open AND severity:low")).toBe(before);
});

test("a finding's own page accepts it alone or with all that are like it, and a wrong scope says where", async ({
  page,
  loaded,
}) => {
  const path = "/findings?q=status:open%20AND%20kind:vulnerability%20AND%20severity:medium&limit=1";
  const { items } = await loaded.client.request<{ items: { id: string; cve: string }[] }>("GET", path);
  const { id, cve } = items[0]!;
  const everywhere = await countOf(loaded, `cve:${cve} AND status:[open, in_progress]`);
  await page.goto(`/findings/${id}`);
  await page.getByRole("button", { name: "Accept risk …" }).click();
  await expect(form(page)).toContainText("Covers 1 open finding");
  await expectOpenToAll(page, "accepting a risk");
  await form(page).getByRole("button", { name: "This CVE everywhere" }).click();
  await expect(form(page)).toContainText(`Covers ${everywhere} open finding`);
  await form(page).getByLabel("Scope").fill("sevrity:low");
  await expect(form(page)).toContainText('There is no field "sevrity"');
  await form(page).getByLabel("Scope").fill(`id:${id}`);
  await form(page).getByLabel("Reason").fill("Only this one");
  await form(page).getByRole("button", { name: "Accept the risk of 1 finding" }).click();
  await page.getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("heading", { name: "Risk accepted" })).toBeVisible();
  await withdrawAll(loaded);
  await expect.poll(() => countOf(loaded, "status:accepted")).toBe(0);
});

test("the policy for due dates is changed, and findings become overdue", async ({ page, loaded }) => {
  await page.goto("/admin/settings/policies");
  const critical = page.getByLabel("Days for critical findings");
  await expect(critical).toHaveValue("15 days");
  const before = await countOf(loaded, "overdue:true AND severity:critical");
  await critical.fill("1");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText(/^Changed .* by/)).toBeVisible();
  await expect.poll(() => countOf(loaded, "overdue:true AND severity:critical")).toBeGreaterThan(before);
  await page.goto("/findings/all?q=overdue%3Atrue%20AND%20severity%3Acritical");
  await expect(page.getByRole("row").nth(1)).toContainText(/overdue \d/);
  await page.goto("/admin/settings/policies");
  await page.getByLabel("Days for critical findings").fill("15");
  await page.getByRole("button", { name: "Save" }).click();
  await expect.poll(() => countOf(loaded, "overdue:true AND severity:critical")).toBe(before);
});
