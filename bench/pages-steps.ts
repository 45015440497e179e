import { AxeBuilder } from "@axe-core/playwright";
import { forget, load, metric, noted, settle, type Tab, untilDrawn } from "./pages-browser.ts";
import { type Figure, longest, middle, ms, percent } from "./pages-figure.ts";
import { tasksOf } from "./pages-trace.ts";

const row = "[data-row]:not([data-loading])";
const missingRow = "[data-row][data-loading]";
const number = 'table[aria-label="Open findings by kind and severity"] a';
const chart = ".recharts-surface";
const title = "[data-beside-list] h2";

export const listPath = "/findings/vulnerabilities";
const query = "severity:critical AND exploit:true AND cloud:aws AND fix:true";
const keysPerSecond = 10;
const pagesScrolled = 100;
const rowsPerPage = 100;
/** A brisk turn of the wheel: five screens a second. */
const pixelsPerSecond = 4_500;
const frameMs = 1000 / 60;

/** The first look of somebody who is not signed in. */
export async function signInPage(tab: Tab, url: string): Promise<Figure[]> {
  const drawn = await load(tab, `${url}${listPath}`, "input[type=password]");
  return [await firstPaint(tab), ms("sign-in drawn", drawn, 1_000)];
}

/** The first look at a list, with nothing in the browser's cache. */
export async function firstList(tab: Tab, url: string): Promise<Figure[]> {
  let drawn = 0;
  const tasks = await tasksOf(tab.page, async () => {
    drawn = await load(tab, `${url}${listPath}`, row);
    await settle(tab);
  });
  const { largest, shift } = await noted(tab);
  return [
    ...bytes(tab),
    await firstPaint(tab),
    ms("largest contentful paint", largest, 2_500),
    ms("first row drawn, and clicks are answered", drawn, 1_000),
    ...tasks,
    { name: "layout shift", unit: "", value: shift, budget: 0.1 },
  ];
}

/** The same with everything in the cache, as on every other morning. */
export async function listAgain(tab: Tab, url: string): Promise<Figure[]> {
  return [ms("first row drawn, and clicks are answered", await load(tab, `${url}${listPath}`, row), 1_000)];
}

export async function firstDashboard(tab: Tab, url: string): Promise<Figure[]> {
  let drawn = 0;
  const tasks = await tasksOf(tab.page, async () => {
    drawn = await load(tab, `${url}/`, number);
    await tab.page.locator(chart).first().waitFor();
    await settle(tab);
  });
  const { largest, shift } = await noted(tab);
  return [
    await firstPaint(tab),
    ms("largest contentful paint", largest, 2_500),
    ms("numbers drawn", drawn, 1_000),
    ...tasks,
    { name: "layout shift", unit: "", value: shift, budget: 0.1 },
  ];
}

/** The dashboard from within the product: a click in the navigation. */
export async function dashboardByClick(tab: Tab): Promise<Figure[]> {
  const click = () => tab.page.getByRole("link", { name: "Dashboard", exact: true }).click();
  return [ms("numbers drawn", await untilDrawn(tab, number, click), 1_000)];
}

/** A person writes a query while the browser completes, checks and colours it. */
export async function typing(tab: Tab): Promise<Figure[]> {
  const { page } = tab;
  await page.locator("[data-query-bar]").fill("");
  await settle(tab);
  await forget(tab);
  const tasks = await tasksOf(page, () => page.keyboard.type(query, { delay: 1000 / keysPerSecond }));
  await settle(tab);
  const { events } = await noted(tab);
  const keys = events.filter(({ name }) => name.startsWith("key") || name === "input");
  return [
    ...tasks,
    ms("longest wait of a key for the page", longest(keys.map(({ delay }) => delay)), 50),
    ms("longest from key to paint", longest(keys.map(({ duration }) => duration)), 200),
  ];
}

/** From Enter to the rows of the new query. */
export async function asking(tab: Tab): Promise<Figure[]> {
  const before = await tab.page.getByRole("grid").getAttribute("aria-rowcount");
  const answered = `[role=grid][aria-busy="false"]:not([aria-rowcount="${before}"])`;
  return [ms("new rows drawn", await untilDrawn(tab, answered, () => tab.page.keyboard.press("Enter")))];
}

/** Turns the wheel over the list until a hundred pages have passed by. */
export async function scrolling(tab: Tab, url: string): Promise<Figure[]> {
  const { page } = tab;
  await load(tab, `${url}${listPath}?q=`, row);
  await settle(tab);
  const before = await memory(tab);
  await page.evaluate(`probe.watchFrames(${JSON.stringify(missingRow)})`);
  const tasks = await tasksOf(page, () => turnTheWheel(tab));
  const { frames, gaps } = await page.evaluate<{ frames: number[]; gaps: number }>("probe.framesWatched()");
  const dropped = frames.reduce((sum, each) => sum + Math.max(0, Math.round(each / frameMs) - 1), 0);
  const after = await memory(tab);
  return [
    ms("median frame", middle(frames), 17),
    ms("worst frame", longest(frames)),
    percent("frames dropped", dropped / (frames.length + dropped)),
    percent("frames with a row still on its way", gaps / frames.length),
    ...tasks,
    { name: "memory before", unit: "MB", value: before.heapMb },
    { name: "memory after", unit: "MB", value: after.heapMb },
    { name: "elements before", unit: "", value: before.nodes },
    { name: "elements after", unit: "", value: after.nodes },
  ];
}

async function turnTheWheel({ page, cdp }: Tab): Promise<void> {
  const last = page.locator(row).last();
  while (Number(await last.getAttribute("data-row")) < pagesScrolled * rowsPerPage)
    await cdp.send("Input.synthesizeScrollGesture", {
      x: 900,
      y: 600,
      yDistance: -3 * pixelsPerSecond,
      speed: pixelsPerSecond,
      gestureSourceType: "mouse",
      preventFling: true,
    });
}

/** A click on a row, until its details stand beside the list; then on another. */
export async function details(tab: Tab): Promise<Figure[]> {
  const { page } = tab;
  const click = (at: number) =>
    page
      .locator(row)
      .nth(at)
      .click({ position: { x: 60, y: 10 } });
  await forget(tab);
  const first = await untilDrawn(tab, title, () => click(12));
  await page.keyboard.press("Escape");
  await page.locator(title).waitFor({ state: "detached" });
  const second = await untilDrawn(tab, title, () => click(14));
  const { events } = await noted(tab);
  return [
    ms("the first time", first),
    ms("the second time", second),
    ms("longest from input to next paint", longest(events.map(({ duration }) => duration)), 200),
  ];
}

/** What axe finds on the page as it stands. */
export async function barriers({ page }: Tab): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(({ id, nodes }) => `${id} (${nodes.length})`);
}

function bytes({ network: { received } }: Tab): Figure[] {
  const of = (...types: string[]) => types.reduce((sum, type) => sum + (received.get(type)?.bytes ?? 0), 0) / 1000;
  const answers = received.get("Fetch")?.answers ?? 0;
  const [document, scripts, styles, images] = [of("Document"), of("Script"), of("Stylesheet"), of("Image", "Other")];
  return [
    { name: "pages, scripts, styles, images", unit: "kB", value: document + scripts + styles + images, budget: 300 },
    { name: "of them scripts", unit: "kB", value: scripts },
    { name: "of them styles", unit: "kB", value: styles },
    { name: `answers of the API (${answers})`, unit: "kB", value: of("Fetch") },
  ];
}

async function firstPaint({ page }: Tab): Promise<Figure> {
  for (;;) {
    const at = await page.evaluate<number | undefined>(
      "performance.getEntriesByName('first-contentful-paint')[0]?.startTime",
    );
    if (at !== undefined) return ms("first contentful paint", at, 1_800);
    await page.waitForTimeout(20);
  }
}

async function memory({ cdp }: Tab): Promise<{ heapMb: number; nodes: number }> {
  await cdp.send("HeapProfiler.collectGarbage");
  return { heapMb: (await metric(cdp, "JSHeapUsedSize")) / 1e6, nodes: await metric(cdp, "Nodes") };
}
