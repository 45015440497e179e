import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { Severity } from "../../../src/model.ts";
import { api } from "./client.ts";

/** What someone says who accepts a risk. */
export interface AcceptanceContent {
  owner: string;
  reason: string;
  scope: string;
  expiresAt: string;
}

export interface RiskAcceptance extends AcceptanceContent {
  id: string;
  state: "active" | "lapsed" | "withdrawn";
  /** How many findings it covers just now, and what finds them. */
  findings: number;
  query: string;
  createdAt: string;
  createdBy: string;
  changedAt: string;
  changedBy: string;
  withdrawnAt: string | null;
  withdrawnBy: string | null;
  /** Its findings still follow. */
  progress: { done: number; total: number | null } | null;
  problem: string | null;
}

export interface AcceptancePreview {
  count: number;
  bySeverity: Record<Severity, number>;
  alreadyAccepted: number;
  examples: { id: string; title: string; severity: Severity | null; status: string; asset: string | null }[];
}

const key = ["risk-acceptances"];
/** While findings follow, their number moves. */
const followingMs = 1_500;

export const acceptancesQuery = queryOptions({
  queryKey: key,
  queryFn: ({ signal }) => api.get<{ items: RiskAcceptance[] }>("/risk-acceptances", {}, signal),
  refetchInterval: ({ state }) => (state.data?.items.some(({ progress }) => progress !== null) ? followingMs : false),
});

export const acceptanceQuery = (id: string) =>
  queryOptions({
    queryKey: [...key, id],
    queryFn: ({ signal }) => api.get<RiskAcceptance>(`/risk-acceptances/${id}`, {}, signal),
    refetchInterval: ({ state }) => (state.data?.progress === null ? false : followingMs),
  });

export const previewQuery = (scope: string) =>
  queryOptions({
    queryKey: [...key, "preview", scope],
    queryFn: ({ signal }) => api.post<AcceptancePreview>("/risk-acceptances/preview", { scope }, signal),
    retry: false,
    staleTime: 10_000,
  });

/** Makes, changes and ends them; what shows findings is read again. */
export function useAcceptanceChanges() {
  const client = useQueryClient();
  const onSuccess = () => client.invalidateQueries({ queryKey: key });
  const save = useMutation({
    mutationFn: ({ id, content }: { id: string | null; content: AcceptanceContent }) =>
      id === null
        ? api.post<RiskAcceptance>("/risk-acceptances", content)
        : api.patch<RiskAcceptance>(`/risk-acceptances/${id}`, content),
    onSuccess,
  });
  const withdraw = useMutation({
    mutationFn: (id: string) => api.delete<RiskAcceptance>(`/risk-acceptances/${id}`),
    onSuccess,
  });
  return { save, withdraw };
}
