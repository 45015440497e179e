import { useQuery } from "@tanstack/react-query";
import type { AssetDetail } from "../api/types.ts";
import { hrefs } from "../places.ts";
import { AssetApart } from "./asset-apart.tsx";
import { AssetFindings } from "./asset-findings.tsx";
import { AssetHead } from "./asset-head.tsx";
import { AssetIdentity } from "./asset-identity.tsx";
import { AssetPlace, AssetRecord } from "./asset-place.tsx";
import { AssetSources } from "./asset-sources.tsx";
import { DetailColumns, useTwoColumns } from "./columns.tsx";
import classes from "./details.module.css";
import { DetailFrame } from "./frame.tsx";
import type { DetailProps } from "./layout.ts";
import { assetQuery } from "./queries.ts";
import { RawRecord } from "./raw-record.tsx";
import { ScoreSection } from "./score.tsx";
import { Section } from "./section.tsx";
import { Timeline } from "./timeline.tsx";

/** All that is known of one asset, beside a list or as a page. */
export function AssetDetails({ id, layout, onClose }: DetailProps) {
  const query = useQuery(assetQuery(id));
  return (
    <DetailFrame
      query={query}
      id={id}
      layout={layout}
      noun="asset"
      href={hrefs.asset(id)}
      listHref={hrefs.assets()}
      onClose={onClose}
    >
      {(asset) => <AssetContent key={asset.id} asset={asset} />}
    </DetailFrame>
  );
}

function AssetContent({ asset }: { asset: AssetDetail }) {
  const hasTwo = useTwoColumns();
  const place = <AssetPlace asset={asset} />;
  const record = <AssetRecord asset={asset} />;
  const side = (
    <>
      {place}
      {record}
    </>
  );
  const main = (
    <>
      {!hasTwo && place}
      <AssetFindings asset={asset} />
      {asset.openByKind.length > 0 && <ScoreSection score={asset.score} stored={asset.riskScore} />}
      <AssetSources asset={asset} />
      <AssetIdentity asset={asset} />
      <AssetApart asset={asset} />
      <Section title="History">
        <Timeline subjectId={asset.id} history={asset.history} />
      </Section>
      {!hasTwo && record}
      <AssetRaw asset={asset} />
    </>
  );
  return (
    <>
      <AssetHead asset={asset} />
      <DetailColumns main={main} side={hasTwo ? side : null} />
    </>
  );
}

function AssetRaw({ asset: { raw } }: { asset: AssetDetail }) {
  return (
    <Section title={raw.length > 1 ? "Raw records" : "Raw record"}>
      {raw.length === 0 && <p className={classes.hint}>The inventory of no source has delivered it yet.</p>}
      {raw.map(({ integration, externalId, raw: one }) => (
        <RawRecord
          key={`${integration} ${externalId}`}
          raw={one}
          name={raw.length > 1 ? `what ${integration ?? "a removed integration"} sent` : "what Wiz sent"}
        />
      ))}
    </Section>
  );
}
