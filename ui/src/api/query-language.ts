import { queryOptions } from "@tanstack/react-query";
import { api, request } from "./client.ts";
import type { Facet, Thing } from "./types.ts";

/** A field of the query language. */
export interface QueryField {
  name: string;
  /** Other names; case does not matter. */
  aliases: string[];
  type: "text" | "words" | "keyword" | "enum" | "integer" | "number" | "date" | "boolean" | "list" | "id";
  description: string;
  example: string;
  /** Of an enum: the words that it takes. */
  words: string[] | null;
  isOrdered: boolean;
  isSortable: boolean;
  isFacetable: boolean;
}

/** What is wrong in a query, where, what was probably meant, and something like it that is right. */
export interface QueryProblem {
  message: string;
  position: number;
  suggestion?: string;
  example?: string;
}

export interface Suggestion {
  kind: "field" | "operator" | "value" | "word";
  text: string;
  description: string;
}

/** What can stand at the caret: a suggestion replaces the text between `from` and `to`. */
export interface Completion {
  from: number;
  to: number;
  /** The field whose value stands there. */
  field: string | null;
  suggestions: Suggestion[];
}

/** The fields and the orders of lists, the default first. They change with the version of Weir only. */
export const queryFieldsQuery = (on: Thing) =>
  queryOptions({
    queryKey: ["query-fields", on],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) => api.get<{ fields: QueryField[]; sorts: string[] }>("/query/fields", { on }, signal),
  });

/** Asked while somebody writes: what they write is not taken from them because their session has ended meanwhile. */
const whileWriting = { isAside: true };

/** What is wrong in a query; `null`: it can be understood. */
export const queryProblemQuery = (on: Thing, query: string) =>
  queryOptions({
    queryKey: ["query-problem", on, query],
    meta: whileWriting,
    staleTime: 60_000,
    gcTime: 60_000,
    retry: false,
    queryFn: async ({ signal }) => {
      const body = { query, on };
      const { error } = await request<{ error?: QueryProblem }>("POST", "/query/validate", { body, signal });
      return { asked: query, problem: error ?? null };
    },
  });

export const completionQuery = (on: Thing, query: string, caret: number) =>
  queryOptions({
    queryKey: ["query-completion", on, query, caret],
    meta: whileWriting,
    staleTime: 60_000,
    gcTime: 60_000,
    retry: false,
    queryFn: async ({ signal }) => {
      const body = { query, caret, on };
      const completion = await request<Completion>("POST", "/query/complete", { body, signal });
      return { ...completion, asked: { text: query, caret } };
    },
  });

export interface FieldValue {
  value: string | number | boolean | null;
  count: number;
  /** Only a part was counted: there are at least that many. */
  isPartial: boolean;
}

/** The commonest values of a field among what a query finds. */
export const fieldValuesQuery = (on: Thing, field: string, q: string) =>
  queryOptions({
    queryKey: ["field-values", on, field, q],
    meta: whileWriting,
    staleTime: 60_000,
    gcTime: 5 * 60_000,
    retry: false,
    queryFn: async ({ signal }): Promise<FieldValue[]> => {
      const parameters = { by: field, q, limit: valuesRead };
      const { facets } = await api.get<{ facets: Facet[] }>(`/${on}/facets`, parameters, signal);
      return facets.flatMap(({ values, isPartial }) => values.map((one) => ({ ...one, isPartial })));
    },
  });

/** So many values of a field are read at a time; that many mean that there may be more. */
export const valuesRead = 200;
