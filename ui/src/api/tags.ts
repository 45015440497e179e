import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "./client.ts";
import type { Tag, TagDetail, TagPreview } from "./types.ts";

export interface Tags {
  items: Tag[];
  /** Assets that are still to be brought up to date. */
  pending: number;
}

const watchMs = 1_500;

/** While something is under way it is read again and again. */
export const tagsQuery = queryOptions({
  queryKey: ["tags"],
  queryFn: ({ signal }) => api.get<Tags>("/tags", {}, signal),
  refetchInterval: ({ state: { data } }) => (data !== undefined && isUnderWay(data) ? watchMs : false),
});

function isUnderWay({ items, pending }: Tags): boolean {
  return pending > 0 || items.some(({ isEvaluating, bulk }) => isEvaluating || bulk.length > 0);
}

export const tagQuery = (id: string) =>
  queryOptions({
    queryKey: ["tags", id],
    queryFn: ({ signal }) => api.get<TagDetail>(`/tags/${id}`, {}, signal),
  });

/** Which assets a query would give a tag to; `tag`: one that there is. */
export const tagPreviewQuery = (query: string, tag: string | undefined) =>
  queryOptions({
    queryKey: ["tag-preview", query, tag],
    queryFn: ({ signal }) => api.post<TagPreview>("/tags/preview", { query, tag }, signal),
    placeholderData: keepPreviousData,
    retry: false,
  });

/** What people say of a tag. */
export interface TagText {
  name: string;
  kind: Tag["kind"];
  query: string | null;
  criticality: number | null;
  description: string | null;
}

/** Makes, changes and deletes them, and puts them on assets; what shows them is read again after each. */
export function useTagChanges() {
  const client = useQueryClient();
  const onSuccess = async () => {
    await client.invalidateQueries({ queryKey: ["tags"] });
    await client.invalidateQueries({ queryKey: ["assets", "one"] });
  };
  const save = useMutation({
    mutationFn: ({ id, ...tag }: TagText & { id: string | null }) =>
      id === null ? api.post<Tag>("/tags", tag) : api.patch<Tag>(`/tags/${id}`, changesOf(tag)),
    onSuccess,
  });
  const remove = useMutation({ mutationFn: (id: string) => api.delete<void>(`/tags/${id}`), onSuccess });
  const put = useMutation({
    mutationFn: ({ id, ...assets }: { id: string; add?: string[]; remove?: string[] }) =>
      api.post<{ added: number; removed: number }>(`/tags/${id}/assets`, assets),
    onSuccess,
  });
  const putAll = useMutation({
    mutationFn: ({ id, ...asked }: { id: string; query: string; action: "add" | "remove" }) =>
      api.post<{ total: number }>(`/tags/${id}/assets`, asked),
    onSuccess,
  });
  return { save, remove, put, putAll };
}

/** The kind of a tag stays, and a static one has no query. */
function changesOf({ kind, query, ...rest }: TagText) {
  return kind === "static" ? rest : { ...rest, query };
}
