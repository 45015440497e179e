import { RecordError, WizCursorError, WizResponseError, WizUnavailableError } from "../../errors.ts";
import type { NormalizedRecord, RejectedRecord } from "../../model.ts";
import type { Count, SliceSpec, SourcePage } from "../connector.ts";
import type { Asked } from "./adaptation.ts";
import { type Node, readNode, readNumber, readText } from "./normalize/read.ts";
import type { WizStream } from "./streams/stream.ts";

export interface PageRequest {
  spec: SliceSpec;
  cursor: string | null;
  first: number;
  projects: readonly string[];
  /** What narrows it to types of assets, where something does. */
  typeFilter?: Record<string, unknown> | null;
  asked: Pick<Asked, "isUnordered" | "withoutFilters" | "withoutValues">;
}

/** The variables of one page. Only the first one asks for the count: it costs Wiz time. */
export function pageVariables(stream: WizStream, request: PageRequest): Record<string, unknown> {
  const { spec, cursor, first, projects, typeFilter = null, asked } = request;
  const window = {
    ...(spec.after !== null && { after: spec.after }),
    ...(spec.before !== null && { before: spec.before }),
  };
  return {
    first,
    after: cursor,
    filterBy: {
      ...joined(thinOut(stream.filter(spec, projects), asked), typeFilter ?? {}),
      ...(Object.keys(window).length > 0 && { [spec.clock]: window }),
    },
    orderBy: asked.isUnordered ? null : stream.orderBy(spec),
    withCount: cursor === null,
  };
}

/** Both filters in one; where both say something of the same object, all of it. */
function joined(a: Record<string, unknown>, b: Record<string, unknown>): Record<string, unknown> {
  const isObject = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);
  const both = Object.keys(b).filter((key) => isObject(a[key]) && isObject(b[key]));
  return {
    ...a,
    ...b,
    ...Object.fromEntries(both.map((key) => [key, { ...(a[key] as object), ...(b[key] as object) }])),
  };
}

/** The filter without what Wiz refused of it. */
function thinOut(filter: Record<string, unknown>, asked: PageRequest["asked"]): Record<string, unknown> {
  const kept = Object.entries(filter).filter(([key]) => !asked.withoutFilters.includes(key));
  return Object.fromEntries(kept.map(([key, value]) => [key, withoutValues(value, asked.withoutValues)]));
}

function withoutValues(value: unknown, refused: readonly string[]): unknown {
  if (refused.length === 0 || typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.filter((item) => !refused.includes(item));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutValues(inner, refused)]));
}

/**
 * A connection's page in our records. An empty page with more to come is normal.
 * @throws WizCursorError when going on would never end, WizUnavailableError when its records are missing,
 * WizResponseError when it is no page at all
 */
export function readPage(stream: WizStream, cursor: string | null, data: Node): SourcePage {
  const page = readNode(data.page);
  const pageInfo = readNode(page?.pageInfo);
  if (page === null || pageInfo === null) {
    throw new WizResponseError(`Wiz answered no page of ${stream.info.name}: pageInfo is missing`);
  }
  if (!Array.isArray(page.nodes) && isSomethingThere(page, pageInfo)) {
    throw new WizUnavailableError(`Wiz answered a page of ${stream.info.name} without its records`);
  }
  const { records, rejected } = readRecords(stream, page.nodes);
  return { records, rejected, nextCursor: readNextCursor(stream, cursor, pageInfo), count: readCount(page) };
}

/** Null for an empty list is normal. For one that is not empty it would lose records without a word. */
function isSomethingThere(page: Node, pageInfo: Node): boolean {
  return (
    pageInfo.hasNextPage === true || readText(pageInfo.endCursor) !== null || (readNumber(page.totalCount) ?? 0) > 0
  );
}

function readNextCursor(stream: WizStream, cursor: string | null, pageInfo: Node): string | null {
  // The last page may name a cursor too; it leads nowhere.
  if (pageInfo.hasNextPage !== true) return null;
  const next = readText(pageInfo.endCursor);
  if (next === null) throw new WizCursorError(`Wiz has more ${stream.info.name} but gave no cursor to go on with`);
  if (next === cursor) throw new WizCursorError(`Wiz gave the same cursor for ${stream.info.name} again`);
  return next;
}

function readRecords(stream: WizStream, nodes: unknown): Pick<SourcePage, "records" | "rejected"> {
  const records: SourcePage["records"] = [];
  const rejected: RejectedRecord[] = [];
  for (const raw of Array.isArray(nodes) ? nodes : []) {
    try {
      const record = readRecord(stream, raw);
      if (record !== null) records.push(record);
    } catch (error) {
      if (!(error instanceof RecordError)) throw error;
      rejected.push({ externalId: readText(readNode(raw)?.id), reason: error.message, raw });
    }
  }
  return { records, rejected };
}

/** One record in our words; `null`: nothing that an inventory keeps. @throws RecordError */
export function readRecord(stream: WizStream, raw: unknown): NormalizedRecord | null {
  const node = readNode(raw);
  if (node === null) throw new RecordError("the record is no object");
  return stream.normalize(node);
}

function readCount(page: Node): Count | null {
  const value = readNumber(page.totalCount);
  return value === null ? null : { value, isCapped: page.maxCountReached === true };
}
