import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { migrate, pendingMigrations } from "./migrate.ts";

let database: TestDatabase;
let directory: string;

beforeEach(async () => {
  database = await testDatabase({ migrated: false });
  directory = mkdtempSync(join(tmpdir(), "weir-migrations-"));
  write("0001_box.sql", "create table box (id int primary key);\ninsert into box values (1);");
});

afterEach(async () => {
  await database.close();
  rmSync(directory, { recursive: true });
});

function write(name: string, sql: string): void {
  writeFileSync(join(directory, name), sql);
}

test("applies every migration once, in order, and then has nothing to do", async () => {
  write("0002_lid.sql", "alter table box add lid text not null default 'red';");
  expect(await pendingMigrations(database, directory)).toEqual(["0001_box.sql", "0002_lid.sql"]);
  expect(await migrate(database, directory)).toEqual({ applied: ["0001_box.sql", "0002_lid.sql"] });
  expect(await migrate(database, directory)).toEqual({ applied: [] });
  expect(await pendingMigrations(database, directory)).toEqual([]);
  expect((await database.pool.query("select * from box")).rows).toEqual([{ id: 1, lid: "red" }]);
});

test("lets one of many processes migrate while the others wait", async () => {
  write("0002_slow.sql", "select pg_sleep(0.2); create table lid (id int);");
  const results = await Promise.all(Array.from({ length: 5 }, () => migrate(database, directory)));
  expect(results.flatMap((result) => result.applied)).toEqual(["0001_box.sql", "0002_slow.sql"]);
});

test("rolls a failing migration back whole, names its line and keeps those before it", async () => {
  write("0002_bad.sql", "create table lid (id int);\nselect 1;\nselect nonsense from box;");
  await expect(migrate(database, directory)).rejects.toThrow(/0002_bad\.sql failed at line 3.*nonsense/);
  expect(await pendingMigrations(database, directory)).toEqual(["0002_bad.sql"]);
  const lid = await database.pool.query("select to_regclass('lid') as lid");
  expect(lid.rows).toEqual([{ lid: null }]);
});

test("refuses a migration that was edited after it was applied, but not other line ends", async () => {
  await migrate(database, directory);
  write("0001_box.sql", "create table box (id int primary key);\r\ninsert into box values (1);");
  expect(await migrate(database, directory)).toEqual({ applied: [] });
  write("0001_box.sql", "create table box (id bigint primary key);");
  await expect(migrate(database, directory)).rejects.toThrow(/0001_box\.sql was edited/);
  await expect(pendingMigrations(database, directory)).rejects.toThrow(/0001_box\.sql was edited/);
});

test("refuses a database that a newer Weir has changed", async () => {
  write("0002_later.sql", "select 1;");
  await migrate(database, directory);
  rmSync(join(directory, "0002_later.sql"));
  await expect(migrate(database, directory)).rejects.toThrow(/newer Weir \(0002_later\.sql\): update Weir/);
  await expect(pendingMigrations(database, directory)).rejects.toThrow(/newer Weir/);
});

test("refuses a migration that comes before one that is applied already", async () => {
  write("0003_later.sql", "select 1;");
  await migrate(database, directory);
  write("0002_late.sql", "select 1;");
  await expect(migrate(database, directory)).rejects.toThrow(/0002_late\.sql comes before 0003_later\.sql/);
});

test("refuses files that are badly named or share a number", async () => {
  write("0001_other.sql", "select 1;");
  await expect(migrate(database, directory)).rejects.toThrow(/Two migrations have the number 0001/);
  rmSync(join(directory, "0001_other.sql"));
  write("2_new.sql", "select 1;");
  await expect(migrate(database, directory)).rejects.toThrow(/2_new\.sql is not named/);
});

test("leaves the released migrations without anything pending", async () => {
  await migrate(database);
  expect(await pendingMigrations(database)).toEqual([]);
});
