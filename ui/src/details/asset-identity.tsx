import type { AssetDetail } from "../api/types.ts";
import { TimeAgo } from "../kit/time.tsx";
import { wordText } from "../kit/words.ts";
import classes from "./details.module.css";
import { Fact, Facts } from "./facts.tsx";
import { LongText } from "./long-text.tsx";
import { Section } from "./section.tsx";

type Decision = AssetDetail["identity"][number];

/** Why its sources are one asset: which rule said so, on what evidence, when. */
export function AssetIdentity({ asset: { identity, sources } }: { asset: AssetDetail }) {
  const merges = identity.filter(({ rule }) => rule !== "new");
  return (
    <Section title="Why these are one asset">
      {merges.length === 0 ? (
        <p className={classes.hint}>
          {sources.length > 1
            ? "No decision is on record."
            : "One source knows it so far, by its id there: nothing had to be decided. When another one brings the same cloud id, it joins this asset, and that is written here."}
        </p>
      ) : (
        <ol className={classes.decisions}>
          {merges.map((decision) => (
            <li key={`${decision.at} ${decision.externalId} ${decision.rule}`}>
              <DecisionEntry decision={decision} />
            </li>
          ))}
        </ol>
      )}
    </Section>
  );
}

const rules: Record<string, string> = {
  provider_unique_id: "The cloud's own id is the same",
};

const evidenceWords: Record<string, string> = {
  externalId: "Id at Wiz",
  providerUniqueId: "The cloud's id",
};

function DecisionEntry({ decision: { at, integration, rule, evidence } }: { decision: Decision }) {
  const shown = typeof evidence === "object" && evidence !== null ? Object.entries(evidence) : [];
  return (
    <>
      <p className={classes.decision}>
        <b>{rules[rule] ?? wordText(rule)}</b>
        <span className={classes.none}>
          {integration ?? "a removed integration"}, <TimeAgo at={at} />
        </span>
      </p>
      <Facts>
        {shown.map(([name, value]) => (
          <Fact key={name} label={evidenceWords[name] ?? wordText(name)}>
            <span className="mono">
              <LongText text={typeof value === "string" ? value : JSON.stringify(value)} />
            </span>
          </Fact>
        ))}
      </Facts>
    </>
  );
}
