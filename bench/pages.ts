import { randomBytes } from "node:crypto";
import { type Browser, type BrowserContextOptions, chromium } from "@playwright/test";
import { addUser } from "../src/auth/users.ts";
import { cliActor } from "../src/cli/actor.ts";
import { buildPages } from "../src/cli/build-pages.ts";
import { deleteUser } from "../src/store/user.ts";
import { launchOptions } from "../test/e2e/chromium.ts";
import { startWeir } from "../test/weir-process.ts";
import { openFilledStore } from "./filled-store.ts";
import { load, openTab, settle, type Tab } from "./pages-browser.ts";
import type { Figure } from "./pages-figure.ts";
import * as steps from "./pages-steps.ts";

export interface Sample extends Figure {
  step: string;
}

export interface PagesFigures {
  findings: number;
  rounds: number;
  samples: Sample[];
  /** What axe found, what the console had, what the browser had to say. */
  complaints: string[];
}

export interface PagesBench {
  findings: number;
  rounds: number;
  isKept: boolean;
  say: (text: string) => void;
}

type Session = Exclude<BrowserContextOptions["storageState"], string | undefined>;

/** Opens the pages in Chromium on a store that SQL filled, and measures what a person would feel. */
export async function measurePages(bench: PagesBench): Promise<PagesFigures> {
  if (!(await buildPages(process.stderr))) throw new Error("The pages could not be built.");
  const store = await openFilledStore(bench.findings, bench.say);
  const [name, password] = [randomBytes(6).toString("hex"), randomBytes(12).toString("base64url")];
  const login = { email: `bench-${name}@example.com`, password };
  const user = await addUser(store.app, { ...login, name: "Bench", role: "admin" }, cliActor());
  const weir = startWeir(["serve", "--role", "web", "--port", "0"], { WEIR_DATA_DIR: store.dataDir });
  try {
    const url = /https?:\/\/\S+/.exec(await weir.line(/listening on/))![0];
    const browser = await chromium.launch(launchOptions);
    try {
      return await measure(browser, { url, session: await signIn(url, login) }, bench);
    } finally {
      await browser.close();
    }
  } finally {
    await weir.stop();
    await deleteUser(store.app.db, user.id);
    await store.close(bench.isKept);
  }
}

interface Site {
  url: string;
  session: Session;
}

async function measure(browser: Browser, site: Site, { findings, rounds, say }: PagesBench): Promise<PagesFigures> {
  const samples: Sample[] = [];
  const complaints = new Set<string>();
  for (let round = 1; round <= rounds; round++) {
    say(`  round ${round} of ${rounds}\n`);
    for (const { session, parts } of journeys(site)) {
      const tab = await openTab(browser, session);
      for (const [step, measureStep] of parts)
        for (const figure of await measureStep(tab)) samples.push({ step, ...figure });
      for (const complaint of tab.complaints) complaints.add(complaint);
      await tab.close();
    }
  }
  for (const found of await lookForBarriers(browser, site)) complaints.add(found);
  return { findings, rounds, samples, complaints: [...complaints] };
}

interface Journey {
  session?: Session;
  parts: [step: string, measureStep: (tab: Tab) => Promise<Figure[]>][];
}

/** Each begins with an empty cache. */
function journeys({ url, session }: Site): Journey[] {
  return [
    { parts: [["sign-in, nothing cached", (tab) => steps.signInPage(tab, url)]] },
    {
      session,
      parts: [
        ["list, nothing cached", (tab) => steps.firstList(tab, url)],
        ["list, all cached", (tab) => steps.listAgain(tab, url)],
        ["writing a query of 61 characters, ten a second", steps.typing],
        ["from Enter", steps.asking],
        ["from a click on a row to its details", steps.details],
        ["from a click to the dashboard", steps.dashboardByClick],
      ],
    },
    { session, parts: [["dashboard, nothing cached", (tab) => steps.firstDashboard(tab, url)]] },
    { session, parts: [["scrolling through 100 pages, 10,000 rows", (tab) => steps.scrolling(tab, url)]] },
  ];
}

/** What axe says of the pages, in the light and in the dark. */
async function lookForBarriers(browser: Browser, { url, session }: Site): Promise<string[]> {
  const found: string[] = [];
  const tab = await openTab(browser, session);
  for (const colorScheme of ["light", "dark"] as const) {
    await tab.page.emulateMedia({ colorScheme });
    for (const path of ["/", steps.listPath, "/inventory/assets", "/signals/search", "/admin/settings/integrations"]) {
      await load(tab, `${url}${path}`, "h1");
      await settle(tab);
      found.push(...(await steps.barriers(tab)).map((one) => `axe, ${path}, ${colorScheme}: ${one}`));
    }
  }
  await tab.close();
  return found;
}

async function signIn(url: string, login: { email: string; password: string }): Promise<Session> {
  const answer = await fetch(`${url}/api/v1/auth/login`, {
    method: "POST",
    headers: { origin: url, "content-type": "application/json" },
    body: JSON.stringify(login),
  });
  if (!answer.ok) throw new Error(`Signing in: ${answer.status} ${await answer.text()}`);
  const [pair = ""] = answer.headers.getSetCookie()[0]?.split(";") ?? [];
  const [name = "", value = ""] = pair.split("=");
  const cookie = { name, value, domain: new URL(url).hostname, path: "/", expires: -1 };
  return { cookies: [{ ...cookie, httpOnly: true, secure: false, sameSite: "Lax" }], origins: [] };
}
