import { useQuery } from "@tanstack/react-query";
import type { Signal, SignalDetail } from "../api/types.ts";
import { hrefs } from "../places.ts";
import { both, term } from "../query/terms.ts";
import { ChangeList } from "./change-list.tsx";
import { changesOf } from "./changes.ts";
import { DetailColumns, useTwoColumns } from "./columns.tsx";
import classes from "./details.module.css";
import { DetailFrame } from "./frame.tsx";
import type { DetailProps } from "./layout.ts";
import { signalQuery } from "./queries.ts";
import { RelatedSection } from "./related.tsx";
import { Section } from "./section.tsx";
import { SignalFacts } from "./signal-facts.tsx";
import { SignalHead } from "./signal-head.tsx";
import { SignalRow } from "./signal-row.tsx";
import { SignalSubject } from "./signal-subject.tsx";

/** One change, beside a list or as a page. */
export function SignalDetails({ id, layout, onClose }: DetailProps) {
  const query = useQuery(signalQuery(id));
  return (
    <DetailFrame
      query={query}
      id={id}
      layout={layout}
      noun="signal"
      href={hrefs.signal(id)}
      listHref={hrefs.signals()}
      onClose={onClose}
    >
      {(signal) => <SignalContent key={signal.id} signal={signal} />}
    </DetailFrame>
  );
}

function SignalContent({ signal }: { signal: SignalDetail }) {
  const changes = changesOf(signal.fields);
  const hasTwo = useTwoColumns();
  const side = <SignalFacts signal={signal} />;
  const main = (
    <>
      <Section title="What changed">
        {changes.length > 0 ? <ChangeList changes={changes} /> : <p className={classes.hint}>{nothingFrom(signal)}</p>}
      </Section>
      <SignalSubject signal={signal} />
      {!hasTwo && side}
      <RelatedSection<Signal>
        on="signals"
        title="Its other signals"
        q={both(term("subject.id", signal.subject.id), `NOT ${term("id", signal.id)}`)}
        sort="at"
        limit={10}
        none="This is the only one on record."
        row={(one) => <SignalRow signal={one} />}
      />
    </>
  );
  return (
    <>
      <SignalHead signal={signal} />
      <DetailColumns main={main} side={hasTwo ? side : null} />
    </>
  );
}

function nothingFrom({ change, subject }: SignalDetail): string {
  const what = subject.kind === "asset" ? "asset" : "finding";
  return change === "new"
    ? `Weir saw this ${what} for the first time: there is nothing to compare it with.`
    : "Which fields changed is not on record.";
}
