import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { runCli } from "../../test/cli.ts";
import { cubes } from "../../test/cubes.ts";
import { inventory } from "../../test/inventory.ts";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { raiseReview } from "../store/review.ts";

const now = "2026-08-02T00:00:00Z";
let database: TestDatabase;
let folder: string;
let integrationId: string;
let ids: string[];

beforeAll(async () => {
  database = await testDatabase();
  folder = mkdtempSync(join(tmpdir(), "weir-cli-"));
});
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true });
});

/** Three open vulnerabilities that two full passes did not see, and the question whether they are gone. */
beforeEach(async () => {
  await database.pool.query(`truncate integration, finding, signal, missing_record, ${cubes.join()} cascade`);
  const rows = inventory(database);
  integrationId = await rows.integration("prod");
  ids = [await rows.finding({ integrationId }), await rows.finding({ integrationId }), randomUUID()];
  for (const id of ids)
    await database.db
      .insertInto("missingRecord")
      .values({ id, integrationId, stream: "vulnerabilities", passes: 2, state: "waiting", since: now })
      .execute();
  const review = { integrationId, stream: "vulnerabilities", reason: "mass", records: 3, openRecords: 4 } as const;
  await raiseReview(database.db, review, now);
});

const review = (...args: string[]) =>
  runCli(["integration", "review", "prod", ...args], {
    env: { DATABASE_URL: database.url, WEIR_DATA_DIR: folder, WEIR_SECRET_KEY: "11".repeat(32) },
  });

const statuses = async () => (await database.db.selectFrom("finding").select("status").execute()).map((f) => f.status);

describe("weir integration review", () => {
  test("says what waits, and how to decide", async () => {
    const { code, stdout } = await review();
    expect(code).toBe(0);
    expect(stdout).toContain("3 of 4 open vulnerabilities are missing in Wiz, unusually many");
    expect(stdout).toContain("weir integration review prod --approve vulnerabilities");
    expect(await statuses()).toEqual(["open", "open"]);
  });

  test("--approve makes them gone, and the question is answered", async () => {
    const { code, stdout } = await review("--approve", "vulnerabilities");
    expect({ code, stdout }).toEqual({ code: 0, stdout: "2 vulnerabilities are gone now.\n" });
    expect(await statuses()).toEqual(["gone", "gone"]);
    expect((await review()).stderr).toBe('There is nothing to decide about "prod".\n');
    const decided = await database.db.selectFrom("review").select(["decision", "decidedBy"]).execute();
    expect(decided).toEqual([{ decision: "approved", decidedBy: expect.stringContaining("command line") }]);
  });

  test("--reject leaves them as they are", async () => {
    expect((await review("--reject", "vulnerabilities")).stdout).toContain("stay as they are");
    expect(await statuses()).toEqual(["open", "open"]);
    expect((await review()).stderr).toContain("nothing to decide");
  });

  test.each([
    [["--approve", "assets"], "There is nothing to decide about the assets"],
    [["--approve", "things"], 'There is no stream "things"'],
    [["--approve", "issues", "--reject", "issues"], "Decide one stream at a time"],
  ])("%j is refused with a reason", async (args, message) => {
    const result = await review(...args);
    expect(result.stderr).toContain(message);
    expect(result.code).toBe(2);
  });
});
