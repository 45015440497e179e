import { Skeleton } from "@mantine/core";
import { queryOptions, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { api } from "../api/client.ts";
import type { Finding, Page, Signal } from "../api/types.ts";
import { AppLink } from "../kit/link.tsx";
import { totalText } from "../kit/numbers.ts";
import { messageOf } from "../kit/states.tsx";
import { hrefs } from "../places.ts";
import classes from "./related.module.css";
import { Section } from "./section.tsx";

interface RelatedQuery {
  on: "findings" | "signals";
  q: string;
  sort: string;
  limit: number;
}

function relatedQuery<T>({ on, q, sort, limit }: RelatedQuery) {
  return queryOptions({
    queryKey: [on, "related", q, sort, limit],
    queryFn: ({ signal }) => api.get<Page<T>>(`/${on}`, { q, sort, limit }, signal),
  });
}

interface RelatedProps<T> extends RelatedQuery {
  title: string;
  /** What is said when there are none. */
  none: string;
  row: (record: T) => ReactNode;
}

/** The first records of a query, and how many there are, which leads to the list. */
export function Related<T extends Finding | Signal>({ title, ...props }: RelatedProps<T>) {
  return (
    <div className={classes.related}>
      <div className={classes.head}>
        <span className={classes.title}>{title}</span>
        <RelatedCount {...props} />
      </div>
      <RelatedRows {...props} />
    </div>
  );
}

/** The same as a section of its own. */
export function RelatedSection<T extends Finding | Signal>({ title, ...props }: RelatedProps<T>) {
  return (
    <Section title={title} aside={<RelatedCount {...props} />}>
      <RelatedRows {...props} />
    </Section>
  );
}

function RelatedCount(asked: RelatedQuery) {
  const { data } = useQuery(relatedQuery(asked));
  if (data === undefined || data.total.value === 0) return null;
  const isMore = data.items.length < data.total.value || data.total.capped;
  return (
    <AppLink href={hrefs.list(asked.on, asked.q)} className={classes.all} fz="sm">
      {isMore ? `All ${totalText(data.total)}` : totalText(data.total)}
    </AppLink>
  );
}

function RelatedRows<T extends Finding | Signal>({ none, row, ...asked }: Omit<RelatedProps<T>, "title">) {
  const { data, error, refetch } = useQuery(relatedQuery<T>(asked));
  if (data === undefined && error !== null)
    return (
      <p className={classes.none} role="alert">
        {messageOf(error)}{" "}
        <button type="button" className={classes.retry} onClick={() => void refetch()}>
          Try again
        </button>
      </p>
    );
  if (data === undefined) return <RowsToCome count={Math.min(3, asked.limit)} />;
  if (data.items.length === 0) return <p className={classes.none}>{none}</p>;
  return (
    <ul className={classes.rows}>
      {data.items.map((record) => (
        <li key={record.id}>{row(record)}</li>
      ))}
    </ul>
  );
}

function RowsToCome({ count }: { count: number }) {
  return (
    <div role="status" aria-label="Loading">
      {Array.from({ length: count }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows never change
        <Skeleton key={row} height={14} my={9} width={`${90 - row * 12}%`} />
      ))}
    </div>
  );
}
