import { useQuery } from "@tanstack/react-query";
import type { SignalDetail } from "../api/types.ts";
import { AppLink } from "../kit/link.tsx";
import { SeverityLabel } from "../kit/severity.tsx";
import { messageOf } from "../kit/states.tsx";
import { StatusLabel } from "../kit/status.tsx";
import { wordText } from "../kit/words.ts";
import { hrefs } from "../places.ts";
import classes from "./details.module.css";
import { assetQuery, findingQuery } from "./queries.ts";
import { Section } from "./section.tsx";

/** What changed, as it is now. */
export function SignalSubject({ signal: { links, subject } }: { signal: SignalDetail }) {
  const isAsset = subject.kind === "asset";
  return (
    <Section title={isAsset ? "The asset now" : "The finding now"}>
      {links.subject === null ? (
        <p className={classes.hint}>
          It is not here any more: the integration that brought it has been removed, or it was deleted with it.
        </p>
      ) : isAsset ? (
        <AssetNow id={subject.id} />
      ) : (
        <FindingNow id={subject.id} />
      )}
    </Section>
  );
}

function FindingNow({ id }: { id: string }) {
  const { data, error } = useQuery(findingQuery(id));
  if (data === undefined) return <Waiting error={error} />;
  return (
    <>
      <AppLink href={hrefs.finding(id)} className={`foreign ${classes.name}`} fz="inherit">
        {data.title}
      </AppLink>
      <div className={classes.now}>
        <SeverityLabel severity={data.severity} />
        <StatusLabel status={data.status} />
        <span>
          Risk <b>{data.riskScore}</b>
        </span>
        {data.asset !== null && (
          <span>
            {"on "}
            <AppLink href={hrefs.asset(data.asset.id)} className="foreign" fz="inherit">
              {data.asset.name ?? "an asset without a name"}
            </AppLink>
          </span>
        )}
      </div>
    </>
  );
}

function AssetNow({ id }: { id: string }) {
  const { data, error } = useQuery(assetQuery(id));
  if (data === undefined) return <Waiting error={error} />;
  return (
    <>
      <AppLink href={hrefs.asset(id)} className={`foreign ${classes.name}`} fz="inherit">
        {data.name}
      </AppLink>
      <div className={classes.now}>
        <span>{wordText(data.class)}</span>
        <StatusLabel status={data.status} />
        <span>
          Risk <b>{data.riskScore}</b> of 1,000
        </span>
      </div>
    </>
  );
}

function Waiting({ error }: { error: unknown }) {
  return <p className={classes.hint}>{error === null ? "…" : messageOf(error)}</p>;
}
