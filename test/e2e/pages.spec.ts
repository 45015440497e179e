import { allPages, settled } from "./all-pages.ts";
import { owner } from "./client.ts";
import { expect, test } from "./fixtures.ts";
import { listOn } from "./list-page.ts";
import { startWire } from "./wire.ts";

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test("every page fits, has one heading and a title of its own", async ({ page, loaded }) => {
    test.setTimeout(180_000);
    const titles = new Set<string>();
    const pages = await allPages(loaded);
    for (const path of pages) {
      await test.step(path, async () => {
        await page.goto(path);
        await settled(page);
        await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
        await expect(page).toHaveTitle(/^\S.* · Weir$/);
        titles.add(await page.title());
        const [needed, there] = (await page.evaluate(
          "[document.scrollingElement.scrollWidth, innerWidth]",
        )) as number[];
        expect(needed, `${path} is wider than the screen`).toBeLessThanOrEqual(there!);
      });
    }
    expect(titles.size).toBeGreaterThan(pages.length / 2);
  });

  test("the way through the product is behind a button, and a finding opens over its list", async ({ page }) => {
    const list = listOn(page);
    await page.goto("/");
    await page.getByRole("button", { name: "Navigation" }).click();
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Findings" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "All findings" })).toBeVisible();
    await page.getByRole("button", { name: "Filters" }).click();
    await page
      .getByRole("dialog", { name: "Filters" })
      .getByRole("button", { name: /^Critical/ })
      .click();
    await page.keyboard.press("Escape");
    await expect(list.rows.first()).toContainText("Critical");
    const title = (await list.rows.first().getByRole("link").textContent()) ?? "";
    await list.rows.first().click();
    await expect(list.details.getByRole("heading", { level: 2, name: title }).first()).toBeInViewport();
    await page.goBack();
    await expect(list.rows.first()).toBeInViewport();
  });
});

test("a lost connection is said, and mends by itself", async ({ page, loaded }) => {
  const wire = await startWire(loaded.weir.url);
  await page.goto(`${wire.url}/findings/threats`);
  const rail = page.getByRole("navigation", { name: "Main" });
  await expect(rail.getByRole("link", { name: /^Integrations: / })).toBeVisible();
  wire.cut();
  const banner = page.getByRole("status").filter({ hasText: "The connection to Weir was lost" });
  await expect(banner).toBeVisible();
  await rail.getByRole("link", { name: "Issues" }).click();
  const failure = page.getByRole("alert").filter({ hasText: "The list could not be read" });
  await expect(failure).toContainText("Weir does not answer");
  await rail.getByRole("link", { name: "Help" }).click();
  const missing = page.getByRole("alert").filter({ hasText: "This page could not be shown" });
  await expect(missing).toContainText("The page itself could not be fetched. Weir does not answer");
  await missing.getByRole("button", { name: "Try again" }).click();
  await expect(missing).toBeVisible();
  wire.mend();
  await missing.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("navigation", { name: "Help pages" })).toBeVisible();
  await expect(banner).toBeHidden();
  await wire.stop();
});

test("what fails says what failed, keeps its place, and comes with a second try", async ({ page }) => {
  const broken = { status: 502, contentType: "text/html", body: "<html><h1>502 Bad Gateway</h1></html>" };
  for (const [path, calls, title, then] of [
    ["/findings/all?q=", "**/api/v1/findings?*", "The list could not be read", "2,000 findings"],
    ["/", "**/api/v1/dashboard?*", "The dashboard could not be read", "Open and critical"],
    ["/admin/settings/users", "**/api/v1/users", /could not be/, owner.email],
    ["/admin/settings/audit", "**/api/v1/audit*", /could not be/, "session.login"],
  ] as const) {
    await page.route(calls, (route) => route.fulfill(broken));
    await page.goto(path);
    const failure = page.getByRole("alert").filter({ hasText: title });
    await expect(failure).toContainText(/proxy between may have replaced it|Something else than Weir answered/);
    await page.unroute(calls);
    await failure.getByRole("button", { name: "Try again" }).click();
    await expect(failure).toBeHidden();
    await expect(page.getByText(then).first()).toBeVisible();
  }
});

test("a session that ended leads to the sign-in, and from there back to the same place", async ({ page, loaded }) => {
  const list = listOn(page);
  await page.goto("/findings/all?q=");
  await list.ask("severity:critical AND cloud:aws");
  await expect(list.rows.first()).toContainText("Critical");
  await page.request.post("/api/v1/auth/logout", { headers: { origin: loaded.weir.url } });
  // The page may have learned it by itself meanwhile, and what is written is gone with it.
  await list.bar.fill("severity:critical AND cloud:gcp");
  await list.bar.press("Enter", { timeout: 3_000 }).catch(() => undefined);
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await page.getByLabel("E-mail address").fill(owner.email);
  await page.getByLabel(/^Password/).fill(owner.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(list.bar).toHaveValue(/^severity:critical AND cloud:(aws|gcp)$/);
  await expect(list.rows.first()).toContainText("Critical");
});
