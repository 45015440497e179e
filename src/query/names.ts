import { QueryError } from "../errors.ts";
import { type Field, type Thing, things } from "./field.ts";
import { fields } from "./fields.ts";
import { shown } from "./shown.ts";

/** Prefixes that say "of the thing itself", and may be left out. */
const ownPrefixes: Record<Thing, readonly string[]> = {
  findings: ["finding.", "findings.", "vulnerabilities.vulnerability.", "vulnerabilities."],
  assets: ["asset.", "assets."],
  signals: ["signal.", "signals."],
};

const tables: Record<Thing, ReadonlyMap<string, Field>> = {
  findings: index("findings"),
  assets: index("assets"),
  signals: index("signals"),
};

function index(thing: Thing): ReadonlyMap<string, Field> {
  return new Map(fields[thing].flatMap((field) => [field.name, ...field.aliases].map((n) => [n.toLowerCase(), field])));
}

/** The field of that name; case does not matter, nor whether it says `finding.` or `findings.`. */
export function findField(thing: Thing, name: string): Field | undefined {
  return tables[thing].get(plainName(thing, name));
}

/** Whether names stand below this one: `asset` of `asset.name`. */
export function isGroup(thing: Thing, name: string): boolean {
  const prefix = `${name.toLowerCase()}.`;
  if (ownPrefixes[thing].includes(prefix)) return true;
  const plain = plainName(thing, prefix);
  return [...tables[thing].keys()].some((known) => known.startsWith(plain));
}

export function plainName(thing: Thing, name: string): string {
  const lower = name.toLowerCase().replace(/^assets\./, "asset.");
  const prefix = ownPrefixes[thing].find((own) => lower.startsWith(own));
  return prefix === undefined ? lower : lower.slice(prefix.length);
}

/** Says which field was probably meant, or for which thing the name would be right. */
export function unknownField(thing: Thing, name: string, position: number): QueryError {
  const other = things.find((t) => t !== thing && findField(t, name) !== undefined);
  const near = nearest(plainName(thing, name), [...tables[thing].keys()]);
  const field = near === undefined ? undefined : tables[thing].get(near);
  const hints = [
    other === undefined ? "" : ` It is a field of ${other}.`,
    ` To search for the text itself, put it in quotes.`,
  ];
  return new QueryError(`There is no field "${shown(name)}" in ${thing}.${hints.join("")}`, position, {
    suggestion: field?.name,
    example: (field ?? fields[thing][0]!).example,
  });
}

/** The candidate with the fewest edits, if it is near enough to be a slip, or one that shares a part with it. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = distanceOf(word, candidate);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** `asset.severity` and `sevrity` are both near to `severity`, and so is `sev`. */
function distanceOf(word: string, candidate: string): number {
  const tail = word.slice(word.lastIndexOf(".") + 1);
  const begins = word.length >= 3 && (candidate.startsWith(word) || candidate.endsWith(`.${word}`));
  const ofTail = edits(tail, candidate);
  return Math.min(edits(word, candidate), begins ? 0.9 : 99, ofTail <= tail.length / 3 ? ofTail + 1.5 : 99);
}

/** Levenshtein distance, a swap of neighbours counted as two. */
function edits(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 12) return 99;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    row = next;
  }
  return row[b.length]!;
}
