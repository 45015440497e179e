import type { AssetDetail } from "../api/types.ts";
import { TimeAgo } from "../kit/time.tsx";
import { cloudText, wordText } from "../kit/words.ts";
import { AssetExposure } from "./asset-parts.tsx";
import { AssetCriticality, OwnTags } from "./asset-tags.tsx";
import classes from "./details.module.css";
import { Fact, Facts, IdText, None } from "./facts.tsx";
import { QueryChips, QueryLink } from "./query-link.tsx";
import { Section } from "./section.tsx";

/** What it is and where it stands; each value leads to the assets that share it. */
export function AssetPlace({ asset }: { asset: AssetDetail }) {
  return (
    <Section title="What and where">
      <Facts>
        <Fact label="Class">
          <QueryLink on="assets" field="class" value={asset.class} text={wordText(asset.class)} />
        </Fact>
        <Fact label="Type">
          <QueryLink on="assets" field="type" value={asset.type} isMono />
        </Fact>
        {asset.nativeType !== null && (
          <Fact label="Native type">
            <QueryLink on="assets" field="nativeType" value={asset.nativeType} isMono />
          </Fact>
        )}
        <Fact label="Cloud">
          {asset.cloud === null ? (
            <None>not known</None>
          ) : (
            <QueryLink on="assets" field="cloud" value={asset.cloud} text={cloudText(asset.cloud)} />
          )}
        </Fact>
        <Fact label="Account">
          <Account account={asset.account} />
        </Fact>
        <Fact label="Region">
          {asset.region === null ? (
            <None>none</None>
          ) : (
            <QueryLink on="assets" field="region" value={asset.region} isMono />
          )}
        </Fact>
        <Fact label="System">
          {asset.operatingSystem === null ? (
            <None>not known</None>
          ) : (
            <QueryLink on="assets" field="os" value={asset.operatingSystem} />
          )}
        </Fact>
        <Fact label="Internet">
          <AssetExposure on="assets" exposed={asset.internetExposed} />
        </Fact>
        <Fact label="Criticality">
          <AssetCriticality asset={asset} />
        </Fact>
        <Fact label="Projects">
          <QueryChips on="assets" field="projects" values={asset.projects} />
        </Fact>
        <Fact label="Own tags">
          <OwnTags asset={asset} />
        </Fact>
        <Fact label="Tags at Wiz">
          <QueryChips on="assets" field="sourceTags" values={asset.sourceTags} />
        </Fact>
      </Facts>
    </Section>
  );
}

/** When it was seen, and what it is called here. */
export function AssetRecord({ asset }: { asset: AssetDetail }) {
  return (
    <>
      <Section title="Times">
        <Facts>
          <Fact label="First seen">
            <TimeAgo at={asset.firstSeenAt} none="not said" />
          </Fact>
          <Fact label="Last seen">
            <TimeAgo at={asset.lastSeenAt} none="not said" />
          </Fact>
          {asset.deletedAt !== null && (
            <Fact label="Deleted">
              <TimeAgo at={asset.deletedAt} />
            </Fact>
          )}
          <Fact label="Changed in Weir">
            <TimeAgo at={asset.changedAt} />
          </Fact>
        </Facts>
      </Section>
      <Section title="Record">
        <Facts>
          <Fact label="Inventory">
            <QueryChips on="assets" field="inventory" values={asset.inventory} />
          </Fact>
          <Fact label="Id in Weir">
            <IdText id={asset.id} what="the id in Weir" />
          </Fact>
        </Facts>
      </Section>
    </>
  );
}

function Account({ account }: { account: AssetDetail["account"] }) {
  if (account === null) return <None>not known</None>;
  const { id, name } = account;
  return (
    <span className={classes.lines}>
      {name !== null && name !== id && <QueryLink on="assets" field="account.name" value={name} />}
      {name !== null && name !== id && id !== null && <br />}
      {id !== null && <QueryLink on="assets" field="account.id" value={id} isMono />}
    </span>
  );
}
