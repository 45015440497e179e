import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { Connector, EndpointAnswer } from "../../../api/connectors.ts";
import { endpointQuery } from "../../../api/connectors.ts";

export interface ReadEndpoint {
  /** Of the text as it stood a moment ago; `null`: nothing was typed, or nothing is known yet. */
  answer: EndpointAnswer | null;
  /** It is about the text that stands there now. */
  isCurrent: boolean;
  error: unknown;
}

const typingMs = 250;

/** What a typed endpoint is understood as, while it is typed. */
export function useEndpoint(connector: Connector, text: string, tokenUrl = ""): ReadEndpoint {
  const [typed] = useDebouncedValue(text.trim(), typingMs);
  const [typedToken] = useDebouncedValue(tokenUrl.trim(), typingMs);
  const { data, error, isPlaceholderData } = useQuery({
    ...endpointQuery({ connector: connector.shortName, text: typed, tokenUrl: typedToken }),
    enabled: typed !== "",
    placeholderData: keepPreviousData,
  });
  const isCurrent = !isPlaceholderData && typed === text.trim() && typedToken === tokenUrl.trim();
  return { answer: text.trim() === "" ? null : (data ?? null), isCurrent, error };
}
