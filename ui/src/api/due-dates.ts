import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { Severity } from "../../../src/model.ts";
import { api } from "./client.ts";

export type DueDays = Record<Severity, number | null>;

export interface DueDatePolicy {
  days: DueDays;
  changedAt: string | null;
  changedBy: string | null;
  /** `null`: all findings follow it. */
  progress: { examined: number; total: number | null } | null;
}

export const dueDatesQuery = queryOptions({
  queryKey: ["due-dates"],
  queryFn: ({ signal }) => api.get<DueDatePolicy>("/policies/due-dates", {}, signal),
  refetchInterval: ({ state }) => (state.data != null && state.data.progress !== null ? 1_500 : false),
});

export function useDueDatesChange() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (days: DueDays) => api.put<DueDatePolicy>("/policies/due-dates", { days }),
    onSuccess: (policy) => client.setQueryData(dueDatesQuery.queryKey, policy),
  });
}
