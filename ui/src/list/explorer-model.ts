import { useEffect, useMemo, useRef } from "react";
import { ApiError } from "../api/client.ts";
import { usePreference } from "../api/preferences.ts";
import type { SavedSearch } from "../api/saved-searches.ts";
import { type ColumnChoice, isColumnChoice } from "./columns.ts";
import { type ListAddress, useListAddress } from "./explorer-address.ts";
import { type List, useList } from "./explorer-list.ts";
import { useOpening } from "./explorer-opening.ts";
import { composeQuery, findWrong, positionIn } from "./explorer-query.ts";
import { nextSort, printSort, readSort, type Sort, sortForAddress } from "./explorer-sort.ts";
import type { FacetValue, ListDescription, Search } from "./explorer-types.ts";
import { withTerm } from "./query-edit.ts";
import { placeOf } from "./table-memory.ts";
import { rangeField, rangeQuery } from "./time-ranges.ts";

interface Exploring<T> {
  description: ListDescription<T>;
  fixed: string;
  firstColumns: readonly string[];
}

export type Explored<T> = ReturnType<typeof useExplorer<T>>;

/** Everything behind an explorer: what its address says, what of that is shown, and the ways to change it. */
export function useExplorer<T>({ description, fixed, firstColumns }: Exploring<T>) {
  const { thing, sorts } = description;
  const address = useListAddress(description.first);
  const { q, go } = address;
  const range = rangeQuery(address.range, rangeField(address.range, thing));
  const sort = readSort(sorts, address.sort);
  const wrong = useMemo(() => findWrong(q), [q]);
  const query = composeQuery({ fixed, q, range });
  const order = printSort(sorts, sort);
  const wanted = useMemo(
    (): Search | null => (wrong !== null ? null : { thing, query, sort: order, parts: { q, range } }),
    [wrong, thing, query, order, q, range],
  );
  const list = useList<T>(wanted);
  useFreshness(list, address);
  const columns = useColumnChoice(thing, firstColumns);
  const queryError = queryErrorOf({ wrong, q, query }, list.error);
  const ask = (text: string) => (text === q && wanted !== null ? list.refresh() : go({ q: text, open: undefined }));
  return {
    address,
    list,
    ask,
    queryError,
    sort: {
      now: sort,
      change: (next: Sort) => go({ sort: sortForAddress(sorts, next) }),
      byTitle: (name: string) => go({ sort: sortForAddress(sorts, nextSort(sorts, sort, name)) }),
    },
    columns,
    opening: useOpening(address, description.id),
    openSaved: (saved: SavedSearch) => {
      if (saved.columns !== null) columns.change({ ...columns.choice, shown: saved.columns });
      go({ q: saved.query, sort: saved.sort ?? undefined, open: undefined });
    },
    facets: {
      q,
      onQuery: (text: string) => go({ q: text, open: undefined }),
      counted: list.search.parts.q,
      compose: (text: string) => composeQuery({ fixed, q: text, range: list.search.parts.range }),
      generation: list.generation,
      isOff: queryError !== null && list.total === null,
    },
    forHeader: {
      query: composeQuery({ fixed, q: list.search.parts.q, range: "" }),
      range: address.range,
      onRange: (next: string | undefined) => go({ range: next }),
      onTerm: (field: string, value: FacetValue) => go({ q: withTerm(q, field, value), open: undefined }),
      hasNews: list.hasNews,
      onRefresh: list.refresh,
    },
  };
}

/** What is wrong with the query, for the bar: its place is one in what was written there. */
function queryErrorOf(
  { wrong, q, query }: { wrong: ReturnType<typeof findWrong>; q: string; query: string },
  error: unknown,
) {
  if (wrong !== null) return new ApiError(400, { code: "query", ...wrong });
  if (!(error instanceof ApiError) || error.code !== "query" || error.position === undefined) return null;
  const { status, code, message, suggestion, example } = error;
  const position = positionIn(q, query, error.position);
  return new ApiError(status, { code, message, position, suggestion, example });
}

function useColumnChoice(thing: string, firstColumns: readonly string[]) {
  const [kept, keep] = usePreference<ColumnChoice | null>(`columns.${thing}`, null, isChoiceOrNone);
  return {
    kept,
    choice: kept ?? { shown: firstColumns, widths: {} },
    change: (choice: ColumnChoice) => keep(choice),
    reset: () => keep(null),
  };
}

function isChoiceOrNone(value: unknown): value is ColumnChoice | null {
  return value === null || isColumnChoice(value);
}

const freshMs = 30_000;

/** Whoever comes to a list by a link wants it as it is now; whoever goes back, as it was. */
function useFreshness<T>({ search, readAt, refresh }: List<T>, { entry }: ListAddress): void {
  const looked = useRef<string | null>(null);
  useEffect(() => {
    if (looked.current === entry || readAt === null) return;
    looked.current = entry;
    if (placeOf(entry, search) === null && Date.now() - readAt > freshMs) refresh();
  }, [entry, search, readAt, refresh]);
}
