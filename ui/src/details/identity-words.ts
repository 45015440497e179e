/** Words for what identification knows and decided. */

const identifierWords: Record<string, string> = {
  instanceId: "Instance id",
  hardwareUuid: "Hardware UUID",
  serial: "Serial number",
  mac: "MAC address",
  hostname: "Host name",
  fqdn: "FQDN",
  netbiosName: "NetBIOS name",
  domain: "Domain",
  ip: "IP address",
};

export interface IdentifierLine {
  label: string;
  values: string[];
}

/** What a record shows of its machine, strongest first; its cloud's id stands beside it anyway, as it was sent. */
export function identifierLines(identifiers: Readonly<Record<string, unknown>> | null): IdentifierLine[] {
  return Object.entries(identifierWords).flatMap(([name, label]) => {
    const value = identifiers?.[name];
    const values = Array.isArray(value) ? value.map(String) : [];
    return values.length === 0 ? [] : [{ label, values }];
  });
}

export interface DecisionFacts {
  event: string;
  /** Its title. */
  rule: string;
  /** Other records that it is about. */
  others: number;
  /** Who decided it, where somebody did. */
  by: string | null;
}

/** An entry of the identity log, in words. */
export function decisionText({ event, rule, others, by }: DecisionFacts): string {
  const records = others > 1 ? `${others} other records` : "another record";
  const same = inSentence(rule);
  switch (event) {
    case "new":
      return "Came in as a new asset";
    case "merged":
      return `Merged with ${records}: the same ${same}`;
    case "split":
      return others > 0
        ? `Split off from ${records}: no rule joins them any more`
        : "Split off: no rule joins it any more";
    case "several_matches":
      return `Not merged by the ${same}: ${others > 1 ? `${others} other records show` : "another record shows"} it too, and they cannot all be one machine`;
    case "separated":
      return `Separated from other records by ${by ?? "a person"}`;
    case "reunited":
      return `A separation was taken back by ${by ?? "a person"}`;
    default:
      return event;
  }
}

/** A title within a sentence: "the same serial number", but "the same FQDN". */
function inSentence(title: string): string {
  return /^[A-Z][a-z]/.test(title) ? title.charAt(0).toLowerCase() + title.slice(1) : title;
}

export interface Evidence {
  values: string[];
  others: number;
  by: string | null;
  /** By which somebody's decisions are one entry, though every record has it in its log. */
  separation: string | null;
}

/** Entries of earlier versions have other evidence: the ids that were the same. */
export function evidenceOf(evidence: unknown): Evidence {
  const known = typeof evidence === "object" && evidence !== null ? (evidence as Record<string, unknown>) : {};
  const old = typeof known.providerUniqueId === "string" ? [known.providerUniqueId] : [];
  const sources = Array.isArray(known.sources) ? known.sources.length : 1;
  return {
    values: Array.isArray(known.values) ? known.values.map(String) : old,
    others: typeof known.count === "number" ? known.count : sources,
    by: typeof known.by === "string" ? known.by : null,
    separation: typeof known.separation === "string" ? known.separation : null,
  };
}

/** Without the entries that say the same of another record of the asset. */
export function toldOnce<T extends { event: string; evidence: unknown }>(decisions: readonly T[]): T[] {
  const told = new Set<string>();
  return decisions.filter(({ event, evidence }) => {
    const { separation } = evidenceOf(evidence);
    if (separation === null) return true;
    const key = `${event} ${separation}`;
    const isNew = !told.has(key);
    told.add(key);
    return isNew;
  });
}
