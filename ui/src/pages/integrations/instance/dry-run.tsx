import { Text } from "@mantine/core";
import type { DryRun, RuleInfo, TriedChange } from "../../../api/identification.ts";
import { AppLink } from "../../../kit/link.tsx";
import { countText, numberText } from "../../../kit/numbers.ts";
import { hrefs } from "../../../places.ts";
import classes from "./dry-run.module.css";

type Asset = TriedChange["assets"][number];

/** What other rules would make of the inventory: how many assets, and some of them by name. */
export function DryRunResult({ result, rules }: { result: DryRun; rules: readonly RuleInfo[] }) {
  const { assets, sources, merges, splits } = result;
  const isSame = merges.count === 0 && splits.count === 0;
  return (
    <section className={classes.result} aria-label="What would change">
      <Text fz="sm" fw={600}>
        {isSame
          ? "Nothing would change."
          : `${countText(assets.before, "machine")} would be ${numberText(assets.after)}.`}
      </Text>
      <Text fz={12.5} c="dimmed">
        {countText(sources, "record")} of machines were looked at, of all integrations. Nothing was changed.
      </Text>
      {merges.count > 0 && (
        <Changes
          title={countText(merges.count, "asset would be made of several", "assets would be made of several")}
          change={merges}
          rules={rules}
        />
      )}
      {splits.count > 0 && (
        <Changes
          title={countText(splits.count, "asset would become several", "assets would become several")}
          change={splits}
          rules={rules}
        />
      )}
    </section>
  );
}

interface ChangesProps {
  title: string;
  change: DryRun["merges"];
  rules: readonly RuleInfo[];
}

function Changes({ title, change: { count, examples }, rules }: ChangesProps) {
  return (
    <section aria-label={title}>
      <Text fz="sm" mt="sm">
        {title}
        {examples.length < count && `, for example these ${examples.length}`}
      </Text>
      <ul className={classes.examples}>
        {examples.map((example) => (
          <li key={example.assets.flatMap(({ sources }) => sources.map(({ id }) => id)).join()}>
            <span className={classes.why}>
              {rules.find(({ id }) => id === example.rule)?.title ?? "Something that changed meanwhile"}
              {example.values.length > 0 && <span className="mono foreign"> {example.values.join(", ")}</span>}
            </span>
            {example.assets.map((asset) => (
              <Part key={`${asset.id} ${asset.sources[0]?.id}`} asset={asset} />
            ))}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Part({ asset: { id, name, sources } }: { asset: Asset }) {
  const integrations = [...new Set(sources.map(({ integration }) => integration ?? "a removed integration"))];
  return (
    <span className={classes.part}>
      <AppLink href={hrefs.asset(id)} fz="inherit">
        <span className="foreign">{name}</span>
      </AppLink>
      <span className={`foreign ${classes.integration}`} title={sources.map(({ externalId }) => externalId).join(", ")}>
        {integrations.join(", ")}
        {sources.length > 1 && ` (${countText(sources.length, "record")})`}
      </span>
    </span>
  );
}
