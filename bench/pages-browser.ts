import { fileURLToPath } from "node:url";
import type { Browser, BrowserContextOptions, CDPSession, Page } from "@playwright/test";

const probe = fileURLToPath(new URL("./pages-probe.js", import.meta.url));

/** A tab in which a page is measured. */
export interface Tab {
  page: Page;
  cdp: CDPSession;
  network: Network;
  /** What a person would never see but the console has, and what the browser has to say about the page. */
  complaints: string[];
  close(): Promise<void>;
}

interface Network {
  /** Bytes that came over the wire, by what they are, and how many answers. */
  received: Map<string, { bytes: number; answers: number }>;
  /** What is still on its way and for which document, without the stream of events, which never ends. */
  open: Map<string, string>;
}

/** What the browser noted since the probe was last reset. Milliseconds. */
export interface Noted {
  longTasks: { startTime: number; duration: number }[];
  events: { name: string; startTime: number; delay: number; duration: number }[];
  /** Sum of the layout shifts that nobody asked for. */
  shift: number;
  /** When the largest part was painted. */
  largest: number;
}

/** A tab that remembers nothing, signed in with a session if there is one. */
export async function openTab(browser: Browser, session: BrowserContextOptions["storageState"]): Promise<Tab> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: "en-GB",
    ...(session !== undefined && { storageState: session }),
  });
  const page = await context.newPage();
  await page.addInitScript({ path: probe });
  const cdp = await context.newCDPSession(page);
  await cdp.send("Performance.enable");
  const complaints = await watchComplaints(page, cdp);
  return { page, cdp, complaints, network: await watchNetwork(cdp), close: () => context.close() };
}

async function watchNetwork(cdp: CDPSession): Promise<Network> {
  const network: Network = { received: new Map(), open: new Map() };
  const types = new Map<string, string>();
  cdp.on("Network.requestWillBeSent", ({ requestId, loaderId, type = "Other" }) => {
    types.set(requestId, type);
    if (type !== "EventSource") network.open.set(requestId, loaderId);
  });
  // What a page that was left still waited for ends without a word.
  cdp.on("Page.frameNavigated", ({ frame }) => {
    for (const [requestId, loaderId] of network.open) if (loaderId !== frame.loaderId) network.open.delete(requestId);
  });
  cdp.on("Network.loadingFailed", ({ requestId }) => network.open.delete(requestId));
  cdp.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    network.open.delete(requestId);
    const type = types.get(requestId) ?? "Other";
    const { bytes, answers } = network.received.get(type) ?? { bytes: 0, answers: 0 };
    network.received.set(type, { bytes: bytes + encodedDataLength, answers: answers + 1 });
  });
  await cdp.send("Page.enable");
  await cdp.send("Network.enable");
  return network;
}

const quietMs = 700;

/** Waits until nothing has been on its way for a moment. */
export async function settle({ page, network }: Tab): Promise<void> {
  for (let since = performance.now(); performance.now() - since < quietMs; ) {
    await page.waitForTimeout(50);
    if (network.open.size > 0) since = performance.now();
  }
}

async function watchComplaints(page: Page, cdp: CDPSession): Promise<string[]> {
  const complaints: string[] = [];
  page.on("pageerror", ({ message }) => complaints.push(`uncaught: ${message}`));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(`console: ${message.text()}`);
  });
  cdp.on("Audits.issueAdded", ({ issue: { code, details } }) =>
    complaints.push(`issue: ${code}${details.genericIssueDetails ? `, ${details.genericIssueDetails.errorType}` : ""}`),
  );
  await cdp.send("Audits.enable");
  return complaints;
}

export async function noted({ page }: Tab): Promise<Noted> {
  return await page.evaluate<Noted>("({ ...probe.noted })");
}

/** What is noted from now on belongs to what is measured next. */
export async function forget({ page }: Tab): Promise<void> {
  await page.evaluate("probe.forget()");
}

/** Opens an address and answers when something of it was drawn, in milliseconds since the navigation began. */
export async function load(tab: Tab, url: string, selector: string): Promise<number> {
  const { page } = tab;
  await page.addInitScript(`probe.expect(${JSON.stringify(selector)})`);
  await page.goto(url, { waitUntil: "commit" });
  return await drawnAt(tab, selector);
}

/** Does something on the page, and answers how long it takes until something is drawn. Milliseconds. */
export async function untilDrawn(tab: Tab, selector: string, act: () => Promise<void>): Promise<number> {
  await tab.page.evaluate(`probe.expect(${JSON.stringify(selector)})`);
  await act();
  const drawn = await drawnAt(tab, selector);
  return drawn - (await tab.page.evaluate<number>("probe.inputAt"));
}

async function drawnAt({ page }: Tab, selector: string): Promise<number> {
  return await page.evaluate<number>(`probe.drawnAt(${JSON.stringify(selector)})`);
}

export async function metric(cdp: CDPSession, wanted: string): Promise<number> {
  const { metrics } = await cdp.send("Performance.getMetrics");
  const found = metrics.find(({ name }) => name === wanted);
  if (found === undefined) throw new Error(`This Chromium does not measure ${wanted}.`);
  return found.value;
}
