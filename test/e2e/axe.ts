import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect } from "./fixtures.ts";

/** WCAG 2.2, levels A and AA. */
const standards = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** Half-way from one colour to another nothing has the contrast that it will have. */
const stillness = `Promise.all(
  document.getAnimations().filter((one) => Number.isFinite(one.effect.getComputedTiming().endTime))
    .map((one) => one.finished.catch(() => undefined)),
).then(() => undefined)`;

const others = { light: "dark", dark: "light" } as const;

/** Nothing on the page as it is now keeps anyone out, neither in its own colours nor in those of the other theme. */
export async function expectOpenToAll(page: Page, what: string): Promise<void> {
  const scheme = await page.locator("html").getAttribute("data-mantine-color-scheme");
  await page.evaluate(stillness);
  await expectNone(page, what, new AxeBuilder({ page }).withTags(standards));
  const other = others[scheme as "light" | "dark"];
  await page.emulateMedia({ colorScheme: other });
  await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", other);
  await page.evaluate(stillness);
  // What the theme changes is the colours.
  await expectNone(page, `${what}, ${other}`, new AxeBuilder({ page }).withRules(["color-contrast"]));
}

async function expectNone(page: Page, what: string, axe: AxeBuilder): Promise<void> {
  const { violations } = await axe.analyze();
  const told = violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`),
  );
  expect(told, `${what} at ${page.viewportSize()?.width} px`).toEqual([]);
}
