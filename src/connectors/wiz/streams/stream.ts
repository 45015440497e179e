import type { NormalizedRecord } from "../../../model.ts";
import type { StreamInfo } from "../../catalogue.ts";
import type { SliceSpec } from "../../connector.ts";
import type { Node } from "../normalize/read.ts";

/** One question of a pass: a clock, and which part of the records where there are several. */
export interface WizQuestion {
  clock: string;
  part?: string;
}

/** How `filterBy` is narrowed to types of assets. */
export interface TypeFilter {
  /** Which of Wiz's enumerations has the types that the filter takes. */
  known: "graph" | "vulnerable";
  /** Never empty: what an empty list means to Wiz is not documented. */
  ofTypes(types: readonly string[]): Record<string, unknown>;
  /** What no record meets, where Wiz has no type that is wanted. */
  ofNone: Record<string, unknown>;
}

/** The id of nothing. */
export const noId = "00000000-0000-0000-0000-000000000000";

/** Everything that is particular to one kind of record at Wiz. */
export interface WizStream {
  info: StreamInfo;
  /** One static document; its only root is aliased `page`. Checked against schema.graphql by a test. */
  document: string;
  /** Fields of a node without which a record means nothing. Any other is left out if Wiz no longer knows it. */
  requiredFields: readonly string[];
  /** Keys of the filter that only save work: without them Wiz answers a little more or less, and nothing is lost. */
  optionalFilters: readonly string[];
  /** Records per page when all is well. */
  bestPageSize: number;
  /**
   * The questions whose answers together hold every change. A full pass goes by a clock that never changes for a
   * record, so that it can be cut while the tenant moves.
   */
  questions: { delta: readonly WizQuestion[]; full: readonly WizQuestion[] };
  /** Where deleted records can be asked for by the time of their deletion: full passes look back so many days for them. */
  deletions?: { clock: string; days: number };
  /**
   * Whether every record has the full pass's clock, so that windows on it together hold them all. Of a detection's
   * creation the schema does not promise that.
   */
  isCuttable: boolean;
  /** `filterBy` without the window; the project filter differs for every root. */
  filter(spec: SliceSpec, projects: readonly string[]): Record<string, unknown>;
  /** Narrows `filterBy` to types of assets; absent where the root cannot. */
  typeFilter?: TypeFilter;
  orderBy(spec: SliceSpec): { field: string; direction: "ASC" } | null;
  /** `null`: nothing that an inventory keeps. @throws RecordError */
  normalize(node: Node): NormalizedRecord | null;
}

/** Named one by one: what Wiz leaves out when nothing is said is not documented, and closed findings must arrive. */
export const everyStatus = ["OPEN", "IN_PROGRESS", "RESOLVED", "REJECTED"] as const;

/** Beside the interval of a stream whose changes are wanted at once. */
export const urgentAdvice = "Raise it to 15 minutes if Wiz limits the rate of requests (429).";
/** Beside the interval of a stream that can have very many changes. */
export const bulkAdvice =
  "A poll asks only for what changed since the last one; raise it if Wiz limits the rate of requests (429).";
