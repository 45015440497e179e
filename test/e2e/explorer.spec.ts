import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { type Page, test as plain } from "@playwright/test";
import { owner, setUp } from "./client.ts";
import { expect, test } from "./fixtures.ts";
import { startEmptyWeir, type Weir } from "./world.ts";

const grid = (page: Page) => page.getByRole("grid");
const rows = (page: Page) => grid(page).locator("tr[data-row]");
const row = (page: Page, index: number) => grid(page).locator(`tr[data-row="${index}"]:not([data-loading])`);
const filters = (page: Page) => page.getByRole("navigation", { name: "Filters" });
const total = (page: Page, text: RegExp) => page.getByRole("status").filter({ hasText: text });
const search = (page: Page, name: string) => new URL(page.url()).searchParams.get(name);
const scrollTop = (page: Page) => grid(page).evaluate((table) => table.parentElement!.scrollTop);

async function numberOf(page: Page): Promise<number> {
  return Number((await total(page, /^[\d,]+ /).textContent())!.replaceAll(/\D/g, ""));
}

async function openList(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await expect(row(page, 0)).toBeVisible();
}

test("Q-38 Q-39 Q-40 the inventory is at Inventory, Assets, All Assets, and finds what came from Wiz", async ({
  page,
}) => {
  for (const q of ['tags.name:"Wiz"', 'asset.inventory:"Wiz"']) {
    await openList(page, `/inventory/assets?${new URLSearchParams({ q })}`);
    await expect(page.locator("main header")).toContainText("Inventory › Assets › All Assets");
    const found = await numberOf(page);
    await openList(page, "/inventory/assets?q=");
    expect(await numberOf(page)).toBe(found);
  }
});

test("Q-41 Q-42 vulnerabilities are at Risk findings, and findings are found by what found them", async ({ page }) => {
  await openList(page, `/findings/all?${new URLSearchParams({ q: 'findings.vendorProductname:"Wiz"' })}`);
  const all = await numberOf(page);
  await page.getByRole("navigation", { name: "Risk findings" }).getByRole("link", { name: "Vulnerabilities" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Vulnerabilities" })).toBeVisible();
  await expect(page.locator("main header")).toContainText("Risk findings › Vulnerabilities");
  expect(search(page, "q")).toBe('findings.vendorProductname:"Wiz"');
  await expect.poll(() => numberOf(page)).toBeLessThan(all);
});

test("at 1440 by 900 twenty findings are seen, and thousands need no more rows than a screen has", async ({ page }) => {
  await openList(page, "/findings/all?q=");
  const count = await numberOf(page);
  await expect(grid(page)).toHaveAttribute("aria-rowcount", String(count + 1));
  const seen = await grid(page).evaluate((table) => {
    const { top, bottom } = table.parentElement!.getBoundingClientRect();
    const head = table.querySelector("thead")!.getBoundingClientRect().height;
    const boxes = [...table.querySelectorAll("tbody tr")].map((one) => one.getBoundingClientRect());
    return boxes.filter((box) => box.top >= top + head && box.bottom <= bottom).length;
  });
  expect(seen).toBeGreaterThanOrEqual(20);
  await grid(page).focus();
  await expect(async () => {
    await page.keyboard.press("End");
    await expect(row(page, count - 1)).toHaveAttribute("aria-rowindex", String(count + 1), { timeout: 300 });
  }).toPass();
  expect(await rows(page).count()).toBeLessThan(70);
  await page.keyboard.press("Home");
  await expect(row(page, 0)).toBeVisible();
});

test("keys move through a list, open what is marked and close it, and going back finds the place", async ({ page }) => {
  await openList(page, "/findings/all?q=");
  for (const key of ["j", "j", "ArrowDown", "k"]) await page.keyboard.press(key);
  await expect(row(page, 1)).toHaveAttribute("data-marked", "true");
  await page.keyboard.press("Enter");
  const details = page.getByRole("complementary");
  await expect(details).toBeVisible();
  const first = search(page, "open");
  await page.keyboard.press("j");
  await expect.poll(() => search(page, "open")).not.toBe(first);
  await expect(row(page, 2)).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Escape");
  await expect(details).toBeHidden();
  await grid(page).focus();
  for (let i = 0; i < 8; i++) await page.keyboard.press("PageDown");
  const marked = await grid(page).locator("tr[data-marked]").getAttribute("data-row");
  const place = await scrollTop(page);
  expect(place).toBeGreaterThan(2_000);
  await page.getByRole("link", { name: "Signals" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Search" })).toBeVisible();
  await page.goBack();
  await expect.poll(() => scrollTop(page)).toBe(place);
  await expect(grid(page).locator("tr[data-marked]")).toHaveAttribute("data-row", marked!);
});

test("a click on a value asks for it, Alt and a click keeps it out, and the address holds it", async ({ page }) => {
  await openList(page, "/findings/all?q=");
  const value = (name: RegExp) => filters(page).getByRole("button", { name });
  await value(/^Critical/).click();
  await expect.poll(() => search(page, "q")).toBe("severity:critical");
  await value(/^High/).click();
  await expect.poll(() => search(page, "q")).toBe("severity:[critical, high]");
  await expect(value(/^Medium/)).toBeVisible();
  await value(/^Vulnerability/).click({ modifiers: ["Alt"] });
  await expect.poll(() => search(page, "q")).toBe("severity:[critical, high] AND NOT kind:vulnerability");
  await value(/^Take vulnerability in again/).click();
  await expect.poll(() => search(page, "q")).toBe("severity:[critical, high]");
  const found = await numberOf(page);
  await page.reload();
  await expect(value(/^Critical/)).toHaveAttribute("aria-pressed", "true");
  await expect.poll(() => numberOf(page)).toBe(found);
});

test("columns, their order and width, and the density are kept for whoever chose them", async ({ page }) => {
  await openList(page, "/inventory/assets?q=");
  const titles = () => page.getByRole("columnheader").allTextContents();
  const before = await titles();
  await page.getByRole("button", { name: "Columns" }).click();
  await page.getByRole("checkbox", { name: "Region" }).click();
  await expect(page.getByRole("checkbox", { name: "Region" })).toBeChecked();
  await page.getByRole("checkbox", { name: "Cloud", exact: true }).click();
  await expect(page.getByRole("checkbox", { name: "Cloud", exact: true })).not.toBeChecked();
  await page.getByRole("button", { name: "Move Region up" }).click();
  await page.keyboard.press("Escape");
  const header = page.getByRole("columnheader", { name: "Class" });
  await header.focus();
  const width = (await header.boundingBox())!.width;
  await page.keyboard.press("Shift+ArrowRight");
  await expect.poll(async () => (await header.boundingBox())!.width).toBeCloseTo(width + 16, 0);
  await page.getByRole("button", { name: /Rows are comfortable/ }).click();
  await page.reload();
  await expect(row(page, 0)).toBeVisible();
  const others = before.filter((title) => title !== "Cloud");
  expect(await titles()).toEqual([...others.slice(0, -1), "Region", others.at(-1)]);
  expect((await header.boundingBox())!.width).toBeCloseTo(width + 16, 0);
  expect((await row(page, 1).boundingBox())!.height).toBe(28);
  await page.getByRole("button", { name: "Columns" }).click();
  await page.getByRole("button", { name: "Reset" }).click();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /Rows are compact/ }).click();
  expect(await titles()).toEqual(before);
});

test("an export says how many there are before it begins, and its file is what it says", async ({ page }) => {
  await openList(page, "/findings/all?q=severity:critical");
  const count = await numberOf(page);
  await page.getByRole("button", { name: "Export the findings" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("radio", { name: "NDJSON" }).check();
  const download = page.waitForEvent("download");
  await dialog.getByRole("button", { name: `Export ${count.toLocaleString("en-US")}` }).click();
  const text = await readFile(await (await download).path(), "utf8");
  const lines = text.trimEnd().split("\n");
  expect(lines).toHaveLength(count + 1);
  const sha256 = createHash("sha256")
    .update(`${lines.slice(0, -1).join("\n")}\n`)
    .digest("hex");
  await expect(dialog.getByText(sha256)).toBeVisible();
  await expect(dialog).toContainText(`Complete: ${count.toLocaleString("en-US")} findings`);
});

test("a list that cannot be read keeps its rows, says so and is tried again", async ({ page }) => {
  await openList(page, "/findings/all?q=");
  const all = await numberOf(page);
  await page.route(/\/api\/v1\/findings\?/, (route) => route.abort());
  await filters(page)
    .getByRole("button", { name: /^Critical/ })
    .click();
  await expect(page.getByRole("alert")).toContainText("The list could not be read");
  await expect(row(page, 0)).toBeVisible();
  await page.unroute(/\/api\/v1\/findings\?/);
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("alert")).toBeHidden();
  await expect.poll(() => numberOf(page)).toBeLessThan(all);
});

test("what finds nothing says what was asked for, and each part can be taken out", async ({ page }) => {
  await page.goto(`/findings/all?${new URLSearchParams({ q: 'cloud:aws AND title:"no such thing"', range: "7d" })}`);
  await expect(page.getByRole("heading", { name: "No findings match" })).toBeVisible();
  await page.getByRole("button", { name: "Look at any time" }).click();
  await expect.poll(() => search(page, "range")).toBeNull();
  await page.getByRole("button", { name: 'title:"no such thing"' }).click();
  await expect(row(page, 0)).toBeVisible();
  expect(search(page, "q")).toBe("cloud:aws");
});

plain.describe("before anything was connected", () => {
  let weir: Weir;
  plain.beforeAll(async () => {
    weir = await startEmptyWeir([]);
    await setUp(weir.url, weir.setupToken);
  });
  plain.afterAll(() => weir.stop());

  plain("a list says that there is no integration, and where to add one", async ({ page }) => {
    const data = { email: owner.email, password: owner.password };
    await page.request.post(`${weir.url}/api/v1/auth/login`, { data, headers: { origin: weir.url } });
    for (const path of ["/findings/vulnerabilities", "/inventory/assets", "/signals/search"]) {
      await page.goto(weir.url + path);
      await expect(page.getByRole("heading", { name: "No integration yet" })).toBeVisible();
    }
    await page.getByRole("button", { name: "Add integration" }).click();
    await expect(page).toHaveURL(/\/admin\/settings\/connectors$/);
  });
});
