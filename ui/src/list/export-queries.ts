import { queryOptions } from "@tanstack/react-query";
import { ApiError, api, apiPath } from "../api/client.ts";
import type { Thing } from "../api/types.ts";
import type { ExportProgress } from "./export-state.ts";

export type ExportFormat = "csv" | "ndjson" | "ocsf";

export interface ExportWish {
  thing: Thing;
  query: string;
  format: ExportFormat;
}

/** How many records there are, counted to the end as far as that is possible in some seconds. */
export function countQuery(thing: Thing, query: string) {
  return queryOptions({
    queryKey: ["count", thing, query],
    staleTime: 5_000,
    queryFn: ({ signal }) => api.get<{ value: number; isExact: boolean }>(`/${thing}/count`, { q: query }, signal),
  });
}

/** `null`: the server does not know of it, or not yet. */
export function progressQuery(id: string) {
  return queryOptions({
    queryKey: ["export", id],
    gcTime: 60_000,
    queryFn: async ({ signal }): Promise<ExportProgress | null> => {
      try {
        return await api.get<ExportProgress>(`/exports/${id}`, {}, signal);
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return null;
        throw error;
      }
    },
  });
}

/** Lets the browser fetch it, as it fetches every file: into the disk and not into the memory of this page. */
export function beginDownload({ thing, query, format }: ExportWish, exportId: string): void {
  const link = document.createElement("a");
  link.href = apiPath(`/export/${thing}`, { q: query, format, exportId });
  link.download = "";
  document.body.append(link);
  link.click();
  link.remove();
}
