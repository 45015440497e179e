import { usePreference } from "../api/preferences.ts";
import type { Thing } from "../api/types.ts";
import type { FacetDescription } from "./explorer-types.ts";
import classes from "./facets.module.css";
import { FacetGroup } from "./facets-group.tsx";

export interface FacetsProps {
  thing: Thing;
  facets: readonly FacetDescription[];
  /** What is written in the query bar: choices are made in it. */
  q: string;
  onQuery: (q: string) => void;
  /** What was written when the rows were read that are shown: the counts belong to them. */
  counted: string;
  /** The whole query that such a text stands for. */
  compose: (q: string) => string;
  /** Goes up when the list is read anew: then its values are counted anew, too. */
  generation: number;
  /** Nothing can be counted. */
  isOff: boolean;
}

/** The values of the fields that matter, with how often they occur: a click asks for one, another takes that back. */
export function Facets(props: FacetsProps) {
  const { thing, facets } = props;
  const [openings, setOpenings] = usePreference<Record<string, boolean>>(`facets.${thing}`, {}, isOpenings);
  return (
    <nav aria-label="Filters" className={classes.panel}>
      {facets.map((facet) => {
        const isOpen = openings[facet.by] ?? facet.isOpen === true;
        return (
          <FacetGroup
            key={facet.by}
            {...props}
            facet={facet}
            isOpen={isOpen}
            onToggle={() => setOpenings({ ...openings, [facet.by]: !isOpen })}
          />
        );
      })}
    </nav>
  );
}

function isOpenings(value: unknown): value is Record<string, boolean> {
  return (
    typeof value === "object" && value !== null && Object.values(value).every((isOpen) => typeof isOpen === "boolean")
  );
}
