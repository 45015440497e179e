import type { FindingDetail } from "../api/types.ts";
import { Fact, Facts, IdText, None } from "./facts.tsx";
import { QueryLink } from "./query-link.tsx";
import { Section } from "./section.tsx";

/** Where it comes from, and what it is called. */
export function FindingRecord({ finding }: { finding: FindingDetail }) {
  return (
    <Section title="Record">
      <Facts>
        <Fact label="Integration">
          {finding.integration === null ? (
            <None>removed</None>
          ) : (
            <QueryLink on="findings" field="integration" value={finding.integration} />
          )}
        </Fact>
        <Fact label="Found by">
          <QueryLink on="findings" field="vendorProductName" value={finding.vendorProductName} />
        </Fact>
        <Fact label="Id at Wiz">
          <IdText id={finding.externalId} what="the id at Wiz" />
        </Fact>
        <Fact label="Id in Weir">
          <IdText id={finding.id} what="the id in Weir" />
        </Fact>
      </Facts>
    </Section>
  );
}
