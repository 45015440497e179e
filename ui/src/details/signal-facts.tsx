import type { SignalDetail } from "../api/types.ts";
import { TimeAgo } from "../kit/time.tsx";
import { exactText } from "../kit/times.ts";
import { wordText } from "../kit/words.ts";
import { Fact, Facts, IdText, None } from "./facts.tsx";
import { QueryLink } from "./query-link.tsx";
import { Section } from "./section.tsx";

/** When, from where, of what. */
export function SignalFacts({ signal }: { signal: SignalDetail }) {
  const { subject } = signal;
  return (
    <Section title="Signal">
      <Facts>
        <Fact label="Seen by Weir">
          {exactText(signal.at)}, <TimeAgo at={signal.at} />
        </Fact>
        <Fact label="Change">
          <QueryLink on="signals" field="change" value={signal.change} text={wordText(signal.change)} />
        </Fact>
        <Fact label="Integration">
          {signal.integration === null ? (
            <None>removed</None>
          ) : (
            <QueryLink on="signals" field="integration" value={signal.integration} />
          )}
        </Fact>
        <Fact label="Stream">
          <QueryLink on="signals" field="stream" value={signal.stream} text={wordText(signal.stream)} />
        </Fact>
        <Fact label="Kind">
          <QueryLink on="signals" field="kind" value={subject.kind} text={wordText(subject.kind)} />
        </Fact>
        {subject.kind !== "asset" && (
          <Fact label="Asset">
            {signal.asset === null ? (
              <None>not known</None>
            ) : (
              <QueryLink on="signals" field="asset" value={signal.asset} />
            )}
          </Fact>
        )}
        {subject.kind !== "asset" && (
          <Fact label="Id at Wiz">
            <IdText id={subject.externalId} what="the id at Wiz" />
          </Fact>
        )}
        <Fact label="Id in Weir">
          <IdText id={subject.id} what="the id in Weir" />
        </Fact>
        <Fact label="Id of the signal">
          <IdText id={signal.id} what="the id of the signal" />
        </Fact>
      </Facts>
    </Section>
  );
}
