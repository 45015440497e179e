import { useLocation, useRouter, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";

/** What a list's address holds. */
export interface ListView {
  q: string;
  range: string | undefined;
  sort: string | undefined;
  /** The record that is open beside the list. */
  open: string | undefined;
}

interface Going {
  /** Without an entry of its own in the browser's history. */
  replace?: boolean;
}

export interface ListAddress extends ListView {
  /** Distinguishes the entries of the history, so that each remembers where it was scrolled to. */
  entry: string;
  go: (part: Partial<ListView>, going?: Going) => void;
  open: string | undefined;
  close: () => void;
}

/** An address without a query is where the list begins; an empty query is everything. */
export function readView(search: Partial<ListView>, first: { q: string; range?: string }): ListView {
  const { q, range, sort, open } = search;
  return q === undefined && range === undefined
    ? { q: first.q, range: first.range, sort, open }
    : { q: q ?? "", range, sort, open };
}

export function printView({ q, range, sort, open }: ListView): string {
  const given = Object.entries({ q, range, sort, open }).filter((entry): entry is [string, string] => !!entry[1]);
  return `?${new URLSearchParams(q === "" ? [["q", ""], ...given] : given)}`;
}

declare module "@tanstack/react-router" {
  interface HistoryState {
    /** What is open was opened from this list, so going back closes it. */
    isOpened?: boolean;
  }
}

export function useListAddress(first: { q: string; range?: string }): ListAddress {
  const search: Partial<ListView> = useSearch({ strict: false });
  const { pathname, state } = useLocation();
  const router = useRouter();
  const { q, range, sort, open } = readView(search, first);
  const view = useMemo(() => ({ q, range, sort, open }), [q, range, sort, open]);
  const go = useCallback(
    (part: Partial<ListView>, { replace = false }: Going = {}) => {
      const isOpened = part.open !== undefined && (!replace || state.isOpened === true);
      const href = `${pathname}${printView({ ...view, ...part })}`;
      void router.navigate({ href, replace, resetScroll: false, state: { isOpened } });
    },
    [router, pathname, state, view],
  );
  const close = useCallback(() => {
    if (state.isOpened === true) router.history.back();
    else go({ open: undefined }, { replace: true });
  }, [router, go, state]);
  return { ...view, entry: state.__TSR_key ?? "", go, close };
}
