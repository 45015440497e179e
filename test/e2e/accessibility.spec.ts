import type { Page } from "@playwright/test";
import { allPages, settled } from "./all-pages.ts";
import { expectOpenToAll } from "./axe.ts";
import { expect, test } from "./fixtures.ts";

const phone = { width: 390, height: 844 };
const desk = { width: 1440, height: 900 };

for (const [name, from, to] of [
  ["lists and their records", 0, 9],
  ["settings, account and help", 9, 99],
] as const)
  test(`no page keeps anyone out, on a desk or a phone, light or dark: ${name}`, async ({ page, loaded }) => {
    test.setTimeout(300_000);
    for (const path of (await allPages(loaded)).slice(from, to)) {
      await test.step(path, async () => {
        await page.setViewportSize(desk);
        await page.goto(path);
        await settled(page);
        await expectOpenToAll(page, path);
        await page.setViewportSize(phone);
        await settled(page);
        await expectOpenToAll(page, path);
      });
    }
  });

test("nor does anything that opens over a page", async ({ page }) => {
  test.setTimeout(240_000);
  const button = (name: string | RegExp) => page.getByRole("button", { name }).click();
  const close = async () => {
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog").or(page.getByRole("menu"))).toHaveCount(0);
  };
  const check = async (what: string, inside = page.getByRole("dialog").or(page.getByRole("menu")).last()) => {
    await expect(inside).toBeVisible();
    await expectOpenToAll(page, what);
  };
  await page.goto("/findings/all?q=");
  await settled(page);
  await button("Export the findings");
  await expect(page.getByText("2,000 findings").last()).toBeVisible();
  await check("export");
  await close();
  await button("Columns");
  await check("columns", page.locator("[data-columns]"));
  await page.keyboard.press("Escape");
  await button(/^Sorted by/);
  await check("sort");
  await close();
  await page.keyboard.press("?");
  await check("keys");
  await close();
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("textbox", { name: "Go to" })).toBeFocused();
  await page.keyboard.type("audit");
  await check("jump", page.getByRole("button", { name: /Audit log/ }));
  await close();
  await button(/^Account of/);
  await check("account");
  await close();

  await page.goto("/admin/settings/users");
  await button("Add user");
  await check("user");
  await close();
  await page.goto("/admin/settings/tokens");
  await page.getByRole("button", { name: "Make a token" }).first().click();
  await check("token");
  await close();

  await page.setViewportSize(phone);
  await page.goto("/findings/all?q=");
  await settled(page);
  await button("Filters");
  await check("filters");
  await close();
  await button("Navigation");
  await check("navigation", page.getByRole("navigation", { name: "Main" }));
});

test("the keyboard shows where it is, and skips the navigation", async ({ page }) => {
  await page.goto("/findings/all?q=");
  await settled(page);
  await page.keyboard.press("Tab");
  const skip = page.getByRole("link", { name: "Skip to the page" });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
  await page.keyboard.press("Tab");
  const seen = new Set<string>();
  for (let step = 0; step < 120 && !(await focusIsIn(page, "grid")); step++) {
    seen.add(await outlineOf(page));
    await page.keyboard.press("Tab");
  }
  expect(await focusIsIn(page, "grid")).toBe(true);
  expect([...seen].filter((outline) => outline.startsWith("none"))).toEqual([]);
});

async function focusIsIn(page: Page, role: string): Promise<boolean> {
  return (
    (await page
      .getByRole(role as "grid")
      .and(page.locator(":focus, :has(:focus)"))
      .count()) > 0
  );
}

/** How what has the focus is marked: by an outline, or by a border that others do not have. */
async function outlineOf(page: Page): Promise<string> {
  return await page.locator(":focus").evaluate((element) => {
    const view = element.ownerDocument.defaultView!;
    const { outlineStyle, outlineWidth } = view.getComputedStyle(element);
    const isInput = /^(INPUT|TEXTAREA)$/.test(element.tagName);
    return isInput ? "input" : `${outlineStyle} ${outlineWidth} ${element.outerHTML.slice(0, 120)}`;
  });
}
