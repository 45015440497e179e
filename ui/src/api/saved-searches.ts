import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "./client.ts";
import type { Thing } from "./types.ts";

/** What a search is, but for its name. `null`: as the list has it by itself. */
export interface SearchContent {
  query: string;
  sort: string | null;
  columns: string[] | null;
}

export interface NewSavedSearch extends SearchContent {
  name: string;
  on: Thing;
  shared: boolean;
}

/** A search that somebody keeps, for themselves or for all. */
export interface SavedSearch extends NewSavedSearch {
  id: string;
  /** `null`: whoever made it is no longer a user. */
  owner: { id: string; name: string } | null;
  mayChange: boolean;
  createdAt: string;
  updatedAt: string;
}

export const savedSearchesQuery = queryOptions({
  queryKey: ["saved-searches"],
  staleTime: 30_000,
  queryFn: ({ signal }) => api.get<{ items: SavedSearch[] }>("/saved-searches", {}, signal),
});

/** Saves, changes and deletes them; the list is read again after each. */
export function useSavedSearchChanges() {
  const client = useQueryClient();
  const onSuccess = () => client.invalidateQueries({ queryKey: savedSearchesQuery.queryKey });
  const create = useMutation({
    mutationFn: (search: NewSavedSearch) => api.post<SavedSearch>("/saved-searches", search),
    onSuccess,
  });
  const change = useMutation({
    mutationFn: ({ id, ...changes }: Partial<NewSavedSearch> & { id: string }) =>
      api.patch<SavedSearch>(`/saved-searches/${id}`, changes),
    onSuccess,
  });
  const remove = useMutation({
    mutationFn: (id: string) => api.delete<void>(`/saved-searches/${id}`),
    onSuccess,
  });
  return { create, change, remove };
}
