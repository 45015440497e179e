import type { AssetDetail } from "../api/types.ts";
import { TimeAgo } from "../kit/time.tsx";
import classes from "./asset-sources.module.css";
import { IdText, None } from "./facts.tsx";
import { QueryLink } from "./query-link.tsx";
import { Section } from "./section.tsx";

/** Which integrations know it, by which ids, and when they saw it. */
export function AssetSources({ asset: { sources } }: { asset: AssetDetail }) {
  return (
    <Section title="Sources">
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
          {sources.map((source) => (
            <tr key={`${source.integration} ${source.externalId}`}>
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
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}
