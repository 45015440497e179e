import { queryOptions } from "@tanstack/react-query";
import { ApiError, api } from "./client.ts";
import type { Principal } from "./types.ts";

/** Who is signed in; `null`: nobody. */
export const meQuery = queryOptions({
  queryKey: ["me"],
  staleTime: 5 * 60_000,
  queryFn: async ({ signal }): Promise<Principal | null> => {
    try {
      return await api.get<Principal>("/auth/me", {}, signal);
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null;
      throw error;
    }
  },
});

/** Whether the first administrator is still to be made. */
export const setupQuery = queryOptions({
  queryKey: ["setup"],
  staleTime: 0,
  queryFn: ({ signal }) => api.get<{ needed: boolean }>("/setup", {}, signal),
});
