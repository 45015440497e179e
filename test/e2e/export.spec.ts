import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";
import { listOn } from "./list-page.ts";
import { startWire } from "./wire.ts";
import { ask } from "./world.ts";

const dialog = (page: Page) => page.getByRole("dialog");

/** Chooses a format, begins, and gives the file when it is there. */
async function download(page: Page, format: string): Promise<{ name: string; text: string }> {
  await dialog(page).getByRole("radio", { name: format }).check();
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    dialog(page)
      .getByRole("button", { name: /^Export/ })
      .click(),
  ]);
  return { name: file.suggestedFilename(), text: await readFile(await file.path(), "utf8") };
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

test("an export says how many there are, and the file has them all and the hash that is shown", async ({
  page,
  loaded,
}) => {
  const wanted = (await loaded.tenant.truth("vulnerability")).filter(({ severity }) => severity === "CRITICAL");
  const list = listOn(page);
  await page.goto("/findings/vulnerabilities?q=");
  await list.ask("severity:critical");
  await expect(list.total).toHaveText(`${wanted.length} findings`);
  await page.getByRole("button", { name: "Export the findings" }).click();
  await expect(dialog(page)).toContainText(`${wanted.length} findings`);
  await expect(dialog(page)).toContainText("severity:critical AND kind:vulnerability");
  await expect(dialog(page).getByRole("button", { name: `Export ${wanted.length}` })).toBeEnabled();
  const { name, text } = await download(page, "NDJSON");
  expect(name).toMatch(/^weir-findings-\d{4}-\d\d-\d\d\.ndjson$/);
  const lines = text.trimEnd().split("\n");
  const { manifest } = JSON.parse(lines.pop()!) as { manifest: { rows: number; sha256: string; query: string } };
  expect(manifest.rows).toBe(wanted.length);
  expect(manifest.sha256).toBe(sha256(`${lines.join("\n")}\n`));
  const ids = lines.map((line) => (JSON.parse(line) as { externalId: string }).externalId);
  expect(ids.sort()).toEqual(wanted.map(({ id }) => String(id)).sort());
  await expect(dialog(page).getByRole("status")).toContainText(`Complete: ${wanted.length} findings`);
  await expect(dialog(page)).toContainText(manifest.sha256);
  await dialog(page).getByRole("button", { name: "Done" }).click();
  await expect(dialog(page)).toBeHidden();
});

test("assets go out as CSV, row for row, with the hash of the whole file", async ({ page, loaded }) => {
  const names = (await loaded.tenant.truth("asset")).map(({ name }) => String(name));
  await page.goto("/inventory/assets?q=");
  await page.getByRole("button", { name: "Export the assets" }).click();
  await expect(dialog(page)).toContainText(`${names.length} assets`);
  const { name, text } = await download(page, "CSV");
  expect(name).toMatch(/\.csv$/);
  const rows = text.trimEnd().split(/\r\n/);
  const columns = rows.shift()!.split(",");
  expect(columns).toContain("name");
  expect(rows).toHaveLength(names.length);
  for (const one of names) expect(text).toContain(one);
  await expect(dialog(page).getByRole("status")).toContainText(`Complete: ${names.length} assets`);
  await expect(dialog(page)).toContainText(sha256(text));
});

test("an export shows how far it is, and says when it broke off or was stopped", async ({ page, loaded }) => {
  const wire = await startWire(loaded.weir.url);
  await page.goto(`${wire.url}/signals/search?q=`);
  await page.getByRole("button", { name: "Export the signals" }).click();
  await expect(dialog(page).getByRole("button", { name: "Export 2,500" })).toBeVisible();
  await dialog(page).getByRole("radio", { name: "OCSF" }).check();
  const begin = async () => {
    wire.slow(200_000);
    const coming = page.waitForEvent("download");
    await dialog(page)
      .getByRole("button", { name: /^Export 2,500/ })
      .click();
    const file = await coming;
    await expect(dialog(page)).toContainText(/[\d,]+ of 2,500 signals/);
    await expect(dialog(page).getByRole("progressbar")).toBeVisible();
    return file;
  };
  const broken = await begin();
  await ask(loaded.weir.databaseUrl, endTransactions);
  wire.mend();
  await expect(dialog(page).getByRole("alert")).toContainText(/The export broke off after [\d,]+ signals/);
  await expect(dialog(page).getByRole("alert")).toContainText("The file is not complete, do not use it.");
  expect(await broken.failure()).not.toBeNull();

  await dialog(page).getByRole("button", { name: "Begin again" }).click();
  await dialog(page).getByRole("radio", { name: "OCSF" }).check();
  const stopped = await begin();
  wire.cut();
  expect(await stopped.failure()).not.toBeNull();
  wire.mend();
  await expect(dialog(page).getByRole("alert")).toContainText(/The download was stopped after [\d,]+ signals/);
  await wire.stop();
});

/** As when the database is restarted while an export reads from it. */
const endTransactions = `
  select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and state = 'idle in transaction' and pid <> pg_backend_pid()`;
