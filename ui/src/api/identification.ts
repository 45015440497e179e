import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { RuleInfo } from "../../../src/identity/rules.ts";
import type { IdentificationRule } from "../../../src/model.ts";
import type { DryRun, TriedChange } from "../../../src/sync/identity-dry-run.ts";
import { api } from "./client.ts";
import { integrationsQuery } from "./integrations.ts";

export type { DryRun, RuleInfo, TriedChange };

/** The rules there are. They change with Weir's version only. */
export const rulesQuery = queryOptions({
  queryKey: ["identification-rules"],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: async ({ signal }) => (await api.get<{ items: RuleInfo[] }>("/identification/rules", {}, signal)).items,
});

export function defaultsOf(rules: readonly RuleInfo[]): IdentificationRule[] {
  return rules.flatMap(({ id, isOnByDefault, isFixed }) =>
    isOnByDefault && !isFixed ? [id as IdentificationRule] : [],
  );
}

/** looks at the whole inventory, so it may take a while. */
export function useDryRun(integrationId: string) {
  return useMutation({
    mutationFn: (identificationRules: readonly IdentificationRule[]) =>
      api.post<DryRun>(`/integrations/${integrationId}/identification/dry-run`, { identificationRules }),
  });
}

/** Takes sources off an asset; later runs respect it. */
export function useSplit(assetId: string) {
  const refresh = useRefreshAssets();
  return useMutation({
    mutationFn: (sourceIds: readonly string[]) => api.post(`/assets/${assetId}/split`, { sourceIds }),
    onSuccess: refresh,
  });
}

/** Takes back that some sources are not one machine. */
export function useUndoSeparation() {
  const refresh = useRefreshAssets();
  return useMutation({
    mutationFn: (id: string) => api.delete(`/separations/${id}`),
    onSuccess: refresh,
  });
}

function useRefreshAssets() {
  const client = useQueryClient();
  return async () => {
    void client.invalidateQueries({ queryKey: integrationsQuery.queryKey });
    await client.invalidateQueries({ queryKey: ["assets"] });
  };
}
