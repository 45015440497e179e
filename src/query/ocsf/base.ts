import packageJson from "../../../package.json" with { type: "json" };
import { instant } from "../../model.ts";
import { vendorProductName } from "../common-fields.ts";

/** Version of the Open Cybersecurity Schema Framework that the events follow. */
const ocsfVersion = "1.8.0";

export const classUids = {
  vulnerability: 2002,
  compliance: 2003,
  detection: 2004,
  cloudInventory: 5023,
} as const;

export type OcsfEvent = Record<string, unknown>;

/** Milliseconds since 1970, whole; `undefined` (and so left out) where there is no time. */
export function time(iso: string | null | undefined): number | undefined {
  const ms = instant(iso);
  return ms === null ? undefined : Math.trunc(ms);
}

/** OCSF has no null: an attribute is there or it is not. The same for empty lists and objects. */
export function present<T extends object>(attributes: T): { [K in keyof T]: NonNullable<T[K]> } {
  const kept: Partial<T> = {};
  // Not over entries: an export does this millions of times.
  for (const name in attributes) if (!isAbsent(attributes[name])) kept[name] = attributes[name];
  return kept as { [K in keyof T]: NonNullable<T[K]> };
}

function isAbsent(value: unknown): boolean {
  if (value === null || value === undefined || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  if (typeof value !== "object") return false;
  for (const _ in value) return false;
  return true;
}

const severityIds: Record<string, number> = { informational: 1, low: 2, medium: 3, high: 4, critical: 5 };
const severityNames = ["Unknown", "Informational", "Low", "Medium", "High", "Critical"];

export function severityOf(severity: string | null): { severity_id: number; severity: string } {
  const id = severityIds[severity ?? ""] ?? 0;
  return { severity_id: id, severity: severityNames[id] ?? "Unknown" };
}

/** What kind of event it is, in the numbers and words of OCSF. */
export function classify(
  of: { uid: number; name: string; category: readonly [number, string] },
  activity: readonly [number, string],
): OcsfEvent {
  const [activityId, activityName] = activity;
  const [categoryId, categoryName] = of.category;
  return {
    class_uid: of.uid,
    class_name: of.name,
    category_uid: categoryId,
    category_name: categoryName,
    activity_id: activityId,
    activity_name: activityName,
    type_uid: of.uid * 100 + activityId,
    type_name: `${of.name}: ${activityName}`,
  };
}

/** The product that saw it is the source; Weir is a station on the way. */
export const sourceProduct = { name: vendorProductName, vendor_name: vendorProductName };

const weir = {
  name: "Weir",
  product: { name: "Weir", vendor_name: "Weir", version: packageJson.version },
};

/** `uid` names this event, not the record: the same state of a record always gives the same. */
export function metadata(uid: string): OcsfEvent {
  return { version: ocsfVersion, uid, product: sourceProduct, profiles: ["cloud"], loggers: [weir] };
}
