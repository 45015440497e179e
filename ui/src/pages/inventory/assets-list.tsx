import type { Asset } from "../../api/types.ts";
import { cloudText, wordText } from "../../kit/words.ts";
import { AccountName } from "../../list/account-name.tsx";
import type { FacetValue, ListDescription } from "../../list/explorer-types.ts";
import { hrefs } from "../../places.ts";
import { assetCard, assetColumns } from "./assets-columns.tsx";

const word = (value: FacetValue) => wordText(String(value));
const newest = { desc: "Newest first", asc: "Oldest first" };

export const assetList: ListDescription<Asset> = {
  thing: "assets",
  words: { one: "asset", many: "assets" },
  columns: assetColumns,
  phone: assetCard,
  facets: [
    { by: "class", title: "Class", isOpen: true, label: word },
    { by: "cloud", title: "Cloud", isOpen: true, label: (value) => cloudText(String(value)) },
    { by: "status", title: "Status", isOpen: true, label: word },
    {
      by: "internetExposed",
      title: "Exposure",
      isOpen: true,
      label: (value) => (value === true ? "Internet" : "Internal"),
      order: [true, false],
    },
    { by: "criticality", title: "Criticality", order: [5, 4, 3, 2, 1] },
    { by: "account", title: "Account", label: (value) => <AccountName id={String(value)} /> },
    { by: "region", title: "Region" },
    { by: "projects", title: "Project" },
    { by: "tags", title: "Tag" },
    { by: "type", title: "Type" },
    { by: "nativeType", title: "Native type" },
    { by: "os", title: "Operating system" },
    { by: "inventory", title: "Source" },
    { by: "isPlaceholder", title: "Known from findings only", label: (value) => (value === true ? "Yes" : "No") },
  ],
  sorts: [
    {
      name: "riskScore",
      title: "Risk score",
      direction: "desc",
      words: { desc: "Highest first", asc: "Lowest first" },
    },
    {
      name: "openCritical",
      title: "Open critical findings",
      direction: "desc",
      words: { desc: "Most first", asc: "Fewest first" },
    },
    {
      name: "criticality",
      title: "Criticality",
      direction: "desc",
      words: { desc: "Highest first", asc: "Lowest first" },
    },
    { name: "name", title: "Name", direction: "asc", words: { asc: "From A to Z", desc: "From Z to A" } },
    { name: "firstSeen", title: "First seen", direction: "desc", words: newest },
    { name: "lastSeen", title: "Last seen", direction: "desc", words: newest },
  ],
  first: { q: "NOT status:[deleted, gone]" },
  id: ({ id }) => id,
  href: ({ id }) => hrefs.asset(id),
};
