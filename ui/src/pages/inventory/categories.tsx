import { Skeleton, Text, UnstyledButton } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api } from "../../api/client.ts";
import type { Facet } from "../../api/types.ts";
import { numberText } from "../../kit/numbers.ts";
import { cloudText, wordText } from "../../kit/words.ts";
import classes from "./categories.module.css";

interface CategoriesProps {
  query: string;
  version: number;
  /** A part was clicked: the query gets its value. */
  onChoose: (field: string, value: string) => void;
}

const fields = [
  { name: "class", label: "Class" },
  { name: "cloud", label: "Cloud" },
  { name: "region", label: "Region" },
  { name: "internetExposed", label: "Exposed to the internet" },
] as const;

const shades = [1, 0.72, 0.52, 0.38, 0.27, 0.18];

/** What the assets of a list are made of: a bar for each of the top categories, every part a filter. */
export function Categories({ query, version, onChoose }: CategoriesProps) {
  const { data, isPlaceholderData } = useQuery({
    queryKey: ["assets", "categories", query, version],
    queryFn: ({ signal }) =>
      api.get<{ facets: Facet[] }>(
        "/assets/facets",
        { q: query, by: fields.map(({ name }) => name).join(","), limit: 12 },
        signal,
      ),
    placeholderData: keepPreviousData,
    retry: false,
  });
  if (data === undefined) return <Skeleton height={66} />;
  return (
    <div className={classes.categories} style={{ opacity: isPlaceholderData ? 0.6 : 1 }}>
      {fields.map(({ name, label }) => {
        const facet = data.facets.find(({ by }) => by === name);
        return facet === undefined ? null : (
          <Category key={name} label={label} facet={facet} onChoose={(value) => onChoose(name, value)} />
        );
      })}
    </div>
  );
}

interface CategoryProps {
  label: string;
  facet: Facet;
  onChoose: (value: string) => void;
}

function Category({ label, facet, onChoose }: CategoryProps) {
  const shown = facet.values.filter(({ count }) => count > 0).slice(0, shades.length);
  const total = facet.values.reduce((sum, { count }) => sum + count, 0);
  return (
    <section className={classes.category} aria-label={label}>
      <Text fz="xs" c="dimmed">
        {label}
      </Text>
      <div className={classes.bar} aria-hidden="true">
        {shown.map(({ value, count }, at) => (
          <span key={String(value)} style={{ flexGrow: count / Math.max(1, total), opacity: shades[at] }} />
        ))}
      </div>
      <div className={classes.values}>
        {shown.slice(0, 4).map(({ value, count }, at) => (
          <UnstyledButton
            key={String(value)}
            className={classes.value}
            disabled={value === null}
            onClick={() => onChoose(String(value))}
          >
            <span className={classes.swatch} style={{ opacity: shades[at] }} />
            <span className="one-line foreign">{valueText(facet.by, value)}</span>
            <span className="number">{numberText(count)}</span>
          </UnstyledButton>
        ))}
      </div>
    </section>
  );
}

function valueText(field: string, value: Facet["values"][number]["value"]): string {
  if (value === null) return "none";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (field === "cloud") return cloudText(String(value));
  return field === "class" ? wordText(String(value)) : String(value);
}
