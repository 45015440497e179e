import { ConfigError } from "../errors.ts";
import type { Condition } from "./condition.ts";
import { column, type Field, type Place, type Thing } from "./field.ts";
import { findField } from "./names.ts";

/**
 * Fields whose values can be counted: those with few values, or with some that are much more common than others. A
 * value is answered so that `field:"value"` finds what was counted; `null` is `field is null`.
 */
const facetNames: Record<Thing, readonly string[]> = {
  findings: [
    "severity",
    "status",
    "kind",
    "cloud",
    "asset.class",
    "asset.type",
    "account",
    "region",
    "projects",
    "tags",
    "integration",
    "vendorProductName",
    "cve",
    "rule",
    "package.name",
    "kev",
    "exploit",
    "fix",
    "overdue",
    "ageBucket",
    "dueBy",
    "reopened",
  ],
  assets: [
    "class",
    "type",
    "nativeType",
    "status",
    "cloud",
    "account",
    "region",
    "projects",
    "tags",
    "criticality",
    "inventory",
    "internetExposed",
    "os",
    "isPlaceholder",
  ],
  signals: ["change", "stream", "severity", "kind", "integration", "asset", "at"],
};

export interface FacetField {
  /** As it was asked for. */
  by: string;
  field: Field;
  /** `null`: the same value for every record. */
  column: string | null;
  /** Of a field that no column holds: its values, each with what has it. */
  derived?: readonly { value: string; condition: Condition }[];
}

/** Where a value is that is not in the column that a search of the field looks at. */
const otherPlaces: Record<string, Place> = { rule: column("rule") };

/** The names that can be asked for, in the order in which they help most. */
export function facetFieldNames(thing: Thing): readonly string[] {
  return facetNames[thing];
}

/** @throws ConfigError when the field's values cannot be counted, or there is no such field */
export function findFacet(thing: Thing, by: string, now = Date.now()): FacetField {
  const field = findField(thing, by);
  if (field === undefined || !facetNames[thing].includes(field.name))
    throw new ConfigError(
      `The values of "${by}" cannot be counted for ${thing}, only those of ${facetNames[thing].join(", ")}.`,
      { field: "by" },
    );
  const derived = derivedValues(field, now);
  if (derived !== undefined) return { by, field, column: field.name, derived };
  const place = otherPlaces[field.name] ?? (field.place.at === "either" ? field.place.places[0] : field.place);
  return { by, field, column: columnOf(place) };
}

function derivedValues({ derive, type, words }: Field, now: number): FacetField["derived"] {
  if (derive === undefined) return undefined;
  const values = type === "boolean" ? [true, false] : [...new Set(Object.values(words ?? {}))];
  return values.map((value) => ({ value: String(value), condition: derive({ type: "oneOf", values: [value] }, now) }));
}

function columnOf(place: Place | undefined): string | null {
  if (place?.at === "columns") return place.columns[0] ?? null;
  return place?.at === "related" ? place.own : null;
}
