import { parseCsv } from "./csv.ts";
import { type FeedFile, type KevRow, type Refuse, readCve, readDay, readInstant, shown } from "./feed-file.ts";

type KevFile = Extract<FeedFile, { feed: "kev" }>;

/** CISA's names of what is kept. */
const names = {
  vendorProject: "vendorProject",
  product: "product",
  vulnerabilityName: "vulnerabilityName",
  description: "shortDescription",
  requiredAction: "requiredAction",
  ransomwareUse: "knownRansomwareCampaignUse",
  notes: "notes",
} as const;

/** Without these an entry says nothing. */
const needed = ["cveID", "dateAdded"];

/** The catalogue as CISA publishes it as JSON. @throws FeedFileError */
export function readKevJson(
  catalogue: { vulnerabilities: unknown[]; catalogVersion?: unknown; dateReleased?: unknown; count?: unknown },
  refuse: Refuse,
): KevFile {
  const { vulnerabilities, catalogVersion, dateReleased, count } = catalogue;
  const dataAt = readInstant(typeof dateReleased === "string" ? dateReleased : "");
  if (dataAt === null) throw refuse(`its dateReleased is no date, but ${shown(dateReleased)}.`);
  if (typeof count === "number" && count !== vulnerabilities.length)
    throw refuse(`it says that it has ${count} entries, and has ${vulnerabilities.length}: it is damaged or cut off.`);
  const rows = vulnerabilities.map((entry, i) => readEntry((entry ?? {}) as Entry, `entry ${i + 1}`, refuse));
  const version = typeof catalogVersion === "string" ? catalogVersion : null;
  return { ...assembled(rows, refuse), dataAt, version };
}

/** The catalogue as CSV, which does not say of when it is: as of its newest entry, then. @throws FeedFileError */
export function readKevCsv(text: string, refuse: Refuse): KevFile {
  const [header = [], ...records] = parseCsv(text, refuse);
  const missing = needed.find((name) => !header.includes(name));
  if (missing !== undefined) throw refuse(`it has no column ${missing}.`);
  const rows = records.map((record, i) => {
    const where = `entry ${i + 1}`;
    if (record.length !== header.length)
      throw refuse(`${where} has ${record.length} values instead of ${header.length}: it is damaged or cut off.`);
    return readEntry(Object.fromEntries(header.map((name, at) => [name, record[at]])), where, refuse);
  });
  const known = assembled(rows, refuse);
  return { ...known, dataAt: `${known.newestOn}T00:00:00.000Z`, version: null };
}

type Entry = Record<string, unknown>;

function readEntry(entry: Entry, where: string, refuse: Refuse): KevRow {
  const addedOn = readDay(entry.dateAdded);
  if (addedOn === null) throw refuse(`${where}: dateAdded is no date, but ${shown(entry.dateAdded)}.`);
  const texts = Object.entries(names).map(([name, theirs]) => [name, readText(entry[theirs])]);
  return {
    ...(Object.fromEntries(texts) as Record<keyof typeof names, string | null>),
    cve: readCve(entry.cveID, where, refuse),
    addedOn,
    dueOn: readDay(entry.dueDate),
  };
}

function readText(value: unknown): string | null {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : null;
}

function assembled(rows: KevRow[], refuse: Refuse) {
  const newestOn = rows.reduce((newest, { addedOn }) => (addedOn > newest ? addedOn : newest), "");
  if (newestOn === "") throw refuse("it has no entries.");
  return { feed: "kev" as const, newestOn, batches: oneBatch(rows) };
}

async function* oneBatch(rows: KevRow[]): AsyncGenerator<KevRow[]> {
  yield rows;
}
