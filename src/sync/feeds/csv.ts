import type { Refuse } from "./feed-file.ts";

/** The records of a CSV file as RFC 4180 has it: quotes around commas, line ends and doubled quotes. @throws FeedFileError */
export function parseCsv(text: string, refuse: Refuse): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let at = 0;
  while (at < text.length) {
    const cell = text[at] === '"' ? quotedCell(text, at) : plainCell(text, at);
    if (cell === null) throw refuse(`a quote in record ${records.length + 1} is never closed: it is cut off.`);
    record.push(cell.value);
    at = cell.end;
    const isEnd = text[at] !== ",";
    at += text.startsWith("\r\n", at) ? 2 : 1;
    if (!isEnd) continue;
    if (record.length > 1 || record[0] !== "") records.push(record);
    record = [];
  }
  if (record.length > 0) records.push([...record, ""]);
  return records;
}

interface Cell {
  value: string;
  end: number;
}

function plainCell(text: string, start: number): Cell {
  let end = start;
  while (end < text.length && text[end] !== "," && text[end] !== "\n" && !text.startsWith("\r\n", end)) end++;
  return { value: text.slice(start, end), end };
}

function quotedCell(text: string, start: number): Cell | null {
  let value = "";
  for (let at = start + 1; ; ) {
    const quote = text.indexOf('"', at);
    if (quote === -1) return null;
    value += text.slice(at, quote);
    if (text[quote + 1] !== '"') return { value, end: quote + 1 };
    value += '"';
    at = quote + 2;
  }
}
