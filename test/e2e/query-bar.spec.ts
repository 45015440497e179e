import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";

const bar = (page: Page) => page.locator("[data-query-bar]");
const options = (page: Page) => page.getByRole("option");
const query = (page: Page) => new URL(page.url()).searchParams.get("q");

async function openFindings(page: Page, search = "?q="): Promise<void> {
  await page.goto(`/findings/all${search}`);
  await expect(bar(page)).toBeVisible();
}

test("a query is written by keys alone: fields, values with their counts, and the address holds it", async ({
  page,
}) => {
  await openFindings(page);
  await page.keyboard.press("/");
  await expect(bar(page)).toBeFocused();
  await expect(options(page).filter({ hasText: "severity >= high" })).toBeVisible();
  await page.keyboard.type("sev");
  await expect(options(page)).toHaveText([/^severity:How bad it is/]);
  await page.keyboard.press("Tab");
  await expect(bar(page)).toHaveValue("severity:");
  await expect(options(page).filter({ hasText: /^critical[\d,]+$/ })).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("option", { selected: true })).toContainText("high");
  await page.keyboard.press("Enter");
  await expect(bar(page)).toHaveValue("severity:high");
  await expect(options(page)).toHaveCount(0);
  await page.keyboard.type(" AND tags:env");
  await expect(options(page).filter({ hasText: /^`env:prod`[\d,]+$/ })).toBeVisible();
  await options(page).filter({ hasText: "env:prod" }).click();
  await expect(bar(page)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect.poll(() => query(page)).toBe("severity:high AND tags:`env:prod`");
  await page.reload();
  await expect(bar(page)).toHaveValue("severity:high AND tags:`env:prod`");
});

test("writing waits for nobody: no answer comes, and every letter is there at once", async ({ page }) => {
  await openFindings(page);
  await page.route(/\/query\/(complete|validate)|\/facets/, () => undefined);
  await bar(page).click();
  const text = 'severity:high AND "remote code" cloud:aws';
  await page.keyboard.type(text, { delay: 15 });
  expect(await bar(page).inputValue()).toBe(text);
  expect(await bar(page).locator("xpath=preceding-sibling::div").textContent()).toBe(text);
  await page.keyboard.press("Enter");
  await expect.poll(() => query(page)).toBe(text);
});

test("the coloured text is the written one, whatever is written", async ({ page }) => {
  await openFindings(page);
  const layer = bar(page).locator("xpath=preceding-sibling::div");
  for (const text of [
    '<img src=x onerror="alert(1)"> <script>',
    'title:"not closed AND `x',
    "مرحبا OR 日本語 😀 \u202eabc",
    `cve:[${"CVE-2021-44228, ".repeat(300)}`,
  ]) {
    await bar(page).fill(text);
    await expect(layer).toHaveText(text, { useInnerText: false });
    const sizes = await bar(page).evaluate((area) => [area.scrollHeight, area.previousElementSibling!.scrollHeight]);
    expect(sizes[0]).toBe(sizes[1]);
  }
  await bar(page).fill("a AND\nb");
  await expect(bar(page)).toHaveValue("a AND b");
});

test("a mistake is marked where it is and corrected with Tab, and nobody is told while still writing", async ({
  page,
}) => {
  await openFindings(page);
  const note = page.getByText('There is no field "sevrity" in findings');
  await bar(page).click();
  await page.keyboard.type("severity:hgh");
  await page.waitForTimeout(1_200);
  await expect(page.getByText(/"hgh" is no severity/)).toBeHidden();
  await page.keyboard.type(" x");
  await expect(page.getByText(/"hgh" is no severity/)).toBeVisible();
  await expect(page.locator('[class*="wrong"]')).toHaveText("hgh");
  await expect(bar(page)).toHaveAttribute("aria-invalid", "true");

  await bar(page).fill("sevrity:high zzz");
  await expect(note).toBeVisible();
  await expect(page.getByText("For example severity >= high")).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(bar(page)).toHaveValue("severity:high zzz");
  await expect(note).toBeHidden();
  await page.keyboard.press("Control+z");
  await expect(bar(page)).toHaveValue("sevrity:high zzz");
});

test("what the server refuses is said at its place below the bar", async ({ page }) => {
  await openFindings(page);
  await bar(page).fill("kev:true AND severity:hgh");
  await page.keyboard.press("Enter");
  const alert = page.getByRole("search").getByRole("alert");
  await expect(alert).toContainText('"hgh" is no severity');
  await expect(page.locator('[class*="wrong"]')).toHaveText("hgh");
  await page.getByRole("button", { name: "high", exact: true }).click();
  await page.keyboard.press("Enter");
  await expect.poll(() => query(page)).toBe("kev:true AND severity:high");
  await expect(alert).toBeHidden();
});

test("Esc closes what is offered, then takes back what was written", async ({ page }) => {
  await openFindings(page, "?q=kev%3Atrue");
  await bar(page).click();
  await expect(options(page)).toHaveCount(0);
  await page.keyboard.press("End");
  await page.keyboard.type(" sev");
  await expect(options(page)).not.toHaveCount(0);
  await page.keyboard.press("Escape");
  await expect(options(page)).toHaveCount(0);
  await expect(bar(page)).toHaveValue("kev:true sev");
  await page.keyboard.press("Control+Space");
  await expect(options(page)).not.toHaveCount(0);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await expect(bar(page)).toHaveValue("kev:true");
});

test("what was asked last is offered in an empty bar, and can be forgotten", async ({ page, loaded }) => {
  await loaded.client.request("PUT", "/preferences/queries.findings", []);
  await openFindings(page);
  for (const text of ["kev:true", "fix:true AND kev:true", "sevrity:x", "kev:true"]) {
    await bar(page).fill(text);
    await page.keyboard.press("Enter");
    await expect.poll(() => query(page)).toBe(text);
  }
  await openFindings(page);
  await bar(page).click();
  const recent = page.getByRole("group", { name: "Asked before" }).getByRole("option");
  await expect(recent).toHaveText(["kev:true", "fix:true AND kev:true"]);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Delete");
  await expect(recent).toHaveText(["fix:true AND kev:true"]);
  await page.keyboard.press("Escape");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await expect.poll(() => query(page)).toBe("fix:true AND kev:true");
  await bar(page).fill("");
  await page.getByRole("button", { name: "Forget all" }).click();
  await expect(recent).toHaveCount(0);
});

test("a time range is chosen, is in the address, and a shared address shows it again", async ({ page }) => {
  await openFindings(page);
  await page.getByRole("button", { name: "Time range: Any time" }).click();
  await page.getByRole("menuitemradio", { name: "Changed" }).click();
  await page.getByRole("menuitemradio", { name: "Last 7 days" }).click();
  await expect(page).toHaveURL(/range=changed%3A7d/);
  await page.getByRole("button", { name: /^Time range: Changed: Last 7 days/ }).click();
  await page.getByRole("menuitemradio", { name: /^Between two times/ }).click();
  const calendar = page.getByRole("dialog", { name: "Time range" });
  await calendar.getByRole("button", { name: "Previous month" }).click();
  const days = calendar.locator("table button:not([data-outside])");
  await days.nth(9).click();
  await days.nth(11).click();
  await calendar.getByRole("button", { name: "Apply" }).click();
  const range = new URL(page.url()).searchParams.get("range");
  expect(range).toMatch(/^changed:\d{4}-\d\d-\d\dT2[23]:00:00Z\.\.\d{4}-\d\d-\d\dT2[23]:00:00Z$/);
  await page.reload();
  await expect(
    page.getByRole("button", { name: /^Time range: Changed: 10 \w+( \d+)? – 12 \w+( \d+)?$/ }),
  ).toBeVisible();
});

test("a search is saved and shared, refuses a taken name at its field, is opened by others and deleted", async ({
  page,
  browser,
  loaded,
}) => {
  const user = { email: "sue@example.com", name: "Sue", password: "some more words in a row", role: "viewer" };
  const { id } = await loaded.client.request<{ id: string }>("POST", "/users", user);
  await openFindings(page, "?q=severity%3Acritical");
  const saved = page.getByRole("button", { name: /^Saved searches/ });
  const save = async (name: string) => {
    await saved.click();
    await page.getByRole("button", { name: "Save this search" }).click();
    await page.getByLabel("Name").fill(name);
    await page.getByLabel("Share with everyone").check();
    await page.getByRole("button", { name: "Save", exact: true }).click();
  };
  await save("Worst first");
  await expect(page.getByRole("button", { name: "Saved searches: Worst first" })).toBeFocused();
  await bar(page).fill("kev:true");
  await page.keyboard.press("Enter");
  await save("Worst first");
  await expect(page.getByText(/There is a saved search "Worst first" already/)).toBeVisible();
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.keyboard.press("Escape");

  const other = await browser.newContext({ baseURL: loaded.weir.url });
  const theirs = await other.newPage();
  const { email, password } = user;
  await theirs.request.post("/api/v1/auth/login", { data: { email, password }, headers: { origin: loaded.weir.url } });
  await openFindings(theirs);
  await theirs.getByRole("button", { name: "Saved searches" }).click();
  await expect(theirs.getByRole("button", { name: /^Change / })).toBeHidden();
  await theirs.getByRole("button", { name: "Save this search" }).click();
  await expect(theirs.getByLabel("Share with everyone")).toBeDisabled();
  await theirs.getByRole("button", { name: "Cancel" }).click();
  await theirs.getByRole("button", { name: /^Worst first/ }).click();
  await expect(bar(theirs)).toHaveValue("severity:critical");
  await other.close();

  await saved.click();
  await page.getByRole("button", { name: "Change Worst first" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(page.getByText(/Nothing is saved yet/)).toBeVisible();
  await loaded.client.request("DELETE", `/users/${id}`);
});

test("nothing that opens around the bar keeps anyone out", async ({ page }) => {
  await openFindings(page);
  const check = async (what: string) => {
    // What opens stands at the end of the document, outside its landmarks; the keyboard is taken there.
    const { violations } = await new AxeBuilder({ page }).disableRules(["region"]).analyze();
    expect(violations.map(({ id, nodes }) => `${what}: ${id} ${nodes[0]?.html}`)).toEqual([]);
  };
  await bar(page).click();
  await expect(options(page)).not.toHaveCount(0);
  await check("examples");
  await page.keyboard.type("sevrity:high s");
  await expect(page.getByText("Did you mean")).toBeVisible();
  await expect(options(page)).not.toHaveCount(0);
  await page.keyboard.press("ArrowDown");
  await check("suggestions and a mistake");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /^Time range/ }).click();
  await expect(page.getByRole("menuitemradio").first()).toBeVisible();
  await check("time range");
  await page.getByRole("menuitemradio", { name: /^Between/ }).click();
  await expect(page.getByRole("button", { name: "Apply" })).toBeVisible();
  await check("calendar");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /^Saved searches/ }).click();
  await page.getByRole("button", { name: "Save this search" }).click();
  await check("saving");
});
