import type { AssetSourceTable, AssetTable, DefinitionTable, FindingTable, SignalTable } from "../store/schema.ts";
import type { RiskAcceptanceTable } from "../store/schema-life-cycle.ts";
import type { AssetTagTable } from "../store/schema-tags.ts";
import type { Condition, Test } from "./condition.ts";

export const things = ["findings", "assets", "signals"] as const;
/** What can be searched. */
export type Thing = (typeof things)[number];

/**
 * How values are read and compared.
 *
 * text      part of it, case aside; in backticks the whole
 * words     words of a long text, by their beginnings
 * keyword   the whole, as written or in lower or upper case
 * enum      one of a few words
 * integer, number, date, boolean   what they say
 * list      one entry is the whole value
 * id        a UUID
 */
export type FieldType =
  | "text"
  | "words"
  | "keyword"
  | "enum"
  | "integer"
  | "number"
  | "date"
  | "boolean"
  | "list"
  | "id";

type Column =
  | keyof FindingTable
  | keyof AssetTable
  | keyof AssetSourceTable
  | keyof SignalTable
  | keyof DefinitionTable
  | keyof AssetTagTable
  | keyof RiskAcceptanceTable
  | "words"
  | "name";

/** Where a value is found: in one place, or in one of several. */
type FieldPlace = Place | { at: "either"; places: readonly Place[] };

export type Place =
  | { at: "columns"; columns: readonly Column[] }
  /** In a column of its own where the record has none of what `related` would find. */
  | { at: "own"; column: Column; unless: Column }
  /**
   * In rows of another table, `kind` of them if given, without the one whose external id is `except`: `own` is the column
   * here that holds their `key`.
   */
  | { at: "related"; table: RelatedTable; own: Column; key: Column; place: Place; kind?: string; except?: string }
  /** The names in a JSON object. */
  | { at: "keys"; column: Column }
  /** The same for every record. */
  | { at: "constant"; value: string };

export type RelatedTable =
  | "definition"
  | "asset"
  | "assetSource"
  | "assetTag"
  | "tag"
  | "integration"
  | "riskAcceptance";

export interface Field {
  /** As documented; case does not matter. */
  name: string;
  aliases: readonly string[];
  type: FieldType;
  place: FieldPlace;
  description: string;
  example: string;
  /** Of an enum: each word as a query writes it, with what is stored. */
  words?: Readonly<Record<string, string | number>>;
  /** Of a field that no column holds: what is to be looked at instead. `now` in ms. */
  derive?: (test: Test, now: number) => Condition;
  /** Of an enum whose stored numbers have an order: `severity >= high`. */
  isOrdered?: boolean;
}

export function column(...columns: Column[]): Place {
  return { at: "columns", columns };
}

/** Records that belong to one of another kind, of which it may have several. */
export interface Child {
  table: RelatedTable;
  /** The column here that holds their `key`. */
  own: Column;
  key: Column;
}

/** What `sources:(a:x AND b:y)` asks of one and the same child: the name of the group with where its records are. */
export const children: Readonly<Record<Thing, Readonly<Record<string, Child>>>> = {
  findings: {},
  assets: { sources: { table: "assetSource", own: "id", key: "assetId" } },
  signals: {},
};

export function related(table: RelatedTable, own: Column, key: Column, place: Place): Place {
  return { at: "related", table, own, key, place };
}
