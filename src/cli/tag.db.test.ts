import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCli } from "../../test/cli.ts";
import { inventory } from "../../test/inventory.ts";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";

let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  database = await testDatabase();
  folder = mkdtempSync(join(tmpdir(), "weir-cli-"));
});
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true });
});

const weir = (...args: string[]) =>
  runCli(["tag", ...args], {
    env: { DATABASE_URL: database.url, WEIR_DATA_DIR: folder, WEIR_SECRET_KEY: "11".repeat(32) },
  });

const assetTags = async () => (await database.db.selectFrom("asset").select(["tags", "criticality"]).execute())[0];

test("a tag is made, is on what its query finds when the command ends, is listed and deleted", async () => {
  expect((await weir("list")).stderr).toContain("no tags yet");
  await inventory(database).asset({ tags: ["Wiz", "env:prod"] });
  expect(await weir("add", "Production", "--query", 'sourceTags:"env:prod"', "--criticality", "4")).toEqual({
    code: 0,
    stdout: "Made the tag Production: on 1 assets.\n",
    stderr: "",
  });
  expect(await assetTags()).toEqual({ tags: ["Wiz", "env:prod", "Production"], criticality: 4 });
  expect((await weir("list")).stdout).toMatch(/Production.*sourceTags:"env:prod".*4.*1.*0/);
  expect(JSON.parse((await weir("list", "--format", "json")).stdout)).toMatchObject([
    { name: "Production", assets: 1 },
  ]);
  expect((await weir("remove", "production")).stdout).toBe("Deleted the tag Production; it was on 1 assets.\n");
  expect(await assetTags()).toEqual({ tags: ["Wiz", "env:prod"], criticality: 2 });
});

test("what is wrong is said, with what to do", async () => {
  await weir("add", "Chosen");
  expect(await weir("add", "chosen")).toMatchObject({ code: 2, stderr: expect.stringContaining("already") });
  expect(await weir("add", "A\nB")).toMatchObject({ stderr: expect.stringContaining("characters") });
  expect(await weir("add", "Odd", "--query", "tags:x")).toMatchObject({
    stderr: expect.stringContaining("sourceTags"),
  });
  expect(await weir("add", "Six", "--criticality", "6")).toMatchObject({ code: 2 });
  expect(await weir("remove", "Nothing")).toMatchObject({ stderr: expect.stringContaining("There are: Chosen") });
});
