import type { FindingDetail } from "../api/types.ts";
import { AppLink } from "../kit/link.tsx";
import { TimeAgo } from "../kit/time.tsx";
import { wordText } from "../kit/words.ts";
import { places } from "../places.ts";
import { Fact, Facts } from "./facts.tsx";
import { Section } from "./section.tsx";

/** Why nobody need do anything about it: who said so, and until when. */
export function FindingAcceptance({ finding }: { finding: FindingDetail }) {
  const { acceptance, acceptedAt, sourceStatus } = finding;
  if (acceptance === null) return null;
  return (
    <Section
      title="Risk accepted"
      aside={
        <AppLink href={places.riskAcceptances} fz="sm">
          All acceptances
        </AppLink>
      }
    >
      <Facts>
        <Fact label="Reason">
          <span className="foreign">{acceptance.reason}</span>
        </Fact>
        <Fact label="Owner">
          <span className="foreign">{acceptance.owner}</span>
        </Fact>
        <Fact label="Expires">
          <TimeAgo at={acceptance.expiresAt} />
        </Fact>
        <Fact label="Accepted">
          <TimeAgo at={acceptedAt} />, by <span className="foreign">{acceptance.createdBy}</span>
        </Fact>
        <Fact label="At Wiz">{wordText(sourceStatus)}</Fact>
      </Facts>
    </Section>
  );
}
