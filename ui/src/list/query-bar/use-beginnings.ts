import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { type QueryField, queryFieldsQuery } from "../../api/query-language.ts";
import type { Thing } from "../../api/types.ts";
import { useRecentQueries } from "./recent.ts";

/** A whole query to begin with. */
export interface Beginning {
  kind: "recent" | "example";
  text: string;
  description: string;
}

/** The fields whose examples say most about what can be asked. */
const telling: Record<Thing, readonly string[]> = {
  findings: ["severity", "kev", "asset.class", "package.name", "firstFound"],
  assets: ["openFindings.critical", "internetExposed", "class", "os", "lastSeen"],
  signals: ["change", "severity", "kind", "fields", "at"],
};

/** What an empty bar offers: what this person asked last, and what one may ask. */
export function useBeginnings(on: Thing) {
  const { recent, ...memory } = useRecentQueries(on);
  const { data } = useQuery(queryFieldsQuery(on));
  const beginnings = useMemo(
    (): Beginning[] => [
      ...recent.map((text) => ({ kind: "recent" as const, text, description: "" })),
      ...examples(data?.fields ?? [], telling[on]).filter(({ text }) => !recent.includes(text)),
    ],
    [recent, data, on],
  );
  return { beginnings, ...memory };
}

function examples(fields: readonly QueryField[], names: readonly string[]): Beginning[] {
  return names.flatMap((name) => {
    const field = fields.find((one) => one.name === name);
    return field === undefined ? [] : [{ kind: "example", text: field.example, description: field.description }];
  });
}
