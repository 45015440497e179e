import { Text } from "@mantine/core";
import type { DryRun, RuleExample, RuleInfo } from "../../../api/identification.ts";
import { AppLink } from "../../../kit/link.tsx";
import { countText, numberText } from "../../../kit/numbers.ts";
import { hrefs } from "../../../places.ts";
import classes from "./dry-run.module.css";

/** What other rules would make of the inventory: how many assets, and some of them by name. */
export function DryRunResult({ result, rules }: { result: DryRun; rules: readonly RuleInfo[] }) {
  const { assets, merges, splits, examples } = result;
  const titleOf = (id: string | null) => rules.find((rule) => rule.id === id)?.title ?? null;
  return (
    <section className={classes.result} aria-label="What would change">
      <Text fz="sm" fw={600}>
        {merges === 0 && splits === 0
          ? "Nothing would change: every machine stays as it is."
          : `${numberText(assets.before)} machines would be ${numberText(assets.after)}.`}
      </Text>
      {merges > 0 && (
        <Examples
          title={`${countText(merges, "asset")} would be merged into ${merges === 1 ? "another" : "others"}`}
          examples={examples.merges}
          count={merges}
          titleOf={titleOf}
        />
      )}
      {splits > 0 && (
        <Examples
          title={`${countText(splits, "asset")} would be split off`}
          examples={examples.splits}
          count={splits}
          titleOf={titleOf}
        />
      )}
    </section>
  );
}

interface ExamplesProps {
  title: string;
  examples: readonly RuleExample[];
  count: number;
  titleOf: (rule: string | null) => string | null;
}

function Examples({ title, examples, count, titleOf }: ExamplesProps) {
  return (
    <>
      <Text fz="sm" mt="sm">
        {title}
        {examples.length < count && examples.length > 0 && ", for example:"}
      </Text>
      <ul className={classes.examples}>
        {examples.map((example) => (
          <li key={example.records.map(({ sourceId }) => sourceId).join()}>
            <span className={classes.why}>
              {titleOf(example.rule) ?? "No rule joins them any more"}
              {example.values.length > 0 && <span className="mono foreign"> {example.values.join(", ")}</span>}
            </span>
            {example.records.map(({ sourceId, assetId, name, integration }) => (
              <span key={sourceId} className={classes.record}>
                <AppLink href={hrefs.asset(assetId)} fz="inherit">
                  <span className="foreign">{name}</span>
                </AppLink>
                <span className={classes.integration}>{integration}</span>
              </span>
            ))}
          </li>
        ))}
      </ul>
    </>
  );
}
