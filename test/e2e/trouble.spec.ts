import type { Page } from "@playwright/test";
import type { Client } from "./client.ts";
import { connect, expect, firstLoad } from "./fixtures.ts";
import { grouped } from "./list-page.ts";
import { test } from "./trouble-world.ts";

const integrations = "/admin/settings/integrations";
const tileOf = (page: Page, name: string) => page.getByRole("article", { name, exact: true });
const stateOf = (page: Page) => page.getByRole("list", { name: "State" }).locator('[aria-current="step"]');

interface Form {
  name: string;
  endpoint: string;
  clientId?: string;
  secret?: string;
}

async function fillIn(
  page: Page,
  { name, endpoint, clientId = "emulator", secret = "emulator-secret" }: Form,
): Promise<void> {
  await page.goto(`${integrations}/new?connector=wiz`);
  await page.getByLabel(/^Name/).fill(name);
  await page.getByLabel(/^Wiz API Endpoint URL/).fill(endpoint);
  await page.getByLabel(/^Client ID/).fill(clientId);
  await page.getByRole("textbox", { name: /^Client Secret/ }).fill(secret);
}

async function remove(client: Client, name: string): Promise<void> {
  const { id } = await client.request<{ id: string }>("GET", `/integrations/${name}`);
  await client.request("DELETE", `/integrations/${id}?confirm=${name}`);
}

test("W-37 W-38 Q-14 Q-15 Q-16 Q-21 any data centre and environment is understood, a console's address is told from an API's, and a host that does not answer may be of another region", async ({
  page,
  world: { silent },
}) => {
  await page.goto(`${integrations}/new?connector=wiz`);
  const endpoint = page.getByLabel(/^Wiz API Endpoint URL/);
  const token = page.getByLabel("Token URL");
  await endpoint.fill("https://app.wiz.io/graph#~(view~'table)");
  await expect(page.getByText("app.wiz.io is the address of the Wiz console, where people sign in.")).toBeVisible();
  await endpoint.fill("us17.app.wiz.io");
  await expect(page.getByText("Understood: data centre us17, app.wiz.io (commercial)")).toBeVisible();
  await endpoint.fill("https://api.us17.wiz.example");
  await expect(page.getByText("api.us17.wiz.example is not a host of Wiz.")).toBeVisible();

  await page.getByText("Data centre", { exact: true }).click();
  await page.getByLabel("Tenant data centre").fill("eu23");
  for (const [environment, words, tokenUrl] of [
    ["app.wiz.us", "gov (FedRAMP)", "https://auth.app.wiz.us/oauth/token"],
    ["gov.wiz.io", "commercial on AWS GovCloud", "https://auth.gov.wiz.io/oauth/token"],
    ["app.wiz.io", "commercial", "https://auth.app.wiz.io/oauth/token"],
  ] as const) {
    await page.getByRole("combobox", { name: "Environment" }).click();
    await page.getByRole("option", { name: `${environment} · ${words}`, exact: true }).click();
    await expect(endpoint).toHaveValue(`https://api.eu23.${environment}`);
    await expect(page.getByText(`Understood: data centre eu23, ${environment} (${words})`)).toBeVisible();
    await expect(token).toHaveValue(tokenUrl);
  }
  await token.fill("https://auth.app.wiz.us/oauth/token");
  await expect(
    page.getByText(/The token URL belongs to app\.wiz\.us .*, the API endpoint to app\.wiz\.io/),
  ).toBeVisible();

  await fillIn(page, { name: "elsewhere", endpoint: `http://${silent}` });
  await page.getByRole("button", { name: "Test connection" }).click();
  await expect(page.getByText("The test stopped at: network path.")).toBeVisible();
  const step = page.getByRole("listitem").filter({ hasText: /^Network path failed/ });
  await expect(step).toContainText("no connection on its port");
  await expect(step).toContainText(/region|data centre/i);
});

test("W-11 W-22 W-28 Q-34 Q-35 instances stand side by side under names of their own; a disabled one waits, registered", async ({
  page,
  world: { calm, client },
}) => {
  const { id } = await connect(client, calm, "prod");
  await firstLoad(client, id);
  await fillIn(page, { name: "PROD", endpoint: calm.url });
  await page.getByRole("button", { name: "Next" }).click();
  await expect(page.getByText("An integration named “prod” exists already: choose another name.")).toBeVisible();
  await page.getByLabel(/^Name/).fill("spare");
  await page.getByRole("button", { name: "Test connection" }).click();
  await expect(page.getByText("Everything that is wanted can be read.")).toBeVisible();
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByRole("switch", { name: "Enabled" }).uncheck();
  await page.getByRole("button", { name: "Next" }).click();
  await expect(page.getByRole("region", { name: "Summary" })).toContainText("it stays disabled until you enable it");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(stateOf(page)).toHaveText("Registered");
  await page.goto(integrations);
  await expect(tileOf(page, "prod")).toContainText("Healthy");
  const spare = tileOf(page, "spare");
  await expect(spare).toContainText("Nothing is polled. What came in is kept.");
  await expect(spare).toContainText("No next run: it is disabled");
  await page.getByRole("switch", { name: "Enabled: spare" }).click();
  await expect(spare).toContainText("Healthy", { timeout: 30_000 });
  await page.goto("/signals/search?q=");
  await page.getByRole("button", { name: "Integration", exact: true }).click();
  await page.getByRole("button", { name: /^spare [\d,]+$/ }).click();
  await expect(page.getByRole("status").filter({ hasText: /signals?$/ })).not.toHaveText("0 signals");
  await page.goto(integrations);
  await page.getByRole("switch", { name: "Enabled: spare" }).click();
  await expect(spare).toContainText("Disabled");
  await page.getByRole("button", { name: "Manage spare" }).click();
  await page.getByRole("tab", { name: "Settings" }).click();
  await page.getByRole("button", { name: "Remove spare" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("button", { name: "Remove" })).toBeDisabled();
  await dialog.getByLabel("Type spare to confirm").fill("spare");
  await dialog.getByRole("button", { name: "Remove" }).click();
  await expect(tileOf(page, "prod")).toBeVisible();
  await expect(spare).toBeHidden();
});

test("W-35 Q-35 a wrong secret is refused with what to check, saved only knowingly, and cured by the right one", async ({
  page,
  world: { calm, client },
}) => {
  await calm.control("accounts", { clientId: "robot", clientSecret: "first-secret" });
  await fillIn(page, { name: "refused", endpoint: calm.url, clientId: "robot", secret: "not-it" });
  await page.getByRole("button", { name: "Test connection" }).click();
  await expect(page.getByText("The test stopped at: credentials.")).toBeVisible();
  const step = page.getByRole("listitem").filter({ hasText: /^Credentials failed/ });
  for (const text of [
    "refused the credentials (401",
    "Check the client ID and the client secret",
    "that the service account still exists in Wiz",
    "that the token URL is the one of your environment",
  ])
    await expect(step).toContainText(text);
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByLabel("Save without a passing test").check();
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("main")).toContainText("Authorization failed");
  await expect(stateOf(page)).toHaveText("Scheduled");
  await page.goto(integrations);
  await expect(tileOf(page, "refused")).toContainText("Failing");
  await expect(tileOf(page, "refused")).toContainText("Check the client ID and the client secret");
  await tileOf(page, "refused").getByRole("link", { name: "Check the credentials" }).click();
  await page.getByLabel("New client secret").fill("first-secret");
  await page.getByRole("button", { name: "Rotate the secret" }).click();
  await expect(page.getByText("It works and took over.")).toBeVisible();
  await page.getByRole("tab", { name: "Overview" }).click();
  await expect(page.getByRole("main")).toContainText("Healthy", { timeout: 30_000 });

  await page.getByRole("tab", { name: "Settings" }).click();
  await page.getByLabel("New client secret").fill("a-typo");
  await page.getByRole("button", { name: "Rotate the secret" }).click();
  const waiting = page.getByRole("status").filter({ hasText: "A new secret waits" });
  await expect(waiting).toContainText("It does not work yet");
  await expect(waiting).toContainText("The present one goes on serving.");
  await waiting.getByRole("button", { name: "Withdraw it" }).click();
  await expect(waiting).toBeHidden();
  await remove(client, "refused");
});

test("W-16 W-36 Q-12 a missing scope is named, and the other streams go on without it", async ({
  page,
  world: { calm, client },
}) => {
  const scopes = ["read:issues", "read:resources", "read:cloud_configuration", "read:detections"];
  await calm.control("accounts", { clientId: "narrow", clientSecret: "emulator-secret", scopes });
  await fillIn(page, { name: "narrow", endpoint: calm.url, clientId: "narrow" });
  await page.getByRole("button", { name: "Test connection" }).click();
  await expect(page.getByText("Vulnerabilities cannot be read; the rest can.")).toBeVisible();
  await expect(page.getByRole("listitem").filter({ hasText: /^Vulnerabilities failed/ })).toContainText(
    "read:vulnerabilities",
  );
  await page.getByRole("button", { name: "Next" }).click();
  await expect(page.getByRole("row", { name: /^Vulnerabilities/ })).toContainText("missing: add it in Wiz");
  await page.getByRole("button", { name: "Next" }).click();
  await expect(page.getByRole("button", { name: "Save" })).toBeDisabled();
  await page.getByLabel("Save although not everything can be read").check();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText(/it needs read:vulnerabilities/).first()).toBeVisible({ timeout: 30_000 });
  await page.goto(integrations);
  const tile = tileOf(page, "narrow");
  await expect(tile).toContainText("Needs attention");
  await expect(tile).toContainText("unavailable");
  for (const kind of ["issue", "misconfiguration", "threat", "asset"]) {
    const count = grouped((await calm.truth(kind)).length);
    await expect(tile).toContainText(`Wiz ${count} · Weir ${count}`, { timeout: 30_000 });
  }
  await remove(client, "narrow");
});

test("Q-19 a service account that is limited to some projects brings theirs, and that is no error", async ({
  page,
  world: { calm, client },
}) => {
  await calm.control("accounts", { clientId: "project", clientSecret: "emulator-secret", projects: ["Payments"] });
  await fillIn(page, { name: "payments", endpoint: calm.url, clientId: "project" });
  await page.getByRole("button", { name: "Test connection" }).click();
  await expect(page.getByText("Everything that is wanted can be read.")).toBeVisible();
  await expect(page.getByRole("listitem").filter({ hasText: /^Permissions fine/ })).toContainText(
    "limited to projects: Payments",
  );
  await page.getByRole("button", { name: "Next" }).click();
  await expect(page.getByText("this service account sees one project only")).toBeVisible();
  await page.getByRole("button", { name: "Name it" }).click();
  await expect(page.getByLabel("Projects")).toHaveValue(/^[\da-f-]{36}$/);
  await page.getByRole("button", { name: "Next" }).click();
  await expect(page.getByRole("region", { name: "Summary" })).toContainText("1 project");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("main")).toContainText("Healthy", { timeout: 30_000 });
  await page.goto(integrations);
  const tile = tileOf(page, "payments");
  const all = (await calm.truth("vulnerability")).length;
  await expect(tile).toContainText(/Vulnerabilities.*Wiz [1-9][\d,]* · Weir [1-9]/);
  await expect(tile).not.toContainText(`Wiz ${grouped(all)}`);
  await remove(client, "payments");
});

test("W-32 W-33 W-41 no data: a poll that brings nothing is told from one that fails, with what to look at", async ({
  page,
  world: { calm, rough, client },
}) => {
  await calm.control("accounts", { clientId: "nothing", clientSecret: "emulator-secret" });
  await calm.control("projects", { clientId: "nothing", projects: [] });
  const { id } = await connect(client, calm, "nothing", { clientId: "nothing" });
  await firstLoad(client, id);
  await page.goto(`${integrations}/${id}`);
  const list = page
    .getByRole("region", { name: "No data?" })
    .or(page.locator("section").filter({ hasText: "No data?" }));
  for (const text of [
    "Is it enabled?",
    "Yes: they succeed, and bring nothing.",
    "Are cloud accounts connected in Wiz?",
    "Settings → Cloud Accounts",
    "Are there active issues in Wiz",
    "What do the last log lines say?",
    "The last 100 lines",
  ])
    await expect(list).toContainText(text);
  await list.getByRole("link", { name: "The last 100 lines" }).click();
  const log = page.getByRole("log", { name: "Log lines" });
  await expect(log).toContainText("INFOwiz: fetched 0 issues");
  for (const line of await log.locator("> div").allInnerTexts()) expect(line).toMatch(/wiz/i);

  await connect(client, rough, "failing", { clientId: "nobody" });
  await page.goto(`${integrations}/failing`);
  await expect(page.getByRole("main")).toContainText("Authorization failed");
  await expect(list).toContainText("5 streams cannot be fetched.");
  await page.getByRole("tab", { name: "Log" }).click();
  await expect(log).toContainText(/WARN.*refused the credentials/);
  await expect(log).not.toContainText("fetched 0");
  await remove(client, "nothing");
  await remove(client, "failing");
});

test("W-39 W-40 Q-32 a rate limit is backed off from by itself; a run is asked for and cancelled", async ({
  page,
  world: { rough, client },
}) => {
  const { id } = await connect(client, rough, "limited");
  await firstLoad(client, id);
  await rough.control("faults", {
    faults: [
      { kind: "rate-limit-bare", stream: "issues" },
      { kind: "rate-limit", retryAfter: 1, stream: "vulnerabilities" },
    ],
  });
  await page.goto(`${integrations}/limited`);
  await page.getByRole("button", { name: "Run now" }).click();
  await page.getByRole("menuitem", { name: "Fetch what changed, of every stream" }).click();
  await expect(page.getByRole("button", { name: "Cancel the run of limited" })).toBeVisible();
  await page.getByRole("tab", { name: "Log" }).click();
  const log = page.getByRole("log", { name: "Log lines" });
  const waits = async () =>
    [...(await log.innerText()).matchAll(/issues.*429.*trying again in ([\d.]+) s/g)].map((match) => Number(match[1]));
  await expect.poll(async () => Math.max(0, ...(await waits())), { timeout: 30_000 }).toBeGreaterThan(4);
  expect(Math.min(...(await waits()))).toBeLessThanOrEqual(1);
  await page.getByRole("tab", { name: "Overview" }).click();
  await page.getByRole("button", { name: "Cancel the run of limited" }).click();
  await page.getByRole("tab", { name: "Runs" }).click();
  await expect(page.getByRole("button", { name: /On demand: changes in every stream/ }).first()).toContainText(
    "Cancelled",
  );
  await rough.control("faults", { clear: true });
  await remove(client, "limited");

  await rough.control("accounts", { clientId: "robot", clientSecret: "emulator-secret" });
  await rough.control("faults", { faults: [{ kind: "rate-limit", retryAfter: 1 }] });
  const off = { enabled: false };
  const streams = { vulnerabilities: off, misconfigurations: off, detections: off, assets: off };
  await connect(client, rough, "throttled", { clientId: "robot", streams });
  await page.goto(integrations);
  const tile = tileOf(page, "throttled");
  await expect(tile).toContainText("Backing off, since Wiz allows fewer requests", { timeout: 60_000 });
  await expect(tile).toContainText("if it goes on, raise the interval to 15 minutes");
  await tile.getByRole("link", { name: "See the limit" }).click();
  await expect(page.getByRole("tab", { name: "Governor" })).toHaveAttribute("aria-selected", "true");
  await rough.control("faults", { clear: true });
  await page.goto(integrations);
  // It may have begun again by itself already.
  const again = page.getByRole("button", { name: "Run now: throttled" });
  await expect(async () => {
    if (await again.isVisible()) await again.click();
    await expect(tile).toContainText("Healthy", { timeout: 5_000 });
  }).toPass();
  await remove(client, "throttled");
});

test("unusually many records that vanish are held, with what either decision would do", async ({
  page,
  world: { rough, client },
}) => {
  await rough.control("accounts", { clientId: "steady", clientSecret: "emulator-secret" });
  const { id } = await connect(client, rough, "held", { clientId: "steady" });
  await firstLoad(client, id);
  await rough.control("vanish", { kind: "vulnerability", count: 400 });
  await rough.control("vanish", { kind: "misconfiguration", count: 220 });
  await page.goto(`${integrations}/held`);
  await page.getByRole("tab", { name: "Runs" }).click();
  const runs = page.getByRole("button", { name: /On demand: everything/ });
  for (const count of [1, 2]) {
    await page.getByRole("button", { name: "Run now", exact: true }).click();
    await page.getByRole("menuitem", { name: "Fetch everything again" }).click();
    await expect(runs.filter({ hasText: "Complete" })).toHaveCount(count, { timeout: 60_000 });
  }
  await page.getByRole("tab", { name: "Overview" }).click();
  await expect(page.getByRole("main")).toContainText("Needs attention");
  await page.getByRole("tab", { name: /^Held changes/ }).click();
  const held = (name: string) => page.getByRole("region", { name });
  const decide = async (stream: string, verb: "Approve" | "Reject") => {
    await expect(held(stream)).toContainText("If you approve");
    await expect(held(stream)).toContainText("If you reject");
    await held(stream).getByRole("button", { name: verb }).click();
    await page.getByRole("dialog").getByRole("button", { name: verb }).click();
    await expect(held(stream)).toBeHidden();
  };
  await expect(held("Vulnerabilities")).toContainText(/\d+ of [\d,]+ open vulnerabilities are missing in Wiz/);
  await decide("Vulnerabilities", "Approve");
  await decide("Misconfigurations", "Reject");
  await expect(page.getByRole("heading", { name: "Nothing waits for you" })).toBeVisible();
  await page.goto("/findings/all?q=status:gone");
  await expect(page.getByRole("grid").locator("tbody tr").first()).toContainText("Gone");
  await expect(page.getByRole("button", { name: /^Vulnerability [\d,]+$/ })).toBeVisible();
  await expect(page.getByRole("button", { name: /^Misconfiguration [\d,]+$/ })).toBeHidden();
  await page.goto(`${integrations}/held`);
  await expect(page.getByRole("main")).toContainText("Healthy");
});
