import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import type { Signal } from "../api/types.ts";
import { AppLink } from "../kit/link.tsx";
import { countText } from "../kit/numbers.ts";
import { TimeAgo } from "../kit/time.tsx";
import { wordText } from "../kit/words.ts";
import { hrefs } from "../places.ts";
import { term } from "../query/terms.ts";
import { ChangeList } from "./change-list.tsx";
import { acceptanceWord, changesOf } from "./changes.ts";
import classes from "./timeline.module.css";

interface TimelineProps {
  subjectId: string;
  history: { items: readonly Signal[]; hasMore: boolean };
  /** What happened before there were signals, as the source says. */
  origin?: ReactNode;
}

const shownAtFirst = 6;

/** What happened to a record, newest first. */
export function Timeline({ subjectId, history, origin }: TimelineProps) {
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? history.items : history.items.slice(0, shownAtFirst);
  const rest = history.items.length - shown.length;
  return (
    <>
      <ol className={classes.line}>
        {shown.map((signal) => (
          <TimelineEntry key={signal.id} signal={signal} />
        ))}
        {rest > 0 && (
          <li className={classes.entry} data-change="more">
            <Button variant="subtle" size="compact-xs" ml={-8} onClick={() => setWhole(true)}>
              {`Show ${countText(rest, "earlier change")}`}
            </Button>
          </li>
        )}
        {history.hasMore && rest === 0 && (
          <li className={classes.entry} data-change="more">
            <AppLink href={hrefs.signals({ q: term("subject.id", subjectId) })} fz="inherit">
              Search all its signals
            </AppLink>
          </li>
        )}
        {origin !== undefined && (
          <li className={classes.entry} data-change="origin">
            {origin}
          </li>
        )}
      </ol>
      {history.items.length === 0 && (
        <p className={classes.none}>
          No change is on record: signals are kept for some time only, and none is newer than that.
        </p>
      )}
    </>
  );
}

function TimelineEntry({ signal }: { signal: Signal }) {
  return (
    <li className={classes.entry} data-change={signal.change}>
      <div className={classes.what}>
        <AppLink href={hrefs.signal(signal.id)} className={classes.change} fz="inherit">
          {acceptanceWord(signal.fields) ?? words[signal.change] ?? wordText(signal.change)}
        </AppLink>
        <span className={classes.when}>
          <TimeAgo at={signal.at} />
          {signal.integration !== null && acceptanceWord(signal.fields) === null && (
            <>
              {" by "}
              <span className="foreign">{signal.integration}</span>
            </>
          )}
        </span>
      </div>
      <ChangeList changes={changesOf(signal.fields)} />
    </li>
  );
}

const words: Record<string, string> = {
  new: "Seen first by Weir",
  gone: "Gone: complete passes no longer find it",
};
