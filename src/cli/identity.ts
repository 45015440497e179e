import { Command, Option } from "commander";
import { defaultRules, ruleInfos, ruleTitle } from "../identity/rules.ts";
import { plainLine } from "../query/plain-text.ts";
import { findIntegration } from "../store/integration.ts";
import { type DryRun, dryRun, type TriedChange } from "../sync/identity-dry-run.ts";
import type { TableColumn } from "./columns.ts";
import { type CliContext, withApp } from "./context.ts";
import { parseRuleList } from "./integration-form.ts";
import { printTable } from "./output.ts";

type Format = "table" | "json";

const formatOption = () => new Option("--format <format>", "how to print").choices(["table", "json"]).default("table");

/** Which records are one machine: the rules, and what others would do. */
export function identityCommand(context: CliContext): Command {
  return new Command("identity")
    .description("the rules by which records of machines are one asset, and what other rules would do")
    .addCommand(rulesCommand(context))
    .addCommand(dryRunCommand(context));
}

type Rule = (typeof ruleInfos)[number];

const columns: readonly TableColumn<Rule>[] = [
  { title: "#", value: (rule) => String(rule.position) },
  { title: "Rule", value: (rule) => rule.id },
  { title: "Equal", value: (rule) => rule.fields.join(" + "), minWidth: 12 },
  { title: "Default", value: (rule) => (rule.isFixed ? "always on" : rule.isOnByDefault ? "on" : "off") },
  { title: "What it is", value: (rule) => rule.warning ?? rule.description, minWidth: 20, dropOrder: 1 },
];

function rulesCommand(context: CliContext): Command {
  return new Command("rules")
    .description("the rules in their order; `weir integration edit NAME --identification-rules …` chooses")
    .addOption(formatOption())
    .action(({ format }: { format: Format }) => {
      if (format === "json") context.stdout.write(`${JSON.stringify(ruleInfos, null, 2)}\n`);
      else context.stdout.write(printTable(columns, ruleInfos, context.stdout.columns ?? 160));
    });
}

function dryRunCommand(context: CliContext): Command {
  return new Command("dry-run")
    .description("what the whole inventory would be with other rules; nothing is changed")
    .argument("<name>", "the integration")
    .requiredOption("--rules <names>", "rules that would be on, separated by commas, or `default`")
    .addOption(formatOption())
    .action(async (name: string, { rules, format }: { rules: string; format: Format }) => {
      const chosen = parseRuleList(rules) ?? defaultRules;
      await withApp(context, async ({ db }) => {
        const { id } = await findIntegration(db, name);
        const onProgress = ({ sources, total }: { sources: number; total: number }) => {
          if (context.stderr.isTTY) context.stderr.write(`\r${sources} of ${total} machines looked at`);
        };
        const result = await dryRun({ db, onProgress }, new Map([[id, chosen]]));
        if (context.stderr.isTTY) context.stderr.write("\n");
        context.stdout.write(format === "json" ? `${JSON.stringify(result, null, 2)}\n` : describe(result));
      });
    });
}

function describe({ sources, assets, merges, splits }: DryRun): string {
  const number = (n: number) => n.toLocaleString("en-US");
  return [
    `${number(sources)} records of machines: ${number(assets.before)} assets now, ${number(assets.after)} then.`,
    `${number(merges.count)} assets would hold what several hold now${merges.count > 0 ? ":" : "."}`,
    ...merges.examples.map((change) => line(change, "become one")),
    `${number(splits.count)} assets would be several${splits.count > 0 ? ":" : "."}`,
    ...splits.examples.map((change) => line(change, "would be apart, so far one")),
    "",
  ].join("\n");
}

function line({ rule, values, assets }: TriedChange, what: string): string {
  const parts = assets.map(({ name, sources }) => {
    const known = sources.map(({ integration, externalId }) => `${integration ?? "?"}: ${externalId}`);
    return `${plainLine(name)} (${plainLine(known.join(", "))})`;
  });
  const why = rule === null ? "" : ` by ${ruleTitle(rule)}: ${plainLine(values.join(", "))}`;
  return `  ${parts.join(" + ")} ${what}${why}`;
}
