import type { Asset } from "../../api/types.ts";
import { agoText } from "../../kit/times.ts";
import { cloudText, wordText } from "../../kit/words.ts";
import { Card, RowLink, Second, SeverityCounts, StateCell, Tags, TimeCell } from "../../list/cells.tsx";
import type { Column } from "../../list/explorer-types.ts";
import { hrefs } from "../../places.ts";

export const assetColumns: readonly Column<Asset>[] = [
  {
    id: "name",
    title: "Asset",
    width: 240,
    isWide: true,
    sort: "name",
    text: ({ name }) => name,
    render: ({ id, name }) => <RowLink href={hrefs.asset(id)}>{name}</RowLink>,
  },
  { id: "class", title: "Class", width: 130, text: (asset) => wordText(asset.class) },
  { id: "type", title: "Type", width: 170, isMono: true, text: ({ type }) => type },
  { id: "nativeType", title: "Native type", width: 220, isMono: true, text: ({ nativeType }) => nativeType },
  { id: "cloud", title: "Cloud", width: 80, text: ({ cloud }) => (cloud === null ? null : cloudText(cloud)) },
  {
    id: "account",
    title: "Account",
    width: 162,
    text: ({ account }) => account?.name ?? account?.id ?? null,
    render: ({ account }) => (account === null ? null : (account.name ?? <span className="mono">{account.id}</span>)),
  },
  { id: "accountId", title: "Account ID", width: 150, isMono: true, text: ({ account }) => account?.id ?? null },
  { id: "region", title: "Region", width: 128, text: ({ region }) => region },
  {
    id: "internetExposed",
    title: "Exposure",
    width: 92,
    text: ({ internetExposed }) => exposureText(internetExposed),
    render: ({ internetExposed }) => (
      <StateCell text={exposureText(internetExposed) ?? ""} isQuiet={internetExposed !== true} />
    ),
  },
  {
    id: "criticality",
    title: "Criticality",
    width: 84,
    isNumber: true,
    sort: "criticality",
    text: ({ criticality }) => String(criticality),
  },
  {
    id: "riskScore",
    title: "Risk",
    width: 58,
    isNumber: true,
    sort: "riskScore",
    text: ({ riskScore }) => String(riskScore),
  },
  {
    id: "openFindings",
    title: "Open findings",
    width: 244,
    sort: "openCritical",
    text: ({ openFindings }) => Object.values(openFindings).join(" "),
    render: ({ openFindings }) => <SeverityCounts counts={openFindings} />,
  },
  {
    id: "status",
    title: "Status",
    width: 88,
    text: ({ status }) => wordText(status),
    render: ({ status }) => <StateCell text={wordText(status)} isQuiet={status !== "active" && status !== "error"} />,
  },
  { id: "inventory", title: "Sources", width: 100, text: ({ inventory }) => inventory.join(", ") },
  {
    id: "integrations",
    title: "Integrations",
    width: 140,
    text: ({ sources }) => [...new Set(sources.flatMap(({ integration }) => integration ?? []))].join(", "),
  },
  {
    id: "tags",
    title: "Tags",
    width: 220,
    text: ({ tags }) => tags.join(", "),
    render: ({ tags }) => <Tags tags={tags} />,
  },
  {
    id: "providerUniqueId",
    title: "ID at the cloud",
    width: 300,
    isMono: true,
    text: ({ sources }) => sources.find(({ providerUniqueId }) => providerUniqueId !== null)?.providerUniqueId ?? null,
  },
  time("firstSeen", "First seen", ({ firstSeenAt }) => firstSeenAt),
  time("lastSeen", "Last seen", ({ lastSeenAt }) => lastSeenAt),
];

export const firstAssetColumns: readonly string[] = [
  "name",
  "class",
  "cloud",
  "account",
  "riskScore",
  "openFindings",
  "lastSeen",
];

/** In one cell of two lines, for a narrow screen. */
export const assetCard: Column<Asset> = {
  id: "card",
  title: "Asset",
  width: 0,
  isWide: true,
  text: ({ name }) => name,
  render: (asset, now) => (
    <Card
      first={
        <>
          <RowLink href={hrefs.asset(asset.id)}>{asset.name}</RowLink>
          <Second>{wordText(asset.class)}</Second>
        </>
      }
      under={[
        `Risk ${asset.riskScore}`,
        asset.cloud === null ? null : cloudText(asset.cloud),
        asset.openFindings.critical > 0 ? `${asset.openFindings.critical} critical` : null,
        asset.lastSeenAt === null ? null : `seen ${agoText(asset.lastSeenAt, now)}`,
      ]}
    />
  ),
};

function exposureText(isExposed: boolean | null): string | null {
  return isExposed === null ? null : isExposed ? "Internet" : "Internal";
}

function time(id: string, title: string, at: (asset: Asset) => string | null): Column<Asset> {
  return {
    id,
    title,
    width: 92,
    sort: id,
    text: (asset, now) => (at(asset) === null ? null : agoText(at(asset)!, now)),
    render: (asset, now) => <TimeCell at={at(asset)} now={now} />,
  };
}
