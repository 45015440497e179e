import type { AssetDetail } from "../api/types.ts";
import { TimeAgo } from "../kit/time.tsx";
import classes from "./asset-sources.module.css";
import { AssetSplit } from "./asset-split.tsx";
import { IdText, None } from "./facts.tsx";
import { identifierLines } from "./identity-words.ts";
import { QueryLink } from "./query-link.tsx";
import { Section } from "./section.tsx";

type Source = AssetDetail["sources"][number];

/** Which integrations know it, by what, and when they saw it. */
export function AssetSources({ asset }: { asset: AssetDetail }) {
  return (
    <Section title="Sources" aside={<AssetSplit asset={asset} />}>
      <table className={classes.sources}>
        <thead>
          <tr>
            <th scope="col">Integration</th>
            <th scope="col">Known as</th>
            <th scope="col">First seen</th>
            <th scope="col">Last seen</th>
          </tr>
        </thead>
        <tbody>
          {asset.sources.map((source) => (
            <tr key={source.id}>
              <td data-label="Integration">
                {source.integration === null ? (
                  <None>removed</None>
                ) : (
                  <QueryLink on="assets" field="integration" value={source.integration} />
                )}
              </td>
              <td data-label="Known as">
                <IdText id={source.externalId} what="the id at Wiz" />
                {source.providerUniqueId === null ? (
                  <None>no id of its cloud</None>
                ) : (
                  <IdText id={source.providerUniqueId} what="the cloud's id" />
                )}
                <Identifiers source={source} />
              </td>
              <td data-label="First seen">
                <TimeAgo at={source.firstSeenAt} none="not said" />
              </td>
              <td data-label="Last seen">
                <TimeAgo at={source.lastSeenAt} none="not said" />
                {source.goneAt !== null && (
                  <span className={classes.gone}>
                    gone <TimeAgo at={source.goneAt} />
                  </span>
                )}
                {source.deletedAt !== null && (
                  <span className={classes.gone}>
                    deleted <TimeAgo at={source.deletedAt} />
                  </span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

/** What the rules compare. */
function Identifiers({ source: { identifiers } }: { source: Source }) {
  const lines = identifierLines(identifiers);
  if (lines.length === 0) return null;
  return (
    <dl className={classes.identifiers} aria-label="What identifies it">
      {lines.map(({ label, values }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd className="mono foreign">{values.join(", ")}</dd>
        </div>
      ))}
    </dl>
  );
}
