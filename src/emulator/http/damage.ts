import type { FaultKind } from "./faults.ts";
import type { FaultState } from "./strike.ts";

/** Faults that spoil a good answer, in the order in which they are applied. */
export const damagingKinds: readonly FaultKind[] = [
  "repeated-cursor",
  "null-cursor",
  "lost-rows",
  "doubled-row",
  "wrong-count",
  "unknown-enum",
  "unreadable-node",
  "missing-keys",
  "null-value",
  "partial-data",
  "null-node",
  "empty-page",
  "null-list",
  "broken-json",
];

type Json = Record<string, unknown>;

interface Body {
  data: Record<string, Json | null> | null;
  errors?: object[];
  extensions?: Json;
}

interface Connection extends Json {
  nodes?: (Json | null)[] | null;
  totalCount?: number | null;
  pageInfo?: { hasNextPage?: boolean; endCursor?: string | null };
}

/** Applies the faults to the text of an answer. `after` is the cursor that was asked with. */
export function damage(body: string, faults: readonly FaultState[], after: string | null): string {
  if (faults.length === 0) return body;
  const parsed = JSON.parse(body) as Body;
  let isBroken = false;
  const inOrder = [...faults].sort((a, b) => damagingKinds.indexOf(a.kind) - damagingKinds.indexOf(b.kind));
  for (const fault of inOrder) {
    if (fault.kind === "broken-json") isBroken = true;
    else
      for (const [key, value] of Object.entries(parsed.data ?? {}))
        spoil(parsed, key, value as Connection | null, fault, after);
  }
  const text = JSON.stringify(parsed);
  return isBroken ? text.slice(0, Math.floor(text.length * 0.6)) : text;
}

function spoil(body: Body, key: string, connection: Connection | null, fault: FaultState, after: string | null): void {
  if (connection === null || typeof connection !== "object") return;
  const { nodes, pageInfo } = connection;
  const middle = Array.isArray(nodes) && nodes.length > 0 ? Math.floor(nodes.length / 2) : -1;
  const node = middle < 0 ? undefined : nodes?.[middle];
  switch (fault.kind) {
    case "repeated-cursor":
      // On the first page there is nothing to repeat.
      if (pageInfo !== undefined && after !== null) Object.assign(pageInfo, { hasNextPage: true, endCursor: after });
      break;
    case "null-cursor":
      if (pageInfo !== undefined) Object.assign(pageInfo, { hasNextPage: true, endCursor: null });
      break;
    case "empty-page":
      // The rows come with the next page, as after a filter that Wiz applies late: the cursor stays where it was.
      if (pageInfo !== undefined && after !== null) {
        connection.nodes = [];
        Object.assign(pageInfo, { hasNextPage: true, endCursor: `${after}${" "}` });
      }
      break;
    case "lost-rows":
      // As a replica that lags behind: the page looks whole.
      if (Array.isArray(nodes)) connection.nodes = nodes.filter((_, i) => i % 5 !== 2);
      break;
    case "doubled-row":
      if (node) nodes?.push(node);
      break;
    case "wrong-count":
      if (typeof connection.totalCount === "number") connection.totalCount = Math.floor(connection.totalCount / 2);
      break;
    case "null-node":
      if (middle >= 0) nodes?.splice(middle, 1, null);
      break;
    case "null-value":
      if (node) setNull(node, fault.field);
      break;
    case "null-list":
      connection.nodes = null;
      break;
    case "unknown-enum":
      if (node) setUnknown(node, fault.field);
      break;
    case "unreadable-node":
      if (node) makeUnreadable(node);
      break;
    case "missing-keys":
      if (node) delete node[fault.field ?? Object.keys(node).find((name) => name !== "id") ?? "id"];
      break;
    case "partial-data":
      if (node) makePartial(body, key, middle, node);
      break;
    default:
  }
}

const enumFields = ["type", "detectionMethod", "source", "cloudPlatform", "status", "severity"];

function setUnknown(node: Json, field: string | undefined): void {
  const name = field ?? enumFields.find((one) => typeof node[one] === "string");
  if (name !== undefined) node[name] = "BRAND_NEW_VALUE";
}

/** Every value of another type than the schema says, the id kept so that the record can be named. */
function makeUnreadable(node: Json): void {
  for (const [name, value] of Object.entries(node)) {
    if (name === "id") continue;
    node[name] =
      typeof value === "string" ? 42 : typeof value === "number" ? { not: "a number" } : "not what the schema says";
  }
}

function setNull(node: Json, field: string | undefined): void {
  const name = field ?? Object.keys(node).find((one) => one !== "id" && node[one] !== null);
  if (name !== undefined && name in node) node[name] = null;
}

function makePartial(body: Body, key: string, index: number, node: Json): void {
  const field = Object.keys(node).find((name) => typeof node[name] === "object" && node[name] !== null);
  if (field === undefined) return;
  node[field] = null;
  const path = [key, "nodes", "@", field];
  body.errors = [{ message: "Resource not found", path, extensions: { code: "NOT_FOUND" } }];
  body.extensions = {
    valueCompletion: [
      { message: `Cannot return null for non-nullable field ${field}`, path: [key, "nodes", index, field] },
    ],
  };
}
