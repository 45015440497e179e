import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api } from "../api/client.ts";
import type { AssetDetail, FindingDetail, SignalDetail } from "../api/types.ts";

/** One record whole. While the next one is on its way the last one stays, so that moving through a list does not blink. */
export function findingQuery(id: string) {
  return queryOptions({
    queryKey: ["findings", "one", id],
    queryFn: ({ signal }) => api.get<FindingDetail>(`/findings/${id}`, {}, signal),
    placeholderData: keepPreviousData,
  });
}

export function assetQuery(id: string) {
  return queryOptions({
    queryKey: ["assets", "one", id],
    queryFn: ({ signal }) => api.get<AssetDetail>(`/assets/${id}`, {}, signal),
    placeholderData: keepPreviousData,
  });
}

export function signalQuery(id: string) {
  return queryOptions({
    queryKey: ["signals", "one", id],
    queryFn: ({ signal }) => api.get<SignalDetail>(`/signals/${id}`, {}, signal),
    placeholderData: keepPreviousData,
  });
}
