import { useQuery } from "@tanstack/react-query";
import type { FindingDetail } from "../api/types.ts";
import { hrefs } from "../places.ts";
import { DetailColumns, useTwoColumns } from "./columns.tsx";
import { CveSayings } from "./cve-sayings.tsx";
import { FindingAbout } from "./finding-about.tsx";
import { FindingAcceptance } from "./finding-acceptance.tsx";
import { FindingAsset } from "./finding-asset.tsx";
import { FindingFix } from "./finding-fix.tsx";
import { FindingHead } from "./finding-head.tsx";
import { FindingHistory } from "./finding-history.tsx";
import { FindingRecord } from "./finding-record.tsx";
import { FindingRelated } from "./finding-related.tsx";
import { FindingTimes } from "./finding-times.tsx";
import { DetailFrame } from "./frame.tsx";
import type { DetailProps } from "./layout.ts";
import { LongText } from "./long-text.tsx";
import { findingQuery } from "./queries.ts";
import { RawRecord } from "./raw-record.tsx";
import { ScoreSection } from "./score.tsx";
import { Section } from "./section.tsx";

/** All that is known of one finding, beside a list or as a page. */
export function FindingDetails({ id, layout, onClose }: DetailProps) {
  const query = useQuery(findingQuery(id));
  return (
    <DetailFrame
      query={query}
      id={id}
      layout={layout}
      noun="finding"
      href={hrefs.finding(id)}
      listHref={hrefs.findings()}
      onClose={onClose}
    >
      {(finding) => <FindingContent key={finding.id} finding={finding} />}
    </DetailFrame>
  );
}

/** In one column what says where it is comes after what says what to do, not at the end. */
function FindingContent({ finding }: { finding: FindingDetail }) {
  const hasTwo = useTwoColumns();
  const where = (
    <>
      <FindingAsset finding={finding} />
      <FindingTimes finding={finding} />
      <FindingAbout finding={finding} />
    </>
  );
  const record = <FindingRecord finding={finding} />;
  const main = (
    <>
      <FindingAcceptance finding={finding} />
      <FindingFix finding={finding} />
      {finding.description !== null && (
        <Section title="Description">
          <LongText text={finding.description} />
        </Section>
      )}
      {finding.score !== null && (
        <ScoreSection score={finding.score} stored={finding.riskScore}>
          {finding.cveWords !== null && <CveSayings words={finding.cveWords} />}
        </ScoreSection>
      )}
      {!hasTwo && where}
      <FindingRelated finding={finding} />
      <FindingHistory finding={finding} />
      {!hasTwo && record}
      <Section title="Raw record">
        <RawRecord raw={finding.raw} />
      </Section>
    </>
  );
  const side = (
    <>
      {where}
      {record}
    </>
  );
  return (
    <>
      <FindingHead finding={finding} />
      <DetailColumns main={main} side={hasTwo ? side : null} />
    </>
  );
}
