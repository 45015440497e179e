import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, expect, type Page, test } from "@playwright/test";
import { aCertificate } from "../certificate.ts";
import { expectOpenToAll } from "./axe.ts";
import { owner } from "./client.ts";
import { watch } from "./fixtures.ts";
import { grouped, listOn, tally } from "./list-page.ts";
import { startEmptyWeir, startTenant, type Tenant, type Weir } from "./world.ts";

/** One person, one browser, from the first start to signing out: each test goes on where the one before ended. */
test.describe.configure({ mode: "serial" });

let tenant: Tenant;
let weir: Weir;
let folder: string;
let page: Page;
let problems: string[];
/** Everything that the browser was told. */
let answers: string[];

test.beforeAll(async ({ browser }) => {
  folder = mkdtempSync(join(tmpdir(), "weir-e2e-tls-"));
  const { cert, key } = aCertificate();
  const files = { WEIR_TLS_CERT: join(folder, "cert.pem"), WEIR_TLS_KEY: join(folder, "key.pem") };
  writeFileSync(files.WEIR_TLS_CERT, cert);
  writeFileSync(files.WEIR_TLS_KEY, key);
  tenant = await startTenant(["--seed", "7"]);
  weir = await startEmptyWeir([tenant.host], files);
  ({ page, problems, answers } = await arrive(browser));
});

test.afterAll(async () => {
  await page?.context().close();
  await weir?.stop();
  await tenant?.stop();
  rmSync(folder, { recursive: true });
});

async function arrive(browser: Browser) {
  const context = await browser.newContext({ baseURL: weir.url, ignoreHTTPSErrors: true });
  const heard: string[] = [];
  context.on("response", async (response) => {
    if (response.url().includes("/api/v1/") && !response.url().endsWith("/events"))
      heard.push(await response.text().catch(() => ""));
  });
  const opened = await context.newPage();
  return { page: opened, problems: watch(opened), answers: heard };
}

const secret = "emulator-secret";
const button = (name: string | RegExp) => page.getByRole("button", { name });
const place = (name: string) => page.getByRole("navigation", { name: "Main" }).getByRole("link", { name, exact: true });

test("W-20 over HTTPS, the token from the log makes the first administrator, who is told what comes first", async () => {
  expect(weir.url).toMatch(/^https:/);
  await page.goto("/");
  await expect(page.getByRole("heading", { name: "Make the first administrator" })).toBeVisible();
  await expectOpenToAll(page, "set-up");
  await page.getByLabel("Set-up token").fill(weir.setupToken);
  await page.getByLabel("Your name").fill(owner.name);
  await page.getByLabel("E-mail address").fill(owner.email);
  await page.getByLabel(/^Password/).fill(owner.password);
  await button("Set up Weir").click();
  await expect(page).toHaveURL(`${weir.url}/admin/settings/integrations`);
  await expect(page.getByRole("heading", { name: "Connect your first tenant" })).toBeVisible();
  await expectOpenToAll(page, "integrations without any");

  await place("Dashboard").click();
  await expect(page.getByRole("heading", { name: "No tenant is connected yet" })).toBeVisible();
  await expect(page.getByRole("main")).toContainText("Create a service account in Wiz; the wizard shows where.");
  await expect(button("Add an integration")).toBeVisible();
  await place("Findings").click();
  await expect(page.getByRole("heading", { name: "No integration yet" })).toBeVisible();
  await expect(button("Add integration")).toBeVisible();
});

test("W-01 W-06 W-07 W-08 W-12 Q-03 Q-05 Q-06 Q-07 Q-08 Q-09 Q-10 Q-11 Q-22 the catalogue says what the connector is", async () => {
  await place("Settings").click();
  await place("Connectors").click();
  const card = page.getByRole("article", { name: "Wiz" });
  for (const tag of ["integration", "cloud"]) {
    await page
      .locator("label")
      .filter({ hasText: new RegExp(`^${tag}$`) })
      .click();
    await expect(page).toHaveURL(new RegExp(`tag=${tag}`));
    await expect(card).toBeVisible();
  }
  await page.getByLabel("Search connectors").fill("no such thing");
  await expect(page.getByRole("heading", { name: "None matches" })).toBeVisible();
  await page.getByRole("link", { name: "Show all" }).click();
  await expect(card).toContainText("Cloud Security · Wiz CNAPP");
  for (const fact of [
    ["Vendor", "Wiz"],
    ["Product", "Wiz CWP"],
    ["Connector id", "signal-client.wiz"],
    ["Authentication", "OAuth2 client credentials"],
    ["Assets", "Storage, Compute, Container Instances and Container Images"],
    ["Findings", "Vulnerabilities"],
    ["Tenants", "SaaS"],
    ["Interface", "REST for the token, GraphQL for the data"],
    ["Direction", "From Wiz to Weir; nothing is ever written to Wiz"],
    ["Sync", "Incremental"],
  ] as const)
    await expect(
      card
        .locator("dl > div")
        .filter({ has: page.locator("dt", { hasText: fact[0] }) })
        .first(),
    ).toContainText(fact[1]);
  const documentation = card.getByRole("link", { name: "Wiz API documentation" });
  await expect(documentation).toHaveAttribute("href", /^https:\/\/docs\.wiz\.io\//);
});

test("W-13 W-14 what it takes is a checklist, and the way to the host is tested before there are credentials", async () => {
  const prerequisites = page.getByRole("region", { name: "Prerequisites" });
  const boxes = prerequisites.getByRole("checkbox");
  await expect(boxes).toHaveCount(3);
  await expect(prerequisites).toContainText("An active Wiz subscription");
  await expect(prerequisites).toContainText("Admin access to the Wiz console");
  await expect(prerequisites).toContainText("on port 443");
  await prerequisites.getByText("An active Wiz subscription").click();
  const host = prerequisites.getByLabel("Test the network path to");
  await expect(host).toHaveValue("api.us1.app.wiz.io");
  await host.fill(`${tenant.url}/graphql`);
  await button("Test the network path").click();
  await expect(prerequisites.getByRole("status")).toContainText(tenant.host);
  await expect(boxes.nth(2)).toBeChecked();
  await page.reload();
  await expect(boxes.nth(0)).toBeChecked();
  await expect(boxes.nth(1)).not.toBeChecked();
  await button("Manage the integrations of Wiz").click();
  await expect(page.getByRole("heading", { level: 1, name: "Integrations" })).toBeVisible();
});

test("W-15 W-18 W-19 W-21 W-23 W-24 W-25 W-26 Q-13 Q-17 Q-18 Q-20 Q-23 Q-44 the first step asks in the vendor's order, says where to find each, and tests it", async () => {
  await button("Add Integration").first().click();
  await page.getByRole("menuitem", { name: /^Wiz/ }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Add Integration: Wiz" })).toBeVisible();
  const labels = ["Name", "Description", "Wiz API Endpoint URL", "Client ID", "Client Secret", "Token URL"];
  const fields = page.locator("form label").filter({ hasText: new RegExp(`^(${labels.join("|")})`) });
  expect((await fields.allInnerTexts()).map((text) => text.replace(/[\s*]+$/, ""))).toEqual(labels);
  for (const help of [
    "Tenant Info → Data Center and Regions",
    "the address bar of your browser while you are signed in to Wiz",
    "Sign in at https://app.wiz.io/",
    "as a project administrator",
    "Settings → Service Accounts",
    "For example Weir",
    "Custom Integration (GraphQL API)",
    "read:vulnerabilities for vulnerabilities",
    "read:resources for assets",
    "copy Client ID and Client Secret",
  ])
    await expect(page.locator("form")).toContainText(help);

  const endpoint = page.getByLabel("Wiz API Endpoint URL");
  const understood = page.getByRole("status").filter({ hasText: "Understood" });
  for (const [region, host] of [
    ["EU", "api.eu1.app.wiz.io"],
    ["US 2", "api.us2.app.wiz.io"],
    ["US", "api.us1.app.wiz.io"],
  ] as const) {
    await page.getByRole("radiogroup").getByText(region, { exact: true }).click();
    await expect(endpoint).toHaveValue(`https://${host}`);
    await expect(understood).toContainText(`https://${host}/graphql`);
    await expect(page.getByLabel("Token URL")).toHaveValue("https://auth.app.wiz.io/oauth/token");
  }
  await page.getByLabel(/^Name/).fill("prod");
  await page.getByLabel("Description").fill("The tenant of production; ask Ann.");
  await endpoint.fill(`${tenant.url}/graphql`);
  await page.getByLabel("Client ID").fill("emulator");
  await page.getByLabel("Client Secret").fill(secret);
  await expect(page.getByLabel("Client Secret")).toHaveAttribute("type", "password");
  await page.getByLabel("Token URL").fill(`${tenant.url}/oauth/token`);
  await expect(understood).toContainText(`${tenant.url}/graphql`);
  await button("Next").click();
  await expect(page.getByLabel("Save without a passing test")).toBeVisible();
  await button("Test connection").click();
  await expect(page.getByRole("status").filter({ hasText: "Everything that is wanted can be read." })).toBeVisible();
  for (const step of ["Addresses", "Network path", "Credentials", "Permissions", "Issues", "Vulnerabilities", "Assets"])
    await expect(page.getByRole("listitem").filter({ hasText: new RegExp(`^${step} fine`) })).toBeVisible();
  await expectOpenToAll(page, "the first step, tested");
  await button("Next").click();
});

test("W-09 W-10 W-27 W-28 Q-12 Q-24 Q-25 Q-26 Q-27 the second step has the intervals, the permissions and what to fetch", async () => {
  await expect(page).toHaveURL(/step=schedule/);
  await expect(page.getByLabel("Enabled")).toBeChecked();
  await expect(page.getByLabel("Minutes between two polls of issues")).toHaveValue("5");
  await expect(page.getByLabel("Minutes between two polls of vulnerabilities")).toHaveValue("30");
  await expect(page.getByRole("region", { name: "Streams" })).toContainText("5 minutes are recommended for issues.");
  for (const [stream, scope] of [
    ["Issues", "read:issues"],
    ["Vulnerabilities", "read:vulnerabilities"],
    ["Assets", "read:resources"],
  ] as const) {
    const row = page.getByRole("row", { name: new RegExp(`^${stream}`) });
    await expect(row).toContainText(scope);
    await expect(row).toContainText("granted");
    await expect(row.getByRole("switch")).toBeChecked();
  }
  await page.getByLabel("Minutes between two polls of issues").fill("0");
  await button("Next").click();
  await expect(page.getByRole("alert").filter({ hasText: "Whole minutes from 1 to 1440" })).toBeVisible();
  await page.getByLabel("Minutes between two polls of issues").fill("5");
  await page.getByLabel("Assets of some classes, and findings on them").check();
  const chosen = (name: string) => page.getByRole("checkbox", { name, exact: true });
  for (const name of ["Storage", "Compute", "Container instances", "Container images"])
    await expect(chosen(name)).toBeChecked();
  await expect(chosen("Databases")).not.toBeChecked();
  await page.getByLabel("Assets of every class").check();
  await expectOpenToAll(page, "the second step");
  await button("Next").click();
});

test("Q-31 W-29 the third step passes with its defaults, and saving applies without a restart", async () => {
  await expect(page).toHaveURL(/step=rules/);
  const summary = page.getByRole("region", { name: "Summary" });
  await expect(summary).toContainText("every 5 min");
  await expect(summary).toContainText("of every class");
  await expectOpenToAll(page, "the third step");
  await slowDown();
  await button("Save").click();
  await expect(page.getByRole("heading", { level: 1, name: "prod" })).toBeVisible();
  await expect(page.getByRole("list", { name: "State" }).locator('[aria-current="step"]')).toHaveText("Processing", {
    timeout: 10_000,
  });
});

/** So that a person can see what goes on: assets take some seconds, and vulnerabilities some more. */
async function slowDown(): Promise<void> {
  await tenant.control("faults", {
    faults: [
      { kind: "slow", stream: "assets", delayMs: 3_000 },
      { kind: "slow", stream: "vulnerabilities", delayMs: 6_000 },
    ],
  });
}

test("W-30 Q-33 Q-34 Q-35 Q-36 Q-37 its tile says what is in and what is still to come, and turns green", async () => {
  await page.getByRole("link", { name: "Integrations", exact: true }).first().click();
  const tile = page.getByRole("article", { name: "prod" });
  const state = tile.getByRole("list", { name: "State" });
  await expect(state.getByRole("listitem")).toHaveText(["Registered", "Scheduled", "Processing", "Processed"]);
  await expect(tile).toContainText("First run");
  await expect(tile).toContainText(/Still to come: .*vulnerabilities/);
  await expect(tile).toContainText("A first run of a large tenant can take two hours.");
  await expect(state.locator('[aria-current="step"]')).toHaveText("Processed");
  await expect(tile).toContainText("Assets are in, findings are still arriving");
  await expect(tile.getByRole("progressbar").first()).toBeVisible();
  await tenant.control("faults", { clear: true });

  await expect(tile).toContainText("Healthy", { timeout: 30_000 });
  await expect(tile).toContainText("Every stream came in within its last two intervals");
  await expect(tile).toContainText("Assets and findings are in");
  await expect(tile).not.toContainText("Still to come");
  const kinds = {
    Issues: "issue",
    Vulnerabilities: "vulnerability",
    Misconfigurations: "misconfiguration",
    "Threat detections": "threat",
    Assets: "asset",
  };
  for (const kind of Object.values(kinds)) {
    const count = grouped((await tenant.truth(kind)).length);
    await expect(tile).toContainText(`Wiz ${count} · Weir ${count}`);
  }
  await expect(place("Integrations: Healthy")).toBeVisible();
});

test("W-31 W-32 W-33 its log says how much came, with wiz in every line, in the page as on standard output", async () => {
  const issues = (await tenant.truth("issue")).length;
  await button("Manage prod").click();
  await page.getByRole("tab", { name: "Log" }).click();
  const log = page.getByRole("log", { name: "Log lines" });
  await expect(log).toContainText(`INFOwiz: fetched ${issues} issues`);
  await expect(log).toContainText(`wiz: fetched 1,560 vulnerabilities`.replace(",", ""));
  const lines = await log.locator("> div").allInnerTexts();
  expect(lines.length).toBeGreaterThan(4);
  expect(lines.filter((line) => !/\bwiz\b/i.test(line))).toEqual([]);
  expect(weir.log()).toContain(`[INFO] wiz: fetched ${issues} issues`);
});

test("W-17 W-26 the client secret is in no page, no answer and no log after it was saved", async () => {
  await page.getByRole("tab", { name: "Settings" }).click();
  await expect(page.getByLabel("New client secret")).toHaveValue("");
  await expect(page.getByLabel("Client ID")).toHaveValue("emulator");
  await page.getByRole("tab", { name: "Overview" }).click();
  await expect(page.getByRole("main")).toContainText("stored encrypted");
  const kept = await page.evaluate("JSON.stringify([localStorage, sessionStorage])");
  for (const text of [await page.content(), String(kept), ...answers, ...weir.log()])
    expect(text).not.toContain(secret);
  expect(answers.length).toBeGreaterThan(20);
});

test("Q-43 a CVE is found, opened and exported, and whoever signs out leaves nothing behind", async () => {
  const found = tally(await tenant.truth("vulnerability"), ({ title }) => String(title));
  const cve = "CVE-2021-44228";
  const list = listOn(page);
  await page.keyboard.press("Control+k");
  await page.getByLabel("Go to").fill(cve);
  await button(`Search findings for ${cve}`).click();
  await expect(list.rows.first()).toBeVisible();
  await list.ask(`cve:${cve}`);
  await expect(list.total).toHaveText(`${found.get(cve)} findings`);
  await list.rows.first().click();
  await expect(list.details.getByRole("heading", { level: 2, name: cve }).first()).toBeVisible();
  await list.details.getByRole("link", { name: "Open as a page" }).click();
  await expect(page.getByRole("heading", { level: 1, name: cve })).toBeVisible();
  await page.goBack();
  await button("Export the findings").click();
  const [file] = await Promise.all([page.waitForEvent("download"), button(`Export ${found.get(cve)}`).click()]);
  const csv = await readFile(await file.path(), "utf8");
  expect(csv.trimEnd().split("\r\n")).toHaveLength((found.get(cve) ?? 0) + 1);
  await button("Done").click();

  await button(/^Account of/).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await expectOpenToAll(page, "sign-in");
  await page.goto("/findings/all");
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  expect(problems).toEqual([]);
});
