import type { UseQueryResult } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useLive } from "../api/live.ts";

const quietMs = 3_000;

/** Reads a record again when the inventory has changed since it was read, and then was quiet for a moment. */
export function useRefreshed({ refetch }: UseQueryResult): void {
  const { inventoryVersion } = useLive();
  const seen = useRef(inventoryVersion);
  useEffect(() => {
    if (inventoryVersion === seen.current) return;
    const timer = setTimeout(() => {
      seen.current = inventoryVersion;
      void refetch();
    }, quietMs);
    return () => clearTimeout(timer);
  }, [inventoryVersion, refetch]);
}
