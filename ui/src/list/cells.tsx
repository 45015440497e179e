import { Fragment, type ReactNode } from "react";
import { type Severity, severities } from "../../../src/model.ts";
import { numberText } from "../kit/numbers.ts";
import { SeverityMark, severityWords } from "../kit/severity.tsx";
import { agoText, exactText } from "../kit/times.ts";
import classes from "./cells.module.css";

/** What stands in the cells of lists. Thousands of them pass by, so they are as light as can be. */

/** The link of a row. A plain click on it is one on the row. */
export function RowLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <a href={href} className={classes.link} tabIndex={-1} draggable={false}>
      {children}
    </a>
  );
}

/** What is said besides, more quietly. */
export function Second({ children, isMono = false }: { children: ReactNode; isMono?: boolean }) {
  return (
    <>
      {" "}
      <span className={isMono ? `${classes.second} mono` : classes.second}>{children}</span>
    </>
  );
}

export function TimeCell({ at, now }: { at: string | null; now: number }) {
  if (at === null) return null;
  return (
    <time dateTime={at} title={exactText(at)}>
      {agoText(at, now)}
    </time>
  );
}

/** A time that has passed without what should have happened. */
export function LateCell({ at, children }: { at: string; children: string }) {
  return (
    <time dateTime={at} title={exactText(at)} className={classes.late}>
      {children}
    </time>
  );
}

/** A state that asks for nothing is quieter than one that does. */
export function StateCell({ text, isQuiet }: { text: string; isQuiet: boolean }) {
  return <span className={isQuiet ? classes.quiet : undefined}>{text}</span>;
}

export function Tags({ tags }: { tags: readonly string[] }) {
  return tags.map((tag) => (
    <Fragment key={tag}>
      <span className={classes.tag}>{tag}</span>{" "}
    </Fragment>
  ));
}

/** The same place for each severity in every row, so that the eye can run down. */
export function SeverityCounts({ counts }: { counts: Record<Severity, number> }) {
  return (
    <span className={classes.counts}>
      {severities.map((severity) => (
        <span
          key={severity}
          className={classes.counted}
          data-none={counts[severity] === 0 || undefined}
          title={`${numberText(counts[severity])} ${severityWords[severity].toLowerCase()}`}
        >
          <SeverityMark severity={severity} size={11} />
          {numberText(counts[severity])}
        </span>
      ))}
    </span>
  );
}

/** A record in two lines, where there is no room for columns. */
export function Card({ first, under }: { first: ReactNode; under: readonly (ReactNode | null)[] }) {
  const parts = under.filter((part) => part !== null && part !== "");
  return (
    <div className={classes.card}>
      <div>{first}</div>
      <div className={classes.under}>
        {parts.map((part, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts have fixed places
          <span key={at}>{part}</span>
        ))}
      </div>
    </div>
  );
}
