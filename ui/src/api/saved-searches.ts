import { queryOptions } from "@tanstack/react-query";
import { api } from "./client.ts";
import type { Thing } from "./types.ts";

/** A search that somebody keeps, for themselves or for all. */
export interface SavedSearch {
  id: string;
  name: string;
  on: Thing;
  query: string;
  sort: string | null;
  columns: string[] | null;
  shared: boolean;
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
