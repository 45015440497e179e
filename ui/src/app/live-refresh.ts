import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { integrationsQuery } from "../api/integrations.ts";
import { useLive } from "../api/live.ts";

const quietMs = 2_000;

/**
 * Reads again what the event stream says has changed. Lists are left alone: rows that move under someone's pointer are
 * worse than rows that are a minute old, so the lists offer it.
 */
export function useLiveRefresh(): void {
  const client = useQueryClient();
  const { integrationsVersion, inventoryVersion } = useLive();
  useEffect(() => {
    if (integrationsVersion === 0) return;
    const timer = setTimeout(() => void client.invalidateQueries({ queryKey: integrationsQuery.queryKey }), quietMs);
    return () => clearTimeout(timer);
  }, [client, integrationsVersion]);
  useEffect(() => {
    if (inventoryVersion === 0) return;
    const timer = setTimeout(() => void client.invalidateQueries({ queryKey: ["dashboard"] }), quietMs);
    return () => clearTimeout(timer);
  }, [client, inventoryVersion]);
}
