import { QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiError, ConnectionError } from "../api/client.ts";
import { meQuery } from "../api/session.ts";

/** What the browser remembers of the API's answers. A session that is over shows at the next answer. */
export function createQueryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      onError: (error, { meta }) => {
        if (error instanceof ApiError && error.status === 401 && meta?.isAside !== true)
          client.setQueryData(meQuery.queryKey, null);
      },
    }),
    defaultOptions: {
      // A browser that takes itself to be offline may still reach a Weir on its own machine or network.
      mutations: { networkMode: "always" },
      queries: {
        networkMode: "always",
        staleTime: 15_000,
        gcTime: 10 * 60_000,
        retry: (count, error) => error instanceof ConnectionError && count < 2,
        refetchOnWindowFocus: true,
      },
    },
  });
  return client;
}
