import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { z } from "zod";
import type { lineSchema } from "../../../src/api/routes/integration-log.ts";
import type { paceSchema } from "../../../src/api/routes/pace.ts";
import type { rejectedSchema } from "../../../src/api/routes/rejected.ts";
import type { decisionSchema, reviewSchema } from "../../../src/api/routes/reviews.ts";
import { api } from "./client.ts";
import { integrationsQuery } from "./integrations.ts";

export type Review = z.infer<typeof reviewSchema>;
export type ReviewDecision = z.infer<typeof decisionSchema>;
export type RejectedRecord = z.infer<typeof rejectedSchema>;
export type LogLine = z.infer<typeof lineSchema>;
export type Pace = z.infer<typeof paceSchema>;

function keyOf(integrationId: string, what: string) {
  return [...integrationsQuery.queryKey, integrationId, what];
}

/** Changes that wait for a person. */
export function reviewsQuery(integrationId: string) {
  return queryOptions({
    queryKey: keyOf(integrationId, "reviews"),
    queryFn: async ({ signal }) =>
      (await api.get<{ items: Review[] }>(`/integrations/${integrationId}/reviews`, {}, signal)).items,
  });
}

export interface ReviewAnswer {
  id: string;
  isApproved: boolean;
}

export function useDecideReview() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, isApproved }: ReviewAnswer) =>
      api.post<ReviewDecision>(`/reviews/${id}/${isApproved ? "approve" : "reject"}`),
    onSettled: () => void client.invalidateQueries({ queryKey: integrationsQuery.queryKey }),
  });
}

interface RejectedPage {
  items: RejectedRecord[];
  nextCursor: string | null;
  reasons: { stream: string; reason: string; n: number }[];
}

/** Records that could not be read. */
export function rejectedQuery(integrationId: string) {
  return infiniteQueryOptions({
    queryKey: keyOf(integrationId, "rejected"),
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      api.get<RejectedPage>(
        `/integrations/${integrationId}/rejected`,
        pageParam === null ? {} : { cursor: pageParam },
        signal,
      ),
    getNextPageParam: (last) => last.nextCursor,
  });
}

export type Retried = { isDone: true; examined: number; readable: number } | { isDone: false };

export function useRetryRejected(integrationId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.post<Retried>(`/integrations/${integrationId}/rejected/retry`),
    onSettled: () => void client.invalidateQueries({ queryKey: integrationsQuery.queryKey }),
  });
}

/** The last lines of the log about an integration, the newest last. */
export function logQuery(integrationId: string, limit = 100) {
  return queryOptions({
    queryKey: [...keyOf(integrationId, "log"), limit],
    queryFn: async ({ signal }) =>
      (await api.get<{ items: LogLine[] }>(`/integrations/${integrationId}/log`, { limit }, signal)).items,
  });
}

/** How fast the service account was asked lately. */
export function paceQuery(integrationId: string, minutes: number) {
  return queryOptions({
    queryKey: [...keyOf(integrationId, "pace"), minutes],
    queryFn: ({ signal }) => api.get<Pace>(`/integrations/${integrationId}/pace`, { minutes }, signal),
  });
}
