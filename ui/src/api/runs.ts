import { infiniteQueryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { StreamName } from "../../../src/model.ts";
import { api } from "./client.ts";
import { integrationsQuery } from "./integrations.ts";
import type { Run } from "./types.ts";

interface RunPage {
  items: Run[];
  nextCursor: string | null;
}

export function runsQuery(integrationId: string) {
  return infiniteQueryOptions({
    queryKey: [...integrationsQuery.queryKey, integrationId, "runs"],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      api.get<RunPage>(
        `/integrations/${integrationId}/runs`,
        { limit: 50, ...(pageParam !== null && { cursor: pageParam }) },
        signal,
      ),
    getNextPageParam: (last) => last.nextCursor,
  });
}

export interface SyncRequest {
  /** Left out: those that are switched on. */
  streams?: StreamName[];
  mode: "delta" | "full";
}

/** Fetches now. */
export function useRunNow(integrationId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (request: SyncRequest) => api.post<Run>(`/integrations/${integrationId}/sync`, request),
    onSettled: () => void client.invalidateQueries({ queryKey: integrationsQuery.queryKey }),
  });
}

/** Stops what is queued or running; what came in is kept. */
export function useCancelRuns(integrationId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.post<{ cancelled: string[] }>(`/integrations/${integrationId}/cancel`),
    onSettled: () => void client.invalidateQueries({ queryKey: integrationsQuery.queryKey }),
  });
}
