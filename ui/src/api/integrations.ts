import { queryOptions, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api } from "./client.ts";
import { useLive } from "./live.ts";
import type { Integration } from "./types.ts";

export const integrationsQuery = queryOptions({
  queryKey: ["integrations"],
  staleTime: 10_000,
  queryFn: ({ signal }) =>
    api.get<{ items: Integration[]; removals: { id: string; name: string }[] }>("/integrations", {}, signal),
});

/** The integrations, with what the event stream said of them since they were read. */
export function useIntegrations() {
  const query = useQuery(integrationsQuery);
  const { integrations: states } = useLive();
  const items = useMemo(
    () => query.data?.items.map((one) => ({ ...one, ...states.get(one.id) })) ?? [],
    [query.data, states],
  );
  return { ...query, items };
}
