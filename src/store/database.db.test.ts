import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { databaseUrl } from "../../test/server.ts";
import { createLogger } from "../log.ts";
import { openDatabase } from "./database.ts";
import { holdServeLock } from "./embedded/serve-lock.ts";

const lines: string[] = [];
const log = createLogger({ format: "json", level: "debug", stream: { write: (line) => lines.push(line) } });
const open = (url: string) => openDatabase({ databaseUrl: url, dataDir: tmpdir(), log });

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});

afterAll(() => database.close());

async function one(query: string): Promise<Record<string, unknown>> {
  return (await database.pool.query(query)).rows[0];
}

describe("what a query returns", () => {
  test("times are ISO 8601 in UTC, with microseconds where there are any", async () => {
    expect(
      await one(`select '2026-03-01 12:00:00+02'::timestamptz as whole, '2026-03-01 12:00:00.5Z'::timestamptz as half,
        '2026-03-01 12:00:00.123456Z'::timestamptz as micro, '2026-03-01 12:00:00.1234Z'::timestamptz as four,
        'infinity'::timestamptz as never, null::timestamptz as none,
        array['2026-03-01 12:00:00.51Z'::timestamptz, null] as list, '2026-03-01'::date as day`),
    ).toEqual({
      whole: "2026-03-01T10:00:00.000Z",
      half: "2026-03-01T12:00:00.500Z",
      micro: "2026-03-01T12:00:00.123456Z",
      four: "2026-03-01T12:00:00.123400Z",
      never: "infinity",
      none: null,
      list: ["2026-03-01T12:00:00.510Z", null],
      day: "2026-03-01",
    });
  });

  test("lists of texts are what they were, whatever they hold", async () => {
    const lists = [
      [],
      ["plain"],
      [
        "env:prod",
        "a b",
        "",
        'say "no"',
        "back\\slash",
        "ends\\",
        '\\"',
        "{brace}",
        "com,ma",
        "NULL",
        "null",
        "line\nbreak",
        "é",
      ],
    ];
    for (const list of lists) {
      const { rows } = await database.pool.query("select $1::text[] as list", [list]);
      expect(rows).toEqual([{ list }]);
    }
    expect(
      await one(`select array['a', null, 'b'] as gap, array[['a', 'b'], ['c', 'd']] as square,
        '[0:1]={a,b}'::text[] as shifted, null::text[] as none`),
    ).toEqual({
      gap: ["a", null, "b"],
      square: [
        ["a", "b"],
        ["c", "d"],
      ],
      shifted: ["a", "b"],
      none: null,
    });
  });

  test("a time keeps its instant in a session of another time zone", async () => {
    const client = await database.connect();
    await client.query("set timezone to 'Asia/Kolkata'");
    const found = await client.query("select '2026-03-01 12:00:00.5Z'::timestamptz as at");
    expect(found.rows).toEqual([{ at: "2026-03-01T12:00:00.500Z" }]);
    await client.end();
  });

  test("counts and sums are numbers, and numbers that JavaScript cannot hold stay text", async () => {
    expect(
      await one(`select count(*) as count, sum(2::bigint) as sum, 9.8::numeric(3,1) as cvss, 9223372036854775807 as huge,
        array[1::bigint, 2] as list, 0.1234567890123456789::numeric as exact`),
    ).toEqual({
      count: 1,
      sum: 2,
      cvss: 9.8,
      huge: "9223372036854775807",
      list: [1, 2],
      exact: "0.1234567890123456789",
    });
  });

  test("columns become camelCase, while the keys inside JSON stay as they were sent", async () => {
    const found = await sql`select 1 as first_one, '{"snake_key": {"inner_key": 2}}'::jsonb as raw_form`.execute(
      database.db,
    );
    expect(found.rows).toEqual([{ firstOne: 1, rawForm: { snake_key: { inner_key: 2 } } }]);
  });
});

describe("a connection of its own", () => {
  test("has a name and speaks UTC", async () => {
    const client = await database.connect("weir lease");
    const found = await client.query(
      "select current_setting('application_name') as name, current_setting('timezone') as zone",
    );
    expect(found.rows).toEqual([{ name: "weir lease", zone: "UTC" }]);
    await client.end();
  });

  test("does not end the process when the server cuts it, and neither do idle ones of the pool", async () => {
    const client = await database.connect();
    const [mine] = (await client.query("select pg_backend_pid() as pid")).rows;
    const pooled = await one("select pg_backend_pid() as pid");
    const killer = await database.connect();
    await killer.query("select pg_terminate_backend(pid) from unnest($1::int[]) as pid", [[mine.pid, pooled.pid]]);
    await killer.end();
    await sleep(50);
    await expect(client.query("select 1")).rejects.toThrow();
    expect(await one("select 1 as one")).toEqual({ one: 1 });
  });
});

describe("a PostgreSQL of your own", () => {
  test("knows its version and is not embedded", async () => {
    expect(database.isEmbedded).toBe(false);
    expect(database.serverVersion).toBeGreaterThanOrEqual(150000);
  });

  test("may be served by any number of processes", async () => {
    const locks = await Promise.all([1, 2].map(() => holdServeLock(database, () => undefined)));
    await Promise.all(locks.map((lock) => lock.release()));
  });

  test("a wrong password is refused in words, and never printed", async () => {
    const url = new URL(inject("serverUrl"));
    url.password = "hunter2-is-wrong";
    // A server that trusts its socket accepts everyone; over the tests' URL it must not.
    const failure = await open(url.href).catch((error: unknown) => error);
    expect(String(failure)).toMatch(/refuses the user .*: check the user and the password in DATABASE_URL/);
    expect(JSON.stringify(failure) + String(failure) + lines.join("")).not.toContain("hunter2");
  });

  test("a database that is missing is named, with how to make it", async () => {
    await expect(open(databaseUrl(inject("serverUrl"), "absent"))).rejects.toThrow(/no database "absent": create it/);
  });

  test("a server that is not there is named by host and port", async () => {
    await expect(open("postgres://weir:hunter2@127.0.0.1:1/weir")).rejects.toThrow(
      /Nothing answers at 127\.0\.0\.1:1: check host and port/,
    );
    await expect(open("postgres://weir:hunter2@weir.invalid/weir")).rejects.toThrow(
      /host of DATABASE_URL \(weir\.invalid:5432\) is not known/,
    );
  });

  test("something that is no PostgreSQL is said to be unreachable", async () => {
    const server = createServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    await expect(open(`postgres://weir:hunter2@127.0.0.1:${port}/weir`)).rejects.toThrow(
      `127.0.0.1:${port} closes the connection`,
    );
    server.close();
  });

  test.each(["postgres://weir:hunter2@[host/weir", "postgres://weir:hunter2@host:port/weir"])(
    "%s is refused without repeating it",
    async (url) => {
      const failure = await open(url).catch((error: unknown) => error);
      expect(String(failure)).toMatch(/DATABASE_URL cannot be read/);
      expect(String(failure) + String((failure as Error).cause)).not.toContain("ter2");
    },
  );

  test("a database that does not store UTF-8 is refused", async () => {
    const name = `weir_latin_${process.pid}`;
    await database.pool.query(`create database ${name} encoding 'LATIN1' locale 'C' template template0`);
    await expect(open(databaseUrl(inject("serverUrl"), name))).rejects.toThrow(/stores LATIN1; Weir needs UTF8/);
    await database.pool.query(`drop database ${name}`);
  });
});
