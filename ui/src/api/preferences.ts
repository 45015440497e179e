import { notifications } from "@mantine/notifications";
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "./client.ts";

type Preferences = Record<string, unknown>;

export const preferencesQuery = queryOptions({
  queryKey: ["preferences"],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: async ({ signal }) => (await api.get<{ preferences: Preferences }>("/preferences", {}, signal)).preferences,
});

/** What this person chose before, kept at the server; what is not a `T` any more counts as not chosen. */
export function usePreference<T>(key: string, fallback: T, isT: (value: unknown) => value is T) {
  const client = useQueryClient();
  const { data } = useQuery(preferencesQuery);
  const kept = data?.[key];
  const write = useMutation({
    mutationFn: (value: T) => api.put(`/preferences/${key}`, value),
    onMutate: (value: T) =>
      client.setQueryData(preferencesQuery.queryKey, (all: Preferences | undefined) => ({ ...all, [key]: value })),
    // It holds on this page; the next one would not know it.
    onError: (error) =>
      notifications.show({
        id: "preferences",
        color: "red",
        title: "This choice could not be kept",
        message: error.message,
      }),
  });
  return [isT(kept) ? kept : fallback, (value: T) => write.mutate(value)] as const;
}
