import { Button, TextInput } from "@mantine/core";
import { IconCheck, IconChevronDown, IconChevronRight, IconEyeOff, IconX } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type MouseEvent, useState } from "react";
import { ApiError } from "../api/client.ts";
import { queryFieldsQuery } from "../api/query-language.ts";
import type { Thing } from "../api/types.ts";
import { numberText } from "../kit/numbers.ts";
import { messageOf } from "../kit/states.tsx";
import type { FacetDescription, FacetValue } from "./explorer-types.ts";
import classes from "./facets.module.css";
import type { FacetsProps } from "./facets.tsx";
import { readFacet } from "./facets-batch.ts";
import { chosenValues, type FieldNames, listedValues, matching, withoutChoice } from "./facets-query.ts";
import { type TermState, termStates, toggleTerm } from "./query-edit.ts";

interface FacetGroupProps extends FacetsProps {
  facet: FacetDescription;
  isOpen: boolean;
  onToggle: () => void;
}

/** One field: its values, most frequent first, unless they have an order of their own. */
export function FacetGroup(props: FacetGroupProps) {
  const { thing, facet, q, isOpen, onToggle } = props;
  const names = useNames(thing, facet);
  const chosen = chosenValues(q, names);
  const Chevron = isOpen ? IconChevronDown : IconChevronRight;
  return (
    <section className={classes.group}>
      <button type="button" className={classes.head} aria-expanded={isOpen} onClick={onToggle}>
        <Chevron size={14} aria-hidden="true" />
        {facet.title}
        {chosen.length > 0 && <span className={classes.chosen}>{chosen.length}</span>}
      </button>
      {isOpen && <Values {...props} names={names} chosen={chosen} />}
    </section>
  );
}

const fewValues = 6;
const manyValues = 100;
/** Of a list this long nobody looks for a value by eye. */
const searchableFrom = 12;

interface ValuesProps extends FacetGroupProps {
  names: FieldNames;
  chosen: FacetValue[];
}

/** A query may call the field by any of its names. */
function useNames(thing: Thing, { by }: FacetDescription): FieldNames {
  const { data } = useQuery(queryFieldsQuery(thing));
  return { name: by, aliases: data?.fields.find(({ name }) => name === by)?.aliases ?? [] };
}

function isRefused(error: Error | null): boolean {
  return error instanceof ApiError && error.position !== undefined;
}

function Values(props: ValuesProps) {
  const { thing, facet, q, counted, onQuery, compose, generation, isOff, names, chosen } = props;
  const [isLong, setLong] = useState(false);
  const [text, setText] = useState("");
  const limit = isLong ? manyValues : fewValues + 1;
  const query = compose(withoutChoice(counted, names));
  const { data, error, isPlaceholderData, refetch } = useQuery({
    queryKey: ["facets", thing, query, facet.by, limit, generation],
    queryFn: ({ signal }) => readFacet({ thing, query, by: facet.by, limit }, signal),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    enabled: !isOff,
  });
  // A query that is refused is marked in its bar, once.
  if ((isOff || isRefused(error)) && data === undefined) return <div className={classes.note}>–</div>;
  if (error !== null && data === undefined)
    return (
      <div className={classes.note} role="alert">
        {messageOf(error)}{" "}
        <Button variant="subtle" size="compact-xs" onClick={() => void refetch()}>
          Try again
        </Button>
      </div>
    );
  if (data === undefined) return <Loading />;
  const all = listedValues(data.values, facet, chosen);
  const shown = isLong ? matching(all, text) : all.slice(0, Math.max(fewValues, chosen.length));
  const states = termStates(q);
  const toggle = (value: FacetValue, to: TermState) => onQuery(toggleTerm(q, names, value, to));
  return (
    <>
      {isLong && all.length > searchableFrom && (
        <TextInput
          size="xs"
          mx={10}
          mb={4}
          aria-label={`Search in ${facet.title}`}
          placeholder={`Search ${data.values.length === manyValues ? `the ${manyValues} most frequent` : all.length}`}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      )}
      <ul className={classes.values} data-stale={isPlaceholderData || error !== null || undefined}>
        {shown.map(({ value, count }) => (
          <Value
            key={String(value)}
            facet={facet}
            value={value}
            count={count === null ? "" : `${numberText(count)}${data.isPartial ? "+" : ""}`}
            state={states(names, value)}
            onToggle={toggle}
          />
        ))}
        {shown.length === 0 && (
          <li className={classes.note}>{text === "" ? "No values" : "No value has that in it"}</li>
        )}
        {data.isPartial && <li className={classes.note}>Counted among a part: there are at least so many</li>}
      </ul>
      {(all.length > shown.length || isLong) && text === "" && (
        <Button variant="subtle" size="compact-xs" ml={22} mb={8} mt={-4} onClick={() => setLong(!isLong)}>
          {isLong ? "Show fewer" : "Show more"}
        </Button>
      )}
    </>
  );
}

interface ValueProps {
  facet: FacetDescription;
  value: FacetValue;
  count: string;
  state: TermState | null;
  onToggle: (value: FacetValue, to: TermState) => void;
}

function Value({ facet, value, count, state, onToggle }: ValueProps) {
  const label = value === null ? <em>none</em> : (facet.label?.(value) ?? String(value));
  const words = value === null ? "none" : String(value);
  const onClick = (event: MouseEvent) => onToggle(value, event.altKey || state === "out" ? "out" : "in");
  return (
    <li className={classes.line}>
      <button
        type="button"
        className={classes.value}
        aria-pressed={state === "in"}
        data-out={state === "out" || undefined}
        onClick={onClick}
        title={words}
      >
        {state === "in" && <IconCheck size={14} className={classes.tick} aria-hidden="true" />}
        {state === "out" && <IconEyeOff size={14} className={classes.tick} aria-hidden="true" />}
        <span className={`${classes.label} foreign`}>{label}</span>
        <span className={classes.count}>{count}</span>
      </button>
      <button
        type="button"
        className={classes.exclude}
        aria-label={state === "out" ? `Take ${words} in again` : `Exclude ${words}`}
        title={state === "out" ? "Excluded: take it in again" : "Exclude (Alt-click)"}
        onClick={() => onToggle(value, "out")}
      >
        {state === "out" ? <IconX size={14} /> : <IconEyeOff size={14} />}
      </button>
    </li>
  );
}

function Loading() {
  return (
    <div aria-busy="true" style={{ paddingBottom: 8 }}>
      {[70, 50, 62].map((width) => (
        <div key={width} className={classes.bar} style={{ width: `${width}%`, marginRight: 0 }} />
      ))}
    </div>
  );
}
