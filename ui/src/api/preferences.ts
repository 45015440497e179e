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
    // It holds on this page; the next one would not know it.
    onError: (error) =>
      notifications.show({
        id: "preferences",
        color: "red",
        title: "This choice could not be kept",
        message: error.message,
      }),
  });
  // It holds at once, not a moment later: a column that is dragged would jump back and forth.
  const choose = (value: T) => {
    const { queryKey } = preferencesQuery;
    const wereRead = client.getQueryData(queryKey) !== undefined;
    // An answer that is on its way knows nothing of it.
    void client.cancelQueries({ queryKey });
    client.setQueryData(queryKey, (all: Preferences | undefined) => ({ ...all, [key]: value }));
    write.mutate(value, { onSettled: () => (wereRead ? undefined : client.invalidateQueries({ queryKey })) });
  };
  return [isT(kept) ? kept : fallback, choose] as const;
}
