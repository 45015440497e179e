import { useQuery } from "@tanstack/react-query";
import { api } from "../api/client.ts";
import type { Asset, Page } from "../api/types.ts";
import { term } from "../query/terms.ts";

/** A cloud account by the name that people know it by. Findings only have its id, so one of its assets is asked. */
export function AccountName({ id }: { id: string }) {
  const { data: name = null } = useQuery({
    queryKey: ["account-name", id],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }) => {
      const page = await api.get<Page<Asset>>("/assets", { q: term("account.id", id), limit: 1 }, signal);
      return page.items[0]?.account?.name ?? null;
    },
  });
  return name === null ? <span className="mono">{id}</span> : <span title={id}>{name}</span>;
}
