import { expect, test } from "./fixtures.ts";
import { grouped, listOn, tally } from "./list-page.ts";
import { comes } from "./people.ts";

const kinds = {
  Vulnerabilities: { truth: "vulnerability", word: "Vulnerability" },
  Misconfigurations: { truth: "misconfiguration", word: "Misconfiguration" },
  Threats: { truth: "threat", word: "Threat" },
  Issues: { truth: "issue", word: "Issue" },
} as const;

test("W-02 W-03 W-04 Q-01 Q-41 each kind of finding has its list, with as many as the tenant has", async ({
  page,
  loaded,
}) => {
  const list = listOn(page);
  await page.goto("/findings/all?q=");
  await expect(list.total).toHaveText("2,000 findings");
  const rail = page.getByRole("navigation", { name: "Main" });
  for (const [title, { truth, word }] of Object.entries(kinds)) {
    await rail.getByRole("link", { name: title, exact: true }).click();
    await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();
    const all = await loaded.tenant.truth(truth);
    await list.ask("");
    await expect(list.total).toHaveText(`${grouped(all.length)} findings`);
    const open = all.filter(({ status }) => status === "OPEN" || (truth === "threat" && status === null));
    await list.ask("status:open");
    await expect(list.total).toHaveText(`${grouped(open.length)} findings`);
    await list.rows.first().click();
    await expect(list.details.getByText(word, { exact: true }).first()).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(list.details).toBeHidden();
  }
});

const clouds: Record<string, string> = {
  AWS: "AWS",
  EKS: "AWS",
  Azure: "Azure",
  AKS: "Azure",
  GCP: "GCP",
  GKE: "GCP",
  OCI: "OCI",
  OKE: "OCI",
};
const classes: Record<string, string> = {
  VIRTUAL_MACHINE: "Compute",
  CONTAINER: "Container instance",
  CONTAINER_IMAGE: "Container image",
  BUCKET: "Storage",
  STORAGE_ACCOUNT: "Storage",
  VOLUME: "Storage",
};

test("W-05 Q-01 Q-02 Q-38 one inventory holds the storage, compute, containers and images of all clouds", async ({
  page,
  loaded,
}) => {
  const assets = await loaded.tenant.truth("asset");
  const list = listOn(page);
  await page.goto("/findings/threats");
  await page.getByRole("link", { name: "Inventory" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "All Assets" })).toBeVisible();
  await expect(list.total).toHaveText(`${grouped(assets.length)} assets`);
  for (const [cloud, count] of tally(assets, ({ cloudPlatform }) => clouds[String(cloudPlatform)] ?? "")) {
    if (cloud === "") continue;
    await expect(list.facet("Cloud").value(cloud)).toHaveText(`${cloud}${grouped(count)}`);
    await list.facet("Cloud").value(cloud).click();
    await expect(list.total).toHaveText(`${grouped(count)} assets`);
    expect(new Set(await list.cells("cloud").allTextContents())).toEqual(new Set([cloud]));
    await list.facet("Cloud").value(cloud).click();
  }
  for (const [name, count] of tally(assets, ({ type }) => classes[String(type)] ?? ""))
    if (name !== "") await expect(list.facet("Class").value(name)).toHaveText(`${name}${grouped(count)}`);
});

test("W-05 Q-04 a CVE is seen over all clouds at once, and each of its findings says where it is", async ({
  page,
  loaded,
}) => {
  const cloudOf = new Map((await loaded.tenant.truth("asset")).map((asset) => [asset.id, String(asset.cloudPlatform)]));
  const findings = await loaded.tenant.truth("vulnerability");
  const [cve, count] = [...tally(findings, ({ title }) => String(title))].sort((a, b) => b[1] - a[1])[0]!;
  const where = findings
    .filter(({ title }) => title === cve)
    .map(({ asset }) => clouds[cloudOf.get((asset as { externalId: string }).externalId) ?? ""] ?? "");
  const list = listOn(page);
  await page.goto("/findings/all?q=");
  await list.ask(`cve:${cve}`);
  await expect(list.total).toHaveText(`${grouped(count)} findings`);
  for (const [cloud, times] of tally(where, (name) => name))
    if (cloud !== "") await expect(list.facet("Cloud").value(cloud)).toHaveText(`${cloud}${grouped(times)}`);
  expect(new Set(where).size).toBeGreaterThan(2);
  await list.rows.first().click();
  await expect(list.details.getByRole("link", { name: /^(AWS|Azure|GCP|OCI)$/ }).first()).toBeVisible();
});

test("Q-39 Q-40 Q-42 the vendors' queries find everything from Wiz, as they are written", async ({ page, loaded }) => {
  const assets = `${grouped((await loaded.tenant.truth("asset")).length)} assets`;
  const list = listOn(page);
  await page.goto("/inventory/assets?q=name:nothing");
  for (const query of ['tags.name:"Wiz"', 'asset.inventory:"Wiz"', 'TAGS.NAME:"wiz"']) {
    await list.ask("name:nothing");
    await expect(page.getByRole("heading", { name: "No assets match" })).toBeVisible();
    await list.ask(query);
    await expect(list.total).toHaveText(assets);
  }
  await list.ask('NOT asset.inventory:"Wiz"');
  await expect(page.getByRole("heading", { name: "No assets match" })).toBeVisible();
  await page.goto("/findings/vulnerabilities?q=title:nothing");
  for (const query of ['findings.vendorProductname:"Wiz"', 'finding.vendorProductName:"Wiz"']) {
    await list.ask("title:nothing");
    await expect(page.getByRole("heading", { name: "No findings match" })).toBeVisible();
    await list.ask(query);
    await expect(list.total).toHaveText("1,560 findings");
  }
});

test("W-34 what was collected is found under Signals → Search, selected by its source", async ({ page, loaded }) => {
  const list = listOn(page);
  await page.goto("/inventory/assets");
  await page.getByRole("link", { name: "Signals" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Search" })).toBeVisible();
  const detections = (await loaded.tenant.truth("threat")).length;
  await list.facet("Integration").open();
  await list.facet("Integration").value("prod").click();
  await list.facet("Stream").open();
  await list.facet("Stream").value("Detections").click();
  await expect(list.bar).toHaveValue(/integration:prod.*stream:detections/);
  // Each is told of as new once; other tests may have had some changed since.
  await list.ask(`${await list.bar.inputValue()} AND change:new`);
  await expect(list.total).toHaveText(`${detections} signals`);
  await expect(page.getByRole("slider", { name: "Signals over time" })).toBeVisible();
  await list.ask("NOT integration:prod");
  await expect(page.getByRole("heading", { name: "No signals match" })).toBeVisible();
});

test("facets count what the tenant has; a click asks for a value, Alt with a click keeps it out, another takes it back", async ({
  page,
  loaded,
}) => {
  const all = await loaded.tenant.truth("misconfiguration");
  const of = (...wanted: string[]) => all.filter(({ severity }) => wanted.includes(String(severity))).length;
  const list = listOn(page);
  const severity = list.facet("Severity");
  await page.goto("/findings/misconfigurations?q=");
  await expect(severity.value("High")).toHaveText(`High${of("HIGH")}`);
  await severity.value("High").click();
  await expect(list.bar).toHaveValue("severity:high");
  await expect(severity.value("High")).toHaveAttribute("aria-pressed", "true");
  await expect(list.total).toHaveText(`${of("HIGH")} findings`);
  await severity.value("Critical").click();
  await expect(list.total).toHaveText(`${of("HIGH", "CRITICAL")} findings`);
  expect(new Set(await list.cells("severity").allTextContents())).toEqual(new Set(["Critical", "High"]));
  await severity.value("High").click({ modifiers: ["Alt"] });
  await expect(list.total).toHaveText(`${of("CRITICAL")} findings`);
  await severity.value("Critical").click();
  await expect(list.bar).toHaveValue("NOT severity:high");
  await expect(list.total).toHaveText(`${all.length - of("HIGH")} findings`);
  await page.getByRole("button", { name: "Take high in again" }).click();
  await expect(list.bar).toHaveValue("");
  await expect(list.total).toHaveText(`${all.length} findings`);
});

test("a title sorts; columns are chosen, moved and kept for the person, and rows are made compact", async ({
  page,
  browser,
  loaded,
}) => {
  const truth = (await loaded.tenant.truth("issue")).toSorted((a, b) =>
    String(a.firstFoundAt).localeCompare(String(b.firstFoundAt)),
  );
  const list = listOn(page);
  const titles = page.getByRole("columnheader");
  await page.goto("/findings/issues?q=");
  await titles.filter({ hasText: "First found" }).click();
  await expect(titles.filter({ hasText: "First found" })).toHaveAttribute("aria-sort", "descending");
  await expect(list.rows.first()).toContainText(String(truth.at(-1)?.title));
  await titles.filter({ hasText: "First found" }).click();
  await expect(titles.filter({ hasText: "First found" })).toHaveAttribute("aria-sort", "ascending");
  await expect(list.rows.first()).toContainText(String(truth[0]?.title));

  const before = await titles.allTextContents();
  await page.getByRole("button", { name: "Columns" }).click();
  for (const [name, isWanted] of [
    ["ID at source", true],
    ["Risk", false],
  ] as const) {
    const box = page.getByRole("checkbox", { name });
    await box.click();
    await expect(box).toBeChecked({ checked: isWanted });
  }
  await page.getByRole("button", { name: "Move Asset up" }).click();
  await page.keyboard.press("Escape");
  const after = [...before.filter((title) => title !== "Risk"), "ID at source"];
  after.splice(after.indexOf("Finding"), 2, "Asset", "Finding");
  await expect(titles).toHaveText(after);
  const height = async () => (await list.rows.first().boundingBox())!.height;
  const comfortable = await height();
  await page.getByRole("button", { name: "make them compact" }).click();
  await expect.poll(height).toBeLessThan(comfortable);

  await page.reload();
  await expect(titles).toHaveText(after);
  await expect(list.rows.first()).toContainText(String(truth[0]?.id));
  await expect.poll(height).toBeLessThan(comfortable);
  const vera = await comes(browser, loaded, { name: "Vera", role: "viewer" });
  await vera.page.goto("/findings/issues?q=");
  await expect(vera.page.getByRole("columnheader")).toHaveText(before);
  await vera.leave();

  await page.getByRole("button", { name: "make them comfortable" }).click();
  await page.getByRole("button", { name: "Columns" }).click();
  await page.getByRole("button", { name: "Reset" }).click();
  await expect(titles).toHaveText(before);
});

test("an address that is sent to a colleague shows them the same list, order and record", async ({
  page,
  browser,
  loaded,
}) => {
  const list = listOn(page);
  await page.goto("/findings/all?q=");
  await list.ask("cloud:azure AND severity:[critical, high]");
  await page.getByRole("columnheader", { name: "Risk" }).click();
  await expect(page).toHaveURL(/sort=riskScore/);
  await expect(page.getByRole("grid")).toHaveAttribute("aria-busy", "false");
  await list.rows.nth(3).click();
  const title = (await list.details.getByRole("heading", { level: 2 }).first().textContent()) ?? "";
  const seen = {
    total: (await list.total.textContent()) ?? "",
    rows: await list.cells("title").allTextContents(),
  };
  expect(seen.rows.length).toBeGreaterThan(10);
  const otto = await comes(browser, loaded, { name: "Otto", role: "viewer" });
  const theirs = listOn(otto.page);
  await otto.page.goto(page.url());
  await expect(theirs.total).toHaveText(seen.total);
  await expect(theirs.bar).toHaveValue("cloud:azure AND severity:[critical, high]");
  await expect(theirs.details.getByRole("heading", { level: 2, name: title }).first()).toBeVisible();
  const shared = Math.min(10, seen.rows.length);
  await expect
    .poll(async () => (await theirs.cells("title").allTextContents()).slice(0, shared))
    .toEqual(seen.rows.slice(0, shared));
  await otto.leave();
});

test("a list is scrolled to its last row, and found again where it was left", async ({ page, loaded }) => {
  const list = listOn(page);
  await page.goto("/findings/vulnerabilities?q=&sort=firstFound:asc");
  await expect(list.total).toHaveText("1,560 findings");
  await expect(page.getByRole("grid")).toHaveAttribute("aria-rowcount", "1561");
  const last = list.rows.and(page.locator('[aria-rowindex="1561"]'));
  await page.getByRole("grid").focus();
  await expect(async () => {
    await page.keyboard.press("End");
    await expect(last).toBeVisible({ timeout: 500 });
  }).toPass();
  const all = await loaded.tenant.truth("vulnerability");
  const latest = all.map(({ firstFoundAt }) => String(firstFoundAt)).reduce((a, b) => (a > b ? a : b));
  // Several may have been found at the same instant.
  const newest = all.filter(({ firstFoundAt }) => firstFoundAt === latest).map(({ title }) => String(title));
  const title = (await last.getByRole("link").first().textContent()) ?? "";
  expect(newest).toContain(title);
  expect(await list.rows.count()).toBeLessThan(100);

  await last.click();
  await list.details.getByRole("link", { name: "Open as a page" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(title);
  await page.goBack();
  await expect(last).toBeInViewport();
  await expect(last).toHaveAttribute("aria-selected", "true");
  await page.goBack();
  await expect(list.details).toBeHidden();
  await expect(last).toBeInViewport();
  await expect(list.marked).toHaveAttribute("aria-rowindex", "1561");
});

test("everything goes by keys: to the bar, through the rows, into the details and out, and to any page", async ({
  page,
}) => {
  const list = listOn(page);
  await page.goto("/findings/all?q=");
  await expect(list.rows.first()).toBeVisible();
  await page.keyboard.press("/");
  await expect(list.bar).toBeFocused();
  await page.keyboard.type("severity:critical");
  await page.keyboard.press("Enter");
  await expect(list.bar).toHaveValue("severity:critical");
  await expect(list.total).toHaveText(/^4\d\d findings$/);
  await page.getByRole("grid").focus();
  await expect(list.marked).toHaveAttribute("aria-rowindex", "2");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await expect(list.marked).toHaveAttribute("aria-rowindex", "4");
  const title = (await list.marked.getByRole("link").textContent()) ?? "";
  await page.keyboard.press("Enter");
  await expect(list.details.getByRole("heading", { level: 2, name: title }).first()).toBeVisible();
  await page.keyboard.press("ArrowUp");
  await expect(list.rows.nth(1)).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Escape");
  await expect(list.details).toBeHidden();

  await page.keyboard.press("?");
  const keys = page.getByRole("dialog", { name: "Keys" });
  for (const what of ["Write in the query bar", "Move through a list", "Close what is open"])
    await expect(keys.getByText(what)).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(keys).toBeHidden();
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("textbox", { name: "Go to" })).toBeFocused();
  await page.keyboard.type("audit");
  await expect(page.getByRole("button", { name: /Audit log/ })).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/admin\/settings\/audit/);
  await expect(page.getByRole("dialog")).toBeHidden();
  await page.keyboard.press("g");
  await page.keyboard.press("a");
  await expect(page.getByRole("heading", { level: 1, name: "All Assets" })).toBeVisible();
});

test("an empty list says why, and which condition was too much", async ({ page }) => {
  const list = listOn(page);
  await page.goto("/findings/all?q=&range=24h");
  await list.ask("severity:critical AND title:zzzz");
  await expect(page.getByRole("heading", { name: "No findings match" })).toBeVisible();
  await page.getByRole("button", { name: "Look at any time" }).click();
  await page.getByRole("button", { name: "title:zzzz ×" }).click();
  await expect(list.bar).toHaveValue("severity:critical");
  await expect(list.rows.first()).toContainText("Critical");
  await list.ask('severity:critical AND title:"open');
  await expect(page.getByRole("search").getByRole("alert")).toContainText(/quote/i);
  await expect(page.locator('[class*="wrong"]')).toHaveText(/^"/);
});
