import { type EpssRow, type FeedFile, type Refuse, readCve, readInstant, shown } from "./feed-file.ts";
import { linesOf } from "./file-text.ts";

type EpssFile = Extract<FeedFile, { feed: "epss" }>;

const header = "cve,epss,percentile";

/**
 * EPSS as FIRST publishes it each day: `#model_version:v2025.03.14,score_date:2026-11-29T…`, the names of the columns,
 * then a line for each CVE. Read as it comes. @throws FeedFileError
 */
export async function readEpssCsv(text: AsyncIterable<string>, refuse: Refuse): Promise<EpssFile> {
  const pieces = linesOf(text, refuse)[Symbol.asyncIterator]();
  const head: string[] = [];
  let rest: { lines: string[]; first: number } = { lines: [], first: 1 };
  while (head.length < 2) {
    const { value, done } = await pieces.next();
    if (done === true) throw refuse("it ends before its first score.");
    const { lines } = value;
    const taken = lines.splice(0, 2 - head.length);
    head.push(...taken.map((line) => line.trim()));
    rest = { lines, first: value.first + taken.length };
  }
  const { dataAt, version } = readComment(head[0]!, refuse);
  if (head[1]!.toLowerCase() !== header) throw refuse(`its second line should be ${header}, and is ${shown(head[1])}.`);
  return { feed: "epss", dataAt, version, newestOn: null, batches: batchesOf(rest, pieces, refuse) };
}

function readComment(line: string, refuse: Refuse): { dataAt: string; version: string | null } {
  const version = /model_version:([^,]+)/.exec(line)?.[1]?.trim() ?? null;
  const dataAt = readInstant(/score_date:([^,]+)/.exec(line)?.[1]?.trim() ?? "");
  if (!line.startsWith("#") || dataAt === null)
    throw refuse(
      "its first line should say of which day it is: #model_version:v2025.03.14,score_date:2026-11-29T00:00:00+0000.",
    );
  return { dataAt, version };
}

async function* batchesOf(
  begun: { lines: string[]; first: number },
  pieces: AsyncIterator<{ lines: string[]; first: number }>,
  refuse: Refuse,
): AsyncGenerator<EpssRow[]> {
  yield rowsOf(begun, refuse);
  for (let next = await pieces.next(); next.done !== true; next = await pieces.next()) yield rowsOf(next.value, refuse);
}

function rowsOf({ lines, first }: { lines: string[]; first: number }, refuse: Refuse): EpssRow[] {
  return lines.flatMap((line, i) => {
    const text = line.trim();
    if (text === "") return [];
    const [cve, epss, percentile, ...more] = text.split(",");
    const where = `line ${first + i}`;
    if (percentile === undefined || more.length > 0)
      throw refuse(`${where} should have three values, and is ${shown(text)}: it is damaged or cut off.`);
    return [readRow({ cve, epss, percentile }, where, refuse)];
  });
}

function readRow(row: { cve?: unknown; epss?: unknown; percentile?: unknown }, where: string, refuse: Refuse): EpssRow {
  return {
    cve: readCve(row.cve, where, refuse),
    epss: readProbability(row.epss, `${where}: epss`, refuse),
    percentile: readProbability(row.percentile, `${where}: percentile`, refuse),
  };
}

function readProbability(value: unknown, where: string, refuse: Refuse): number {
  const isGiven = typeof value === "number" || (typeof value === "string" && /\d/.test(value));
  const number = isGiven ? Number(value) : Number.NaN;
  if (!(number >= 0 && number <= 1)) throw refuse(`${where} should be from 0 to 1, and is ${shown(value)}.`);
  return number;
}

/** EPSS as FIRST's API answers: `{ status, total, offset, data: [{ cve, epss, percentile, date }] }`. @throws FeedFileError */
export function readEpssJson(
  answer: { data: unknown[]; total?: unknown; version?: unknown },
  refuse: Refuse,
): EpssFile {
  const { data, total } = answer;
  if (typeof total === "number" && total > data.length)
    throw refuse(
      `it is one page of the API, ${data.length} of ${total} scores, and would take the place of all. Take the whole file that FIRST publishes each day (epss_scores-current.csv.gz).`,
    );
  const first = data[0] as { date?: unknown } | undefined;
  const dataAt = readInstant(typeof first?.date === "string" ? first.date : "");
  if (dataAt === null) throw refuse("its first score has no date.");
  const rows = data.map((one, i) => {
    const row = (one ?? {}) as { cve?: unknown; epss?: unknown; percentile?: unknown; date?: unknown };
    if (row.date !== first?.date) throw refuse(`score ${i + 1} is of another day than the first one.`);
    return readRow(row, `score ${i + 1}`, refuse);
  });
  return { feed: "epss", dataAt, version: null, newestOn: null, batches: oneBatch(rows) };
}

async function* oneBatch<Row>(rows: Row[]): AsyncGenerator<Row[]> {
  yield rows;
}
