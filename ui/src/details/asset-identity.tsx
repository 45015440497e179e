import { Button } from "@mantine/core";
import { useState } from "react";
import type { AssetDetail } from "../api/types.ts";
import { countText } from "../kit/numbers.ts";
import { TimeAgo } from "../kit/time.tsx";
import classes from "./details.module.css";
import { None } from "./facts.tsx";
import { decisionText, evidenceOf, toldOnce } from "./identity-words.ts";
import { LongText } from "./long-text.tsx";
import { Section } from "./section.tsx";

type Decision = AssetDetail["identity"][number];

const shownAtFirst = 6;

/** why its sources are one asset, or why one is not: by which rule, on what values, whose, and when. */
export function AssetIdentity({ asset: { identity, sources, class: assetClass } }: { asset: AssetDetail }) {
  const [isWhole, setWhole] = useState(false);
  const decisions = toldOnce(identity);
  const shown = isWhole ? decisions : decisions.slice(0, shownAtFirst);
  const isAlone = identity.every(({ event }) => event === "new");
  return (
    <Section title={sources.length > 1 ? "Why these are one asset" : "How it was identified"}>
      {isAlone && sources.length < 2 ? (
        <p className={classes.hint}>
          {assetClass === "compute"
            ? "One record is known of it so far. When another one shows the same machine, by the identification rules, it joins this asset, and that is written here."
            : "One record is known of it so far, by its id there. When another one brings the same cloud id, it joins this asset, and that is written here."}
        </p>
      ) : (
        <ol className={classes.decisions} aria-label="Identity log">
          {shown.map((decision) => (
            <li key={`${decision.at} ${decision.sourceId} ${decision.event} ${decision.rule}`}>
              <DecisionEntry decision={decision} />
            </li>
          ))}
        </ol>
      )}
      {decisions.length > shown.length && (
        <Button variant="subtle" size="compact-xs" ml={-8} mt={6} onClick={() => setWhole(true)}>
          {`Show ${countText(decisions.length - shown.length, "earlier decision")}`}
        </Button>
      )}
    </Section>
  );
}

function DecisionEntry({
  decision: { at, integration, externalId, event, ruleTitle, evidence },
}: {
  decision: Decision;
}) {
  const { values, others, by } = evidenceOf(evidence);
  return (
    <>
      <p className={classes.decision}>
        <b className="foreign">{decisionText({ event, rule: ruleTitle, others, by })}</b>
      </p>
      {event !== "new" && values.length > 0 && (
        <div className="mono" style={{ fontSize: 12.5 }}>
          <LongText text={values.join("\n")} />
        </div>
      )}
      <p className={classes.decision}>
        <span className={classes.none}>
          {externalId === null ? (
            <None>a record that is gone</None>
          ) : (
            <span className="mono foreign">{externalId}</span>
          )}
          {" from "}
          <span className="foreign">{integration ?? "a removed integration"}</span>, <TimeAgo at={at} />
        </span>
      </p>
    </>
  );
}
