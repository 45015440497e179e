import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import type { z } from "zod";
import type { integrationEditsSchema, newIntegrationSchema } from "../../../src/api/schemas/integration.ts";
import { api } from "./client.ts";
import { integrationsQuery } from "./integrations.ts";
import type { Integration } from "./types.ts";

export type NewIntegration = z.input<typeof newIntegrationSchema>;
export type IntegrationEdits = z.input<typeof integrationEditsSchema>;

export interface NewSecret {
  clientSecret: string;
  /** Of a new service account on the same tenant. */
  clientId?: string;
}

export interface Removal {
  name: string;
  /** `false`: it is gone from the list, and its records are still going. */
  isDone: boolean;
  removed: { findings: number; assets: number; signals: number };
}

export function useCreateIntegration() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (entry: NewIntegration) => api.post<Integration>("/integrations", entry),
    onSuccess: (created) => keep(client, created),
  });
}

export function useEditIntegration(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (edits: IntegrationEdits) => api.patch<Integration>(`/integrations/${id}`, edits),
    onSuccess: (edited) => keep(client, edited),
  });
}

export function useRotateSecret(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (secret: NewSecret) => api.put<Integration>(`/integrations/${id}/secret`, secret),
    onSuccess: (edited) => keep(client, edited),
  });
}

export function useWithdrawSecret(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.delete<Integration>(`/integrations/${id}/secret/pending`),
    onSuccess: (edited) => keep(client, edited),
  });
}

/** Removes an integration with everything that only it brought. */
export function useRemoveIntegration() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, name }: { id: string; name: string }) =>
      api.delete<Removal>(`/integrations/${id}`, { confirm: name }),
    onSettled: () => void client.invalidateQueries({ queryKey: integrationsQuery.queryKey, exact: true }),
  });
}

/** Removes what is held of asset classes that are no longer chosen; the name is repeated. */
export function useRemoveUnchosen(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (name: string) =>
      api.delete<Omit<Removal, "removed"> & { removed: { findings: number; assets: number } }>(
        `/integrations/${id}/unchosen`,
        { confirm: name },
      ),
    onSettled: () => void client.invalidateQueries({ queryKey: integrationsQuery.queryKey }),
  });
}

/** The answer is what the list would say: it stands there at once, and the list is read again. */
async function keep(client: QueryClient, changed: Integration): Promise<void> {
  await client.cancelQueries({ queryKey: integrationsQuery.queryKey, exact: true });
  client.setQueryData(integrationsQuery.queryKey, (list) => {
    if (list === undefined) return list;
    const isKnown = list.items.some(({ id }) => id === changed.id);
    const items = isKnown ? list.items.map((one) => (one.id === changed.id ? changed : one)) : [...list.items, changed];
    return { ...list, items };
  });
  void client.invalidateQueries({ queryKey: integrationsQuery.queryKey });
}
