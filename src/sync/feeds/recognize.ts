import { readEpssCsv, readEpssJson } from "./epss-file.ts";
import { type FeedFile, FeedFileError, type FileBytes, type Refuse } from "./feed-file.ts";
import { textOf, wholeText } from "./file-text.ts";
import { readKevCsv, readKevJson } from "./kev-file.ts";

const known =
  "Weir reads EPSS as FIRST publishes it (epss_scores-….csv.gz, .csv, or a whole answer of its API) and CISA's catalogue of known exploited vulnerabilities (known_exploited_vulnerabilities.csv or .json), packed with gzip or not.";

/** Finds out which feed a file is, from what is in it, and begins to read it. @throws FeedFileError */
export async function readFeedFile(file: FileBytes): Promise<FeedFile> {
  const refuse: Refuse = (problem, cause) => new FeedFileError(file.name, problem, { cause });
  const { start, text } = await begin(textOf(file, refuse), refuse);
  if (start.startsWith("#") || /^"?cve"?\s*,/i.test(start)) return await readEpssCsv(text, refuse);
  if (start.startsWith("{")) return readJson(await wholeText(text, refuse), refuse);
  if (/^[^\n]*cveID/.test(start)) return readKevCsv(await wholeText(text, refuse), refuse);
  throw refuse(`it is neither of the files that can be loaded. ${known}`);
}

const enoughToTell = 1_000;

/** The beginning of a text, and the text again from its beginning, without a byte order mark. */
async function begin(pieces: AsyncGenerator<string>, refuse: Refuse) {
  let start = "";
  while (start.length < enoughToTell) {
    const { value, done } = await pieces.next();
    if (done === true) break;
    start += value;
  }
  start = start.trimStart();
  if (start === "") throw refuse("it is empty.");
  async function* text() {
    yield start;
    yield* pieces;
  }
  return { start, text: text() };
}

function readJson(text: string, refuse: Refuse): FeedFile {
  const answer = parse(text, refuse);
  if (Array.isArray(answer.vulnerabilities))
    return readKevJson({ ...answer, vulnerabilities: answer.vulnerabilities }, refuse);
  if (Array.isArray(answer.data)) return readEpssJson({ ...answer, data: answer.data }, refuse);
  throw refuse(`it is neither of the files that can be loaded. ${known}`);
}

function parse(text: string, refuse: Refuse): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (cause) {
    throw refuse("it is no JSON to its end: it is damaged or cut off.", cause);
  }
}
