import type { Finding, FindingDetail } from "../api/types.ts";
import { both, term } from "../query/terms.ts";
import { isOpenQuery } from "./asset-parts.tsx";
import { FindingRow } from "./finding-row.tsx";
import { Related } from "./related.tsx";
import { Section } from "./section.tsx";

/** What else is open on its asset, and where else the same is open. */
export function FindingRelated({ finding }: { finding: FindingDetail }) {
  const { asset, cve, rule, id } = finding;
  const shared = cve !== null ? term("cve", cve) : rule !== null ? term("rule", rule) : null;
  if (asset === null && shared === null) return null;
  return (
    <Section title="Related open findings">
      {asset !== null && (
        <Related<Finding>
          on="findings"
          title="On the same asset"
          q={both(both(term("asset.id", asset.id), isOpenQuery), `NOT ${term("id", id)}`)}
          sort="riskScore"
          limit={5}
          none="Nothing else is open on this asset."
          row={(one) => <FindingRow finding={one} by="title" />}
        />
      )}
      {shared !== null && (
        <Related<Finding>
          on="findings"
          title={cve !== null ? `${cve} elsewhere` : "The same rule elsewhere"}
          q={both(both(shared, isOpenQuery), `NOT ${asset === null ? term("id", id) : term("asset.id", asset.id)}`)}
          sort="riskScore"
          limit={5}
          none="It is open on no other asset."
          row={(one) => <FindingRow finding={one} by="asset" />}
        />
      )}
    </Section>
  );
}
