import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { connectorSchema } from "../../../src/api/routes/connectors.ts";
import type { refusedSchema, understoodSchema } from "../../../src/api/routes/endpoint.ts";
import { api } from "./client.ts";

export type Connector = z.infer<typeof connectorSchema>;
/** What a typed or pasted endpoint is understood as, or why it is not. */
export type EndpointAnswer = z.infer<typeof understoodSchema> | z.infer<typeof refusedSchema>;

/** The catalogue. It changes with Weir's version only. */
export const connectorsQuery = queryOptions({
  queryKey: ["connectors"],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: async ({ signal }) => (await api.get<{ items: Connector[] }>("/connectors", {}, signal)).items,
});

export interface EndpointText {
  connector: string;
  text: string;
  /** Empty: it follows from the endpoint. */
  tokenUrl: string;
}

export function endpointQuery({ connector, text, tokenUrl }: EndpointText) {
  return queryOptions({
    queryKey: ["endpoint", connector, text, tokenUrl],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) =>
      api.post<EndpointAnswer>(
        `/connectors/${connector}/endpoint`,
        { text, ...(tokenUrl !== "" && { tokenUrl }) },
        signal,
      ),
  });
}
