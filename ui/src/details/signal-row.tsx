import type { Signal } from "../api/types.ts";
import { AppLink } from "../kit/link.tsx";
import { TimeAgo } from "../kit/time.tsx";
import { wordText } from "../kit/words.ts";
import { hrefs } from "../places.ts";
import { changesText } from "./changes.ts";
import classes from "./related.module.css";

/** A signal in one line: what happened, which fields, when. */
export function SignalRow({ signal }: { signal: Signal }) {
  const rest = changesText(signal.fields);
  return (
    <AppLink href={hrefs.signal(signal.id)} className={classes.row} underline="never">
      <span className={classes.words}>
        <span className="one-line">{wordText(signal.change)}</span>
        {rest !== "" && (
          <span className={`foreign one-line ${classes.second}`} title={rest.slice(0, 500)}>
            {rest.slice(0, 500)}
          </span>
        )}
      </span>
      <span className={classes.end}>
        <TimeAgo at={signal.at} />
      </span>
    </AppLink>
  );
}
