import { severities } from "../../../../src/model.ts";
import type { Signal } from "../../api/types.ts";
import { isSeverity, SeverityLabel } from "../../kit/severity.tsx";
import { wordText } from "../../kit/words.ts";
import type { FacetValue, ListDescription } from "../../list/explorer-types.ts";
import { hrefs } from "../../places.ts";
import { signalCard, signalColumns } from "./signals-columns.tsx";

const word = (value: FacetValue) => wordText(String(value));

export const signalList: ListDescription<Signal> = {
  thing: "signals",
  words: { one: "signal", many: "signals" },
  columns: signalColumns,
  phone: signalCard,
  facets: [
    { by: "change", title: "Change", isOpen: true, label: word },
    { by: "kind", title: "Of a", isOpen: true, label: word },
    {
      by: "severity",
      title: "Severity",
      isOpen: true,
      order: severities,
      label: (value) => (isSeverity(value) ? <SeverityLabel severity={value} /> : String(value)),
    },
    { by: "stream", title: "Stream", label: word },
    { by: "integration", title: "Integration" },
    { by: "asset", title: "Asset" },
    { by: "at", title: "Day" },
  ],
  sorts: [{ name: "at", title: "When", direction: "desc", words: { desc: "Newest first", asc: "Oldest first" } }],
  first: { q: "", range: "24h" },
  id: ({ id }) => id,
  href: ({ id }) => hrefs.signal(id),
};
