import { type QueryClient, queryOptions, skipToken, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { api } from "../api/client.ts";
import { useLive } from "../api/live.ts";
import type { Page, Total } from "../api/types.ts";
import type { Search } from "./explorer-types.ts";
import { noted, openBook, type PageBook, pageSize, pagesOf, pagesToForget, rowCount } from "./table-pages.ts";

export interface List<T> {
  /** What the rows are of. */
  search: Search;
  rowCount: number;
  /** `undefined`: it is on its way. */
  rowAt: (index: number) => T | undefined;
  total: Total | null;
  readAt: number | null;
  /** Goes up each time the list is read anew. */
  generation: number;
  /** Nothing was read yet. */
  isPending: boolean;
  /** The rows are still those of what was asked before. */
  isStale: boolean;
  /** There may be other rows by now. */
  hasNews: boolean;
  error: unknown;
  retry: () => void;
  /** Which rows are looked at. */
  look: (from: number, to: number) => void;
  /** Reads the list anew, from its beginning. */
  refresh: () => void;
}

/** Places for rows while nothing is known yet. */
const firstScreen = 40;
/** Pages that are remembered of a list; about as many rows as 30 screens have. */
const mostPages = 40;
const forever = Number.POSITIVE_INFINITY;

/**
 * The rows of a search, page by page as they are looked at. Each page is kept by itself under its cursor, so that any
 * page that was reached can be read again without those before it. The rows of the last search stay until those of the
 * next are there; `null`: the next one cannot be asked for.
 */
export function useList<T>(wanted: Search | null): List<T> {
  const client = useQueryClient();
  const { inventoryVersion } = useLive();
  const first = useFirstPage(wanted, inventoryVersion);
  const search = useShown(first.book === null ? null : wanted) ?? wanted ?? nothing;
  const { data: book = null } = useQuery(bookQuery(search));
  const [rows, setRows] = useState({ from: 0, to: 0 });
  const numbers = book === null ? [] : pagesOf(book, rows);
  const pages = useQueries({ queries: numbers.map((at) => pageQuery<T>(client, search, { at, book: book! })) });
  useForgetting(client, search, { generation: book?.generation ?? 0, at: numbers[0] ?? 0 });
  const failed = pages.find(({ error }) => error !== null);
  const refresh = useRefresh(client, search, inventoryVersion);
  const error = refresh.error ?? first.error ?? failed?.error ?? null;
  const isPending = book === null && wanted !== null && error === null;
  return {
    search,
    rowCount: book !== null ? rowCount(book) : isPending ? firstScreen : 0,
    rowAt: (index) => pages[Math.floor(index / pageSize) - (numbers[0] ?? 0)]?.data?.items[index % pageSize],
    total: book?.total ?? null,
    readAt: book?.readAt ?? null,
    generation: book?.generation ?? 0,
    isPending,
    isStale: book !== null && (search !== wanted || refresh.isPending),
    // The first state that the event stream tells is that of the moment when it began.
    hasNews: book !== null && inventoryVersion > Math.max(1, book.version),
    error,
    retry: () => void (refresh.error ? refresh.run() : first.error ? first.refetch() : failed?.refetch()),
    look: useCallback((from, to) => setRows((now) => (isOnSamePages(now, { from, to }) ? now : { from, to })), []),
    refresh: refresh.run,
  };
}

const nothing: Search = { thing: "findings", query: "", sort: "", parts: { q: "", range: "" } };

function isOnSamePages(a: { from: number; to: number }, b: { from: number; to: number }): boolean {
  const page = (row: number) => Math.floor(row / pageSize);
  return page(a.from) === page(b.from) && page(a.to) === page(b.to);
}

function listKey({ thing, query, sort }: Search) {
  return ["list", thing, query, sort] as const;
}

/** The book lives longer than the pages: it says where they are. */
function bookQuery(search: Search) {
  return queryOptions<PageBook>({
    queryKey: [...listKey(search), "book"],
    queryFn: skipToken,
    staleTime: forever,
    gcTime: 15 * 60_000,
  });
}

function pageQuery<T>(client: QueryClient, search: Search, { at, book }: { at: number; book: PageBook }) {
  return queryOptions({
    queryKey: [...listKey(search), "page", book.generation, at],
    queryFn: async ({ signal }) => {
      const page = await readPage<T>(search, book.cursors[at] ?? null, signal);
      client.setQueryData(bookQuery(search).queryKey, (now) =>
        now?.generation === book.generation ? noted(now, at, page) : now,
      );
      return page;
    },
    staleTime: forever,
  });
}

function readPage<T>({ thing, query, sort }: Search, cursor: string | null, signal?: AbortSignal): Promise<Page<T>> {
  const parameters = { q: query, sort, limit: pageSize, ...(cursor !== null && { cursor }) };
  return api.get<Page<T>>(`/${thing}`, parameters, signal);
}

/** The first page opens the book, where there is none yet. */
function useFirstPage(wanted: Search | null, version: number) {
  const client = useQueryClient();
  const { data: book = null } = useQuery({ ...bookQuery(wanted ?? nothing), enabled: false });
  const { error, refetch } = useQuery({
    queryKey: [...listKey(wanted ?? nothing), "first"],
    enabled: wanted !== null && book === null,
    staleTime: 0,
    gcTime: 0,
    queryFn: async ({ signal }) => {
      await open(client, wanted!, { version, generation: 0, signal });
      return true;
    },
  });
  return { book: wanted === null ? null : book, error, refetch };
}

async function open(
  client: QueryClient,
  search: Search,
  { version, generation, signal }: { version: number; generation: number; signal?: AbortSignal },
): Promise<void> {
  const readAt = Date.now();
  const page = await readPage(search, null, signal);
  const book = openBook(page, { generation, readAt, version });
  client.setQueryData(pageQuery(client, search, { at: 0, book }).queryKey, page);
  client.setQueryData(bookQuery(search).queryKey, book);
}

/** The last search that had an answer. */
function useShown(answered: Search | null): Search | null {
  const shown = useRef<Search | null>(null);
  if (answered !== null) shown.current = answered;
  return shown.current;
}

/** Reads the first page anew and only then lets go of what was read before. */
function useRefresh(client: QueryClient, search: Search, version: number) {
  const [state, setState] = useState<{ isPending: boolean; error: unknown }>({ isPending: false, error: null });
  const run = useCallback(async () => {
    setState({ isPending: true, error: null });
    const generation = (client.getQueryData(bookQuery(search).queryKey)?.generation ?? 0) + 1;
    const error = await open(client, search, { version, generation }).then(
      () => null,
      (cause: unknown) => cause,
    );
    setState({ isPending: false, error });
  }, [client, search, version]);
  return { ...state, run };
}

/** Memory stays the same however far someone scrolls. */
function useForgetting(client: QueryClient, search: Search, { generation, at }: { generation: number; at: number }) {
  useEffect(() => {
    const cache = client.getQueryCache();
    const kept = cache.findAll({ queryKey: [...listKey(search), "page"], type: "inactive" });
    const isOld = ({ queryKey }: { queryKey: readonly unknown[] }) => queryKey.at(-2) !== generation;
    const numbers = kept.filter((query) => !isOld(query)).map(({ queryKey }) => Number(queryKey.at(-1)));
    const far = new Set(pagesToForget(numbers, at, mostPages));
    for (const query of kept) if (isOld(query) || far.has(Number(query.queryKey.at(-1)))) cache.remove(query);
  }, [client, search, generation, at]);
}
