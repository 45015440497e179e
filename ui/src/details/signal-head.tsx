import type { SignalDetail } from "../api/types.ts";
import { hrefs } from "../app/places.ts";
import { AppLink } from "../kit/link.tsx";
import { SeverityLabel } from "../kit/severity.tsx";
import { TimeAgo } from "../kit/time.tsx";
import { changeWord, kindWord } from "../kit/words.ts";
import classes from "./details.module.css";
import { useDetailLayout } from "./layout.ts";
import { DetailHead } from "./section.tsx";

/** What happened to what, and when. */
export function SignalHead({ signal }: { signal: SignalDetail }) {
  const isPage = useDetailLayout() === "page";
  return (
    <DetailHead
      title={signal.title}
      above={
        isPage && (
          <AppLink href={hrefs.signals()} c="dimmed" fz="inherit">
            Signals
          </AppLink>
        )
      }
      below={
        <>
          <b>{changeWord(signal.change)}</b>
          <TimeAgo at={signal.at} />
          <span>{kindWord(signal.subject.kind)}</span>
          {signal.severity !== null && <SeverityLabel severity={signal.severity} />}
        </>
      }
      actions={<SubjectLink signal={signal} />}
    />
  );
}

/** To the record as it is now. */
function SubjectLink({ signal: { links, subject } }: { signal: SignalDetail }) {
  const isAsset = subject.kind === "asset";
  if (links.subject === null)
    return <span className={classes.none}>{`The ${isAsset ? "asset" : "finding"} is not here any more`}</span>;
  return (
    <AppLink href={isAsset ? hrefs.asset(subject.id) : hrefs.finding(subject.id)} fz="sm">
      {`Open the ${isAsset ? "asset" : "finding"} as it is now`}
    </AppLink>
  );
}
