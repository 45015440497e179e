import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { readFeedFile } from "./recognize.ts";

const published = (name: string) => readFileSync(new URL(`../../../test/feeds/${name}`, import.meta.url));

async function* inPieces(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(content: string | Uint8Array, size = 64_000) {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  const { batches, ...about } = await readFeedFile({ name: "a file", bytes: inPieces(bytes, size) });
  const rows: unknown[] = [];
  for await (const batch of batches) rows.push(...batch);
  return { ...about, rows };
}

const epss = published("epss_scores-2026-07-30.csv");
const kevCsv = published("known_exploited_vulnerabilities.csv");
const kevJson = published("known_exploited_vulnerabilities.json");

describe("EPSS", () => {
  const log4shell = { cve: "CVE-2021-44228", epss: 0.94358, percentile: 0.99959 };

  test.each([1, 7, 100, 64_000])(
    "as FIRST publishes it is read, packed or not, in pieces of %d bytes",
    async (size) => {
      for (const file of [
        epss,
        gzipSync(epss),
        Buffer.from(`\ufeff${epss}`),
        Buffer.from(`${epss}`.replaceAll("\n", "\r\n")),
      ]) {
        const { rows, ...about } = await read(file, size);
        expect(about).toEqual({
          feed: "epss",
          dataAt: "2026-07-30T12:55:00.000Z",
          version: "v2025.03.14",
          newestOn: null,
        });
        expect(rows).toHaveLength(18);
        expect(rows).toContainEqual(log4shell);
      }
    },
  );

  test("reads the date in the older form too", async () => {
    const older = `${epss}`.replace("2026-07-30T12:55:00Z", "2026-07-30T00:00:00+0000");
    expect((await read(older)).dataAt).toBe("2026-07-30T00:00:00.000Z");
  });

  test("as an answer of FIRST's API is read when it is whole", async () => {
    const data = [
      { cve: "CVE-2021-44228", epss: "0.943580000", percentile: "0.999590000", date: "2026-07-30" },
      { cve: "CVE-2024-3094", epss: "0.860230000", percentile: "0.993910000", date: "2026-07-30" },
    ];
    const answer = {
      status: "OK",
      "status-code": 200,
      version: "1.0",
      access: "public",
      total: 2,
      offset: 0,
      limit: 100,
    };
    const { rows, dataAt, feed } = await read(JSON.stringify({ ...answer, data }));
    expect({ feed, dataAt }).toEqual({ feed: "epss", dataAt: "2026-07-30T00:00:00.000Z" });
    expect(rows).toContainEqual(log4shell);
    await expect(read(JSON.stringify({ ...answer, total: 280_000, data }))).rejects.toThrow(
      "a file is not taken: it is one page of the API, 2 of 280000 scores",
    );
  });

  test.each<[string, string | Uint8Array, string]>([
    ["cut in a line", epss.subarray(0, epss.length - 12), "line 20 should have three values"],
    ["cut while packed", gzipSync(epss).subarray(0, 200), "it is packed, and damaged or cut off"],
    ["changed while packed", Buffer.from(gzipSync(epss)).fill(0, 80, 90), "it is packed, and damaged or cut off"],
    ["without its first line", `${epss}`.slice(`${epss}`.indexOf("\n") + 1), "its first line should say of which day"],
    ["without scores", `${epss}`.split("\n", 1).join(), "it ends before its first score"],
    ["with a probability of two", `${epss}`.replace("0.94464", "2"), "line 3: epss should be from 0 to 1"],
    ["with an empty score", `${epss}`.replace("0.94464", ""), "line 3: epss should be from 0 to 1"],
    ["with something else for a CVE", `${epss}`.replace("CVE-2014-0160", "<script>"), "line 3 has no CVE id"],
    ["with a line without end", `${epss}${"x".repeat(200_000)}`, "line 21 does not end"],
    ["with other columns", `${epss}`.replace("cve,epss", "cve,score"), "its second line should be"],
  ])("%s is refused with the reason", async (_, content, reason) => {
    await expect(read(content)).rejects.toThrow(reason);
  });
});

describe("CISA's catalogue", () => {
  const xz = {
    cve: "CVE-2024-3094",
    vendorProject: "Tukaani",
    product: 'XZ "Utils"',
    addedOn: "2026-07-21",
    dueOn: "2026-08-11",
    ransomwareUse: "Unknown",
  };

  test.each([3, 64_000])("is read as CSV and as JSON, in pieces of %d bytes", async (size) => {
    const fromCsv = await read(kevCsv, size);
    const fromJson = await read(gzipSync(kevJson), size);
    expect(fromCsv).toMatchObject({ feed: "kev", dataAt: "2026-07-21T00:00:00.000Z", version: null });
    expect(fromJson).toMatchObject({ feed: "kev", dataAt: "2026-07-30T15:00:02.451Z", version: "2026.07.30" });
    for (const { newestOn, rows } of [fromCsv, fromJson]) {
      expect(newestOn).toBe("2026-07-21");
      expect(rows).toHaveLength(4);
      expect(rows[3]).toMatchObject(xz);
    }
    expect(fromCsv.rows).toEqual(fromJson.rows);
  });

  test.each<[string, string | Uint8Array, string]>([
    ["CSV cut in a text", kevCsv.subarray(0, kevCsv.length - 250), "it is cut off"],
    ["CSV cut at a comma", `${kevCsv}`.slice(0, `${kevCsv}`.lastIndexOf(",2026-08-11")), "entry 4 has"],
    ["JSON that is cut", kevJson.subarray(0, 900), "it is no JSON to its end"],
    ["JSON that lacks an entry", `${kevJson}`.replace('"count": 4', '"count": 1484'), "it has 1484 entries, and has 4"],
    ["JSON without a date", `${kevJson}`.replace("2026-07-30T15:00:02.4512Z", "soon"), "its dateReleased is no date"],
    ["an entry without a day", `${kevCsv}`.replace(",2021-12-10,", ",2021-13-10,"), "entry 1: dateAdded is no date"],
  ])("%s is refused with the reason", async (_, content, reason) => {
    await expect(read(content)).rejects.toThrow(reason);
  });
});

test.each([
  "",
  "  \n",
  "a,b,c\n1,2,3\n",
  "{}",
  '{"vulnerabilities":"none"}',
  "null",
  "<html>403</html>",
  "\u0000\u0001",
])("what is neither is refused: %j", async (content) => {
  await expect(read(content)).rejects.toThrow("a file is not taken: ");
});
