import { useQuery } from "@tanstack/react-query";
import type { AssetDetail, FindingDetail } from "../api/types.ts";
import { AppLink } from "../kit/link.tsx";
import { messageOf } from "../kit/states.tsx";
import { cloudText, wordText } from "../kit/words.ts";
import { hrefs } from "../places.ts";
import { AssetExposure, OpenCounts } from "./asset-parts.tsx";
import { criticalityText } from "./asset-tag-words.ts";
import classes from "./details.module.css";
import { Fact, Facts, None } from "./facts.tsx";
import { assetQuery } from "./queries.ts";
import { QueryChips, QueryLink } from "./query-link.tsx";
import { Section } from "./section.tsx";

/** Where it is. What the finding itself says shows at once, the rest when the asset has been read. */
export function FindingAsset({ finding }: { finding: FindingDetail }) {
  const { asset } = finding;
  if (asset === null)
    return (
      <Section title="Asset">
        <p className={classes.hint}>Wiz does not say on which asset it is.</p>
      </Section>
    );
  return (
    <Section title="Asset">
      <AppLink href={hrefs.asset(asset.id)} className={`foreign ${classes.name}`}>
        {asset.name ?? "An asset without a name"}
      </AppLink>
      <AssetCard finding={finding} asset={asset} />
    </Section>
  );
}

function AssetCard({ finding, asset }: { finding: FindingDetail; asset: NonNullable<FindingDetail["asset"]> }) {
  const { data, error } = useQuery(assetQuery(asset.id));
  return (
    <Facts>
      <Fact label="Class">
        {asset.class === null ? (
          <None>not known</None>
        ) : (
          <QueryLink on="findings" field="asset.class" value={asset.class} text={wordText(asset.class)} />
        )}
        {asset.type !== null && (
          <>
            {", "}
            <QueryLink on="findings" field="asset.type" value={asset.type} isMono />
          </>
        )}
      </Fact>
      <Fact label="Cloud">
        {asset.cloud === null ? (
          <None>not known</None>
        ) : (
          <QueryLink on="findings" field="cloud" value={asset.cloud} text={cloudText(asset.cloud)} />
        )}
        {asset.region !== null && (
          <>
            {", "}
            <QueryLink on="findings" field="region" value={asset.region} isMono />
          </>
        )}
      </Fact>
      <Fact label="Account">
        <Account id={asset.account} name={data?.account?.name ?? null} />
      </Fact>
      <AssetFacts asset={data} problem={error} />
      <Fact label="Projects">
        <QueryChips on="findings" field="projects" values={finding.projects} />
      </Fact>
      <Fact label="Tags">
        <QueryChips on="findings" field="tags" values={finding.tags} />
      </Fact>
    </Facts>
  );
}

function Account({ id, name }: { id: string | null; name: string | null }) {
  if (id === null) return <None>not known</None>;
  return (
    <span className={classes.lines}>
      {name !== null && name !== id && (
        <>
          <QueryLink on="findings" field="account.name" value={name} />
          <br />
        </>
      )}
      <QueryLink on="findings" field="account" value={id} isMono />
    </span>
  );
}

/** What only the asset knows. */
function AssetFacts({ asset, problem }: { asset: AssetDetail | undefined; problem: unknown }) {
  if (problem !== null && asset === undefined)
    return (
      <Fact label="More">
        <span className={classes.none}>{messageOf(problem)}</span>
      </Fact>
    );
  return (
    <>
      <Fact label="Internet">
        <AssetExposure on="findings" exposed={asset?.internetExposed} />
      </Fact>
      <Fact label="Criticality">{asset === undefined ? <None>…</None> : <Criticality asset={asset} />}</Fact>
      <Fact label="Open findings">
        {asset === undefined ? <None>…</None> : <OpenCounts assetId={asset.id} counts={asset.openFindings} />}
      </Fact>
    </>
  );
}

function Criticality({ asset }: { asset: AssetDetail }) {
  const { criticality } = asset;
  const cause = criticalityText(asset);
  return (
    <>
      <QueryLink on="findings" field="asset.criticality" value={criticality} text={`${criticality} of 5`} />
      {cause !== "" && <span className={`${classes.none} foreign`}>, {cause}</span>}
    </>
  );
}
